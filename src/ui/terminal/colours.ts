import type { ISearchOptions } from '@xterm/addon-search';
import type { ITheme } from '@xterm/xterm';

type ISearchDecorationOptions = NonNullable<ISearchOptions['decorations']>;

/** The 16 colours of programs, in the page's tokens: each stays readable on the terminal's surface, light and dark. */
const tokens = {
  background: '--sunken',
  foreground: '--ink',
  cursor: '--ink',
  cursorAccent: '--sunken',
  black: '--ink',
  red: '--fail',
  green: '--run',
  yellow: '--wait',
  blue: '--act',
  magenta: '--zombie',
  cyan: '--done',
  white: '--ink-2',
  brightBlack: '--ink-3',
  brightRed: '--fail',
  brightGreen: '--run',
  brightYellow: '--wait',
  brightBlue: '--act',
  brightMagenta: '--zombie',
  brightCyan: '--done',
  brightWhite: '--ink',
} as const satisfies Partial<Record<keyof ITheme, string>>;

/** How matches of a search are marked; xterm.js takes #RRGGBB alone. */
export function matchColours(): ISearchDecorationOptions {
  const style = getComputedStyle(document.documentElement);
  const value = (token: string): string => style.getPropertyValue(token).trim();
  return {
    matchBackground: value('--wait-soft'),
    matchBorder: value('--wait'),
    matchOverviewRuler: value('--wait'),
    activeMatchBackground: value('--act-soft'),
    activeMatchBorder: value('--act'),
    activeMatchColorOverviewRuler: value('--act'),
  };
}

/** As the document's theme is now. */
export function colours(): ITheme {
  const style = getComputedStyle(document.documentElement);
  const value = (token: string): string => style.getPropertyValue(token).trim();
  const theme: ITheme = Object.fromEntries(Object.entries(tokens).map(([name, token]) => [name, value(token)]));
  return {
    ...theme,
    selectionBackground: `${value('--act')}40`,
    selectionInactiveBackground: `${value('--ink')}22`,
    scrollbarSliderBackground: `${value('--edge')}66`,
    scrollbarSliderHoverBackground: `${value('--edge')}aa`,
    scrollbarSliderActiveBackground: value('--edge'),
  };
}
