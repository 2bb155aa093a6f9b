import type { editor } from './monaco';

/** How the page's code looks: on the terminal's grid of 20 px, nothing blinking, nothing floating that says nothing. */
export const codeOptions = {
  accessibilitySupport: 'auto',
  automaticLayout: true,
  lineHeight: 20,
  padding: { top: 8, bottom: 8 },
  minimap: { enabled: false },
  scrollBeyondLastLine: false,
  glyphMargin: true,
  lineNumbersMinChars: 3,
  lineDecorationsWidth: 4,
  showFoldingControls: 'mouseover',
  renderLineHighlight: 'all',
  renderLineHighlightOnlyWhenFocus: true,
  renderWhitespace: 'selection',
  roundedSelection: false,
  // the card has the fix, and Ctrl+. lists it
  lightbulb: { enabled: 'off' as editor.ShowLightbulbIconMode },
  cursorBlinking: 'solid',
  bracketPairColorization: { enabled: false },
  guides: { indentation: false, bracketPairs: false },
  occurrencesHighlight: 'off',
  quickSuggestions: { other: true, strings: true, comments: false },
  acceptSuggestionOnEnter: 'smart',
  wordBasedSuggestions: 'off',
  suggest: { showStatusBar: false, preview: false },
  stickyScroll: { enabled: false },
  links: false,
  unusualLineTerminators: 'off',
  unicodeHighlight: { ambiguousCharacters: false, invisibleCharacters: false, nonBasicASCII: false },
  overviewRulerBorder: false,
  hideCursorInOverviewRuler: true,
  fixedOverflowWidgets: true,
  dropIntoEditor: { enabled: false },
  scrollbar: { useShadows: false, alwaysConsumeMouseWheel: false, verticalScrollbarSize: 12, horizontalScrollbarSize: 12 },
} as const satisfies editor.IStandaloneEditorConstructionOptions;

/** The code's font, as the page's tokens have it now. */
export function codeFont(): Pick<editor.IEditorOptions, 'fontFamily' | 'fontSize' | 'lineHeight'> {
  const style = getComputedStyle(document.documentElement);
  const fontSize = Number.parseFloat(style.getPropertyValue('--t-code'));
  return { fontFamily: style.getPropertyValue('--mono').trim(), fontSize, lineHeight: Math.max(20, Math.round(fontSize * 1.48)) };
}

/** What the plain text area hands over. */
export interface PlainView {
  readonly start: number;
  readonly end: number;
  readonly scrollTop: number;
  readonly scrollLeft: number;
  readonly focused: boolean;
}
