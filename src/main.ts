import { launch } from './ui/state/launch';

// The sandbox's Worker loads beside the page.
launch();
void import('./ui/start');
