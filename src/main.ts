import { mount } from 'svelte';
import App from './ui/App.svelte';
import { keepOffline } from './ui/state/offline';
import { Page } from './ui/state/page.svelte';

const page = new Page();
void page.open();
const target = document.getElementById('app')!;
target.replaceChildren();
mount(App, { target, props: { page } });
if (import.meta.env.PROD) void keepOffline();
