import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { runScript, typeKeys } from './machine';

interface Case {
  readonly id: string;
  readonly category: string;
  readonly shell: 'bash' | 'busybox';
  readonly mode: string;
  readonly script: string;
  readonly input: readonly [number, string][];
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number;
}

const cases = JSON.parse(readFileSync(new URL('../recordings/linux/seen.json', import.meta.url), 'utf8')) as Case[];

/** Not met, and why. */
const unmet: Readonly<Record<string, string>> = {
  's-A06': 'reads a file that the recording machine had',
  's-B02': 'stat(2) of /dev/fd/N on a pipe fails',
  's-D38': 'the recording terminal flushed what was typed in one burst with Ctrl-C',
  's-D40': '`set -b` does not interrupt the prompt yet',
  's-A28': 'the two sides of a pipeline trace in the order they are scheduled',
};

/** PIDs differ between machines. */
const withoutPids = (text: string): string => text.replace(/(line \d+:) +\d+ /g, '$1 PID ');

const withoutJobPids = (text: string): string => text.replace(/^(\[\d+\]) \d+\r$/gm, '$1 PID\r');

describe('bash scripts', () => {
  for (const c of cases.filter((x) => x.category === 'shell-bash' && x.mode === 'script')) {
    test.skipIf(c.id in unmet)(c.id, async () => {
      const r = await runScript('bash', c.script);
      expect({ stdout: r.stdout, stderr: withoutPids(r.stderr), code: r.code }).toEqual({
        stdout: c.stdout,
        stderr: withoutPids(c.stderr),
        code: c.code,
      });
    });
  }
});

describe('busybox scripts', () => {
  for (const c of cases.filter((x) => x.category === 'shell-busybox' && x.mode === 'script')) {
    test.skipIf(c.id in unmet)(c.id, async () => {
      expect(await runScript('sh', c.script)).toEqual({ stdout: c.stdout, stderr: c.stderr, code: c.code });
    });
  }
});

describe('at a terminal', () => {
  for (const c of cases.filter((x) => x.mode === 'pty')) {
    test.skipIf(c.id in unmet)(c.id, async () => {
      const shown = await typeKeys(c.shell === 'bash' ? 'bash' : 'sh', c.input);
      expect(withoutJobPids(shown)).toBe(withoutJobPids(c.stdout));
    });
  }
});
