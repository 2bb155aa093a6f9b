import type { Language } from '../../sandbox/protocol';
import { en, type Messages } from './en';
import { zh } from './zh';

export type { Messages } from './en';

export const messages: Readonly<Record<Language, Messages>> = { en, zh };

/** What `lang` attributes say. */
export const languageTag: Readonly<Record<Language, string>> = { en: 'en', zh: 'zh-CN' };

/** The first of the reader's languages that there is a dictionary for. */
export function preferredLanguage(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    const primary = tag.toLowerCase().split('-')[0];
    if (primary === 'zh' || primary === 'en') return primary;
  }
  return 'en';
}
