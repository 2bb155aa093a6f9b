import { MediaQuery } from 'svelte/reactivity';

const phone = new MediaQuery('max-width: 719px');
const bounds = [
  ['widest', new MediaQuery('min-width: 1680px')],
  ['wide', new MediaQuery('min-width: 1360px')],
  ['medium', new MediaQuery('min-width: 1080px')],
] as const;

/** One pane at a time. */
export const isPhone = (): boolean => phone.current;

/** Windows whose pane sizes are kept apart. */
export const breakpoint = (): string => bounds.find(([, query]) => query.current)?.[0] ?? 'narrow';
