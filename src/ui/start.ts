import { mount } from 'svelte';
import App from './App.svelte';
import { keepOffline } from './state/offline';
import { Page } from './state/page.svelte';

const page = new Page();
void page.open();
const target = document.getElementById('app')!;
target.replaceChildren();
mount(App, { target, props: { page } });
if (import.meta.env.PROD) void keepOffline({ reloads: !page.embedded });
