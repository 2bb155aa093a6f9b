import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { runScript } from '../shell/machine';

interface Case {
  readonly shell: 'bash' | 'busybox';
  readonly script: string;
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number;
}

const recording = new URL('../recordings/linux/userland.json', import.meta.url);
const { setup, cases } = JSON.parse(readFileSync(recording, 'utf8')) as { setup: string; cases: readonly Case[] };

describe('commands print what the real ones printed', () => {
  for (const { shell, script, ...recorded } of cases)
    test(`${shell}: ${script}`, async () => {
      // on the same line, so that the shell's messages name line 1
      expect(await runScript(shell === 'bash' ? 'bash' : 'sh', `umask 022; ${setup}; ${script}`)).toEqual(recorded);
    });
});
