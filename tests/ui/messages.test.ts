import { describe, expect, it } from 'vitest';
import { messages, preferredLanguage } from '../../src/ui/messages';

/** Every text in a dictionary with its place; of functions, what they make of sample values. */
function texts(value: unknown, path = ''): [string, string][] {
  if (typeof value === 'string') return [[path, value]];
  if (typeof value === 'function') return [[path, String((value as (...values: unknown[]) => unknown)(3, 7))]];
  return Object.entries(value as object).flatMap(([key, inner]) => texts(inner, path ? `${path}.${key}` : key));
}

const han = '\\p{Script=Han}';

describe('messages', () => {
  it('both languages have the same texts', () => {
    expect(texts(messages.zh).map(([path]) => path)).toEqual(texts(messages.en).map(([path]) => path));
  });

  it('Chinese has full-width punctuation, and a space between Chinese and Latin', () => {
    const wrong = texts(messages.zh).filter(([, text]) =>
      [`${han}[,;:!?.]`, `[,;:!?]${han}`, `${han}[A-Za-z0-9]`, `[A-Za-z0-9]${han}`].some((pattern) => new RegExp(pattern, 'u').test(text)),
    );
    expect(wrong).toEqual([]);
  });

  it('neither uses an exclamation mark or the word simply', () => {
    expect([...texts(messages.en), ...texts(messages.zh)].filter(([, text]) => /[!！]|\bsimply\b/i.test(text))).toEqual([]);
  });

  it.each([
    [['zh-TW', 'en'], 'zh'],
    [['de', 'zh-CN'], 'zh'],
    [['de', 'fr'], 'en'],
    [[], 'en'],
  ] as const)('of %j, %s is chosen', (wanted, chosen) => {
    expect(preferredLanguage(wanted)).toBe(chosen);
  });
});
