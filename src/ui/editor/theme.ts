import { editor } from './monaco';

/** Monaco's names of colours, by the page's tokens. */
const colours: Readonly<Record<string, string>> = {
  'editor.background': 'pane',
  'editor.foreground': 'ink',
  'editorLineNumber.foreground': 'ink-3',
  'editorLineNumber.activeForeground': 'ink',
  'editorCursor.foreground': 'ink',
  'editor.lineHighlightBackground': 'hover',
  'editorIndentGuide.background1': 'line',
  'editorIndentGuide.activeBackground1': 'edge',
  'editorWhitespace.foreground': 'edge',
  'editorBracketMatch.background': 'act-soft',
  'editorBracketMatch.border': 'act',
  'editorError.foreground': 'fail',
  'editorWarning.foreground': 'wait',
  'editorInfo.foreground': 'act',
  'editorHint.foreground': 'act',
  'editorLightBulb.foreground': 'wait',
  'editorLightBulbAutoFix.foreground': 'act',
  'editorWidget.background': 'raised',
  'editorWidget.foreground': 'ink',
  'editorWidget.border': 'edge',
  'widget.border': 'edge',
  'editorHoverWidget.background': 'raised',
  'editorHoverWidget.foreground': 'ink',
  'editorHoverWidget.border': 'edge',
  'editorHoverWidget.statusBarBackground': 'sunken',
  'editorSuggestWidget.background': 'raised',
  'editorSuggestWidget.foreground': 'ink',
  'editorSuggestWidget.border': 'edge',
  'editorSuggestWidget.selectedBackground': 'act-soft',
  'editorSuggestWidget.selectedForeground': 'ink',
  'editorSuggestWidget.selectedIconForeground': 'ink',
  'editorSuggestWidget.highlightForeground': 'act',
  'editorSuggestWidget.focusHighlightForeground': 'act',
  'editorOverviewRuler.border': 'pane',
  'editorOverviewRuler.errorForeground': 'fail',
  'editorOverviewRuler.warningForeground': 'wait',
  'input.background': 'pane',
  'input.foreground': 'ink',
  'input.border': 'edge',
  'input.placeholderForeground': 'ink-3',
  'inputOption.activeBackground': 'act-soft',
  'inputOption.activeForeground': 'ink',
  'inputOption.activeBorder': 'act',
  'list.hoverBackground': 'hover',
  'list.hoverForeground': 'ink',
  'list.focusBackground': 'act-soft',
  'list.focusForeground': 'ink',
  'list.activeSelectionBackground': 'act-soft',
  'list.activeSelectionForeground': 'ink',
  'list.highlightForeground': 'act',
  'menu.background': 'raised',
  'menu.foreground': 'ink',
  'menu.selectionBackground': 'act-soft',
  'menu.selectionForeground': 'ink',
  'menu.border': 'line',
  'menu.separatorBackground': 'line',
  'textLink.foreground': 'act',
  'textLink.activeForeground': 'act',
  'textCodeBlock.background': 'sunken',
  'icon.foreground': 'ink-2',
  descriptionForeground: 'ink-2',
  foreground: 'ink',
  focusBorder: 'focus',
  'editorGutter.background': 'pane',
  'editorGutter.foldingControlForeground': 'ink-3',
  'diffEditor.diagonalFill': 'line',
};

/** The same, with the alpha Monaco wants of what lies over text. */
const veils: Readonly<Record<string, readonly [token: string, alpha: string]>> = {
  'editor.selectionBackground': ['act', '40'],
  'editor.inactiveSelectionBackground': ['act', '26'],
  'editor.selectionHighlightBackground': ['act', '26'],
  'editor.wordHighlightBackground': ['act', '1f'],
  'editor.wordHighlightTextBackground': ['act', '1f'],
  'editor.findMatchBackground': ['wait', '66'],
  'editor.findMatchHighlightBackground': ['wait', '33'],
  'editor.foldBackground': ['act', '14'],
  'editor.rangeHighlightBackground': ['act', '14'],
  'diffEditor.insertedTextBackground': ['run', '40'],
  'diffEditor.insertedLineBackground': ['run', '1f'],
  'diffEditor.removedTextBackground': ['fail', '40'],
  'diffEditor.removedLineBackground': ['fail', '1f'],
  'scrollbarSlider.background': ['edge', '66'],
  'scrollbarSlider.hoverBackground': ['edge', '99'],
  'scrollbarSlider.activeBackground': ['edge', 'cc'],
};

const rules: readonly (readonly [scope: string, token: string])[] = [
  ['', 'ink'],
  ['key', 'syn-key'],
  ['string', 'syn-str'],
  ['number', 'syn-num'],
  ['keyword', 'syn-kw'],
  ['keyword.directive', 'syn-kw'],
  ['comment', 'syn-com'],
  ['delimiter', 'ink-2'],
  ['type', 'syn-key'],
  ['variable', 'syn-key'],
  ['tag', 'syn-kw'],
  ['annotation', 'syn-kw'],
  ['attribute', 'syn-key'],
  ['regexp', 'syn-str'],
];

export const themeName = 'pausebox';

/** Monaco's theme, made of the page's tokens as they are now. */
export function useTheme(dark: boolean): void {
  const style = getComputedStyle(document.documentElement);
  // Monaco knows colours of six digits only, and a build shortens them where it can
  const token = (name: string): string =>
    style
      .getPropertyValue(`--${name}`)
      .trim()
      .replace(/^#([\da-f])([\da-f])([\da-f])$/i, '#$1$1$2$2$3$3');
  editor.defineTheme(themeName, {
    base: dark ? 'vs-dark' : 'vs',
    inherit: true,
    rules: rules.map(([scope, name]) => ({ token: scope, foreground: token(name).slice(1) })),
    colors: {
      'editor.lineHighlightBorder': '#00000000',
      'widget.shadow': dark ? '#00000080' : '#14181e29',
      ...Object.fromEntries(Object.entries(colours).map(([name, from]) => [name, token(from)])),
      ...Object.fromEntries(Object.entries(veils).map(([name, [from, alpha]]) => [name, token(from) + alpha])),
    },
  });
  editor.setTheme(themeName);
}
