import { expect, it } from 'vitest';
import { catalog } from '../../src/programs/catalog';
import { rare } from '../../src/programs/rare';
import { busyboxNames, gnuNames } from '../../src/programs/names';

it.each([
  ['gnu', gnuNames],
  ['busybox', busyboxNames],
] as const)('every command with a %s face is installed, and no other', (face, names) => {
  const all = { ...catalog, ...rare };
  expect([...names]).toEqual(
    Object.keys(all)
      .filter((name) => all[name]?.[face])
      .sort(),
  );
});
