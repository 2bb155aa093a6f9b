import { MediaQuery } from 'svelte/reactivity';
import type { TextSize } from '../state/preferences.svelte';

const larger = new MediaQuery('min-width: 1680px');
export const textSizes: readonly TextSize[] = ['small', 'usual', 'large', 'largest'];
const factors: Readonly<Record<TextSize, number>> = { small: 0.88, usual: 1, large: 1.28, largest: 1.6 };

/** The size of code, for this window and the reader's eyes. */
export const codePx = (size: TextSize): number => (larger.current ? 13.5 : 12.5) * factors[size];

const phone = new MediaQuery('max-width: 719px');
const bounds = [
  ['widest', new MediaQuery('min-width: 1680px')],
  ['wide', new MediaQuery('min-width: 1360px')],
  ['medium', new MediaQuery('min-width: 1080px')],
] as const;

/** One pane at a time. */
export const isPhone = (): boolean => phone.current;

/** The lesson is a drawer: there is too little room beside it for all to see it all the time. */
export const hasDrawer = (): boolean => breakpoint() === 'narrow';

/** The picture is beside the work: where the reader wants it, else where there is room for both; never beside a drawer. */
export const showsPicture = ({ picture, drawer }: { readonly picture: boolean | undefined; readonly drawer: boolean }): boolean =>
  (picture ?? bounds[1][1].current) && !(hasDrawer() && drawer);

/** Windows whose pane sizes are kept apart. */
export const breakpoint = (): string => bounds.find(([, query]) => query.current)?.[0] ?? 'narrow';
