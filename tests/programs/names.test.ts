import { expect, it } from 'vitest';
import { catalog } from '../../src/programs/catalog';
import { busyboxNames, gnuNames } from '../../src/programs/names';

it.each([
  ['gnu', gnuNames],
  ['busybox', busyboxNames],
] as const)('every command with a %s face is installed, and no other', (face, names) => {
  expect([...names]).toEqual(Object.keys(catalog).filter((name) => catalog[name]?.[face]));
});
