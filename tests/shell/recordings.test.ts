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
  readonly files?: Readonly<Record<string, string>>;
}

const cases = JSON.parse(readFileSync(new URL('../recordings/linux/seen.json', import.meta.url), 'utf8')) as Case[];

/** PIDs differ between machines. */
const withoutPids = (text: string): string => text.replace(/(line \d+:) +\d+ /g, '$1 PID ');

const withoutJobPids = (text: string): string => text.replace(/^(\[\d+\]) \d+\r$/gm, '$1 PID\r');

describe('bash scripts', () => {
  for (const c of cases.filter((x) => x.category === 'shell-bash' && x.mode === 'script')) {
    test(c.id, async () => {
      const r = await runScript('bash', c.script, c.files);
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
    test(c.id, async () => {
      expect(await runScript('sh', c.script, c.files)).toEqual({ stdout: c.stdout, stderr: c.stderr, code: c.code });
    });
  }
});

describe('at a terminal', () => {
  for (const c of cases.filter((x) => x.mode === 'pty')) {
    test(c.id, async () => {
      const shown = await typeKeys(c.shell === 'bash' ? 'bash' : 'sh', c.input);
      expect(withoutJobPids(shown)).toBe(withoutJobPids(c.stdout));
    });
  }
});
