import type { Language } from '../../sandbox/protocol';
import type CodeText from './CodeText.svelte';

/** The editor proper, which is large: fetched when it is asked for. Its own menus speak the language of that moment. */
export async function loadCode(language: Language): Promise<typeof CodeText> {
  if (language === 'zh') await import('monaco-editor/nls/lang/zh-cn.js');
  return (await import('./CodeText.svelte')).default;
}
