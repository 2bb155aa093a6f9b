import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { bootNode } from './node';

interface Case {
  readonly id: string;
  readonly script: string;
  /** At a terminal: seconds after the keys before, and keys. */
  readonly input: readonly (readonly [number, string])[];
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number;
  /** Its numbers are PIDs and the like. */
  readonly pids: boolean;
  readonly blanks?: boolean;
  readonly note: string;
}

const casesOf = (file: string): readonly Case[] =>
  JSON.parse(readFileSync(new URL(`../recordings/linux/${file}`, import.meta.url), 'utf8')) as Case[];

/** PIDs differ between machines, and the columns they stand in. */
function comparable(text: string, { pids, blanks }: Case): string {
  const folded = pids ? text.replace(/\b\d{1,7}\b/g, 'N') : text;
  const named = folded.replace(/(line \w+:) +\w+ (?= *[A-Z(])/g, '$1 PID ');
  return pids || blanks ? named.replace(/ +/g, ' ') : named;
}

describe.each(['strace.json', 'machine.json'])('%s', (file) => {
  test.each(casesOf(file).map((each) => [each.id, each.note, each] as const))(
    '%s: %s',
    async (_id, _note, each) => {
      const node = await bootNode({ privileged: true });
      const { stdout, stderr, code } = await node.run(each.script);
      expect({ stdout: comparable(stdout, each), stderr: comparable(stderr, each), code }).toEqual({
        stdout: comparable(each.stdout, each),
        stderr: comparable(each.stderr, each),
        code: each.code,
      });
      expect(node.faults).toEqual([]);
    },
    // some compile a C program first
    120_000,
  );
});

describe('terminal.json', () => {
  test.each(casesOf('terminal.json').map((each) => [each.id, each.note, each] as const))(
    '%s: %s',
    async (_id, _note, each) => {
      const node = await bootNode({ privileged: true });
      expect(comparable(await node.type(each.input), each)).toBe(comparable(each.stdout, each));
      expect(node.faults).toEqual([]);
    },
    30_000,
  );
});
