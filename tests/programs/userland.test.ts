import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { manyScripts, type Result, runScript } from '../shell/machine';

interface Case {
  readonly shell: 'bash' | 'busybox';
  readonly script: string;
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number;
}

const read = (name: string): unknown => JSON.parse(readFileSync(new URL(`../recordings/linux/${name}.json`, import.meta.url), 'utf8'));

describe.each(['userland', 'tools', 'corners', 'corners-of-text'])('commands print what the real ones printed: %s', (name) => {
  const { setup, cases } = read(name) as { setup: string; cases: readonly Case[] };
  const machines = new Map<string, Promise<(script: string) => Promise<Result>>>();
  const machineOf = (shell: 'bash' | 'sh') =>
    machines.get(shell) ?? machines.set(shell, manyScripts(shell, `unset LANG; umask 022; ${setup}`)).get(shell)!;
  for (const { shell, script, ...recorded } of cases)
    test(`${shell}: ${script}`, async () => {
      const run = await machineOf(shell === 'bash' ? 'bash' : 'sh');
      expect(await run(`unset LANG; umask 022; ${script}`)).toEqual(recorded);
    });
});

describe('openssl says of keys, requests and certificates what the real one says', () => {
  const { files, cases } = read('openssl') as { files: Readonly<Record<string, string>>; cases: readonly Omit<Case, 'shell'>[] };
  for (const { script, ...recorded } of cases)
    test(script, async () => {
      expect(await runScript('bash', script, files)).toEqual(recorded);
    });
});
