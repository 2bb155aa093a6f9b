/** Brings the widget of suggestions, which `features/suggest/register` leaves out; it has no types of its own. */
declare module 'monaco-editor/editor/contrib/suggest/browser/suggestController';
/** Monaco's own words in Chinese; they take effect when they are there before Monaco. */
declare module 'monaco-editor/nls/lang/zh-cn.js';
