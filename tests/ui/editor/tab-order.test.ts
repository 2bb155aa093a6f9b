import { expect, it } from 'vitest';
import { orderTabs } from '../../../src/ui/editor/tab-order';

const order = (kept: readonly string[], existing: readonly string[]): string =>
  orderTabs(kept, ['own.yaml', 'own.txt'], ['other.c'], (path) => existing.includes(path))
    .map(({ path, elsewhere }) => (elsewhere ? `(${path})` : path))
    .join(' ');

it.each([
  [
    'the exercise’s own first, then what was opened, then others’',
    ['other.c', 'mine', 'own.txt', 'own.yaml'],
    'own.yaml own.txt mine (other.c)',
  ],
  ['what was closed stays closed', ['other.c', 'own.yaml'], 'own.yaml (other.c)'],
  ['what does not exist has no tab', ['own.yaml', 'nowhere'], 'own.yaml'],
])('%s', (_rule, kept, shown) => {
  expect(order(kept, ['own.yaml', 'own.txt', 'other.c', 'mine'])).toBe(shown);
});
