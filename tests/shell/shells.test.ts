import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { runScript, typeKeys } from './machine';

/** What bash 5.2 and busybox 1.35 printed: scripts run with `-c`, and keys typed at a terminal that knows no cursor (without busybox's question where it is). */
interface Recorded {
  readonly scripts: readonly {
    readonly shell: 'bash' | 'sh';
    readonly script: string;
    readonly stdout: string;
    readonly stderr: string;
    readonly code: number;
  }[];
  readonly sessions: readonly {
    readonly shell: 'bash' | 'sh';
    readonly input: readonly (readonly [seconds: number, keys: string])[];
    readonly stdout: string;
  }[];
}

const recorded = JSON.parse(readFileSync(new URL('../recordings/linux/shells.json', import.meta.url), 'utf8')) as Recorded;

/** PIDs differ between machines. */
const withoutPids = (text: string): string =>
  text.replace(/(line \d+:) +\d+ (?=[A-Z])/g, '$1 PID ').replace(/^(\[\d+\]) \d+\r$/gm, '$1 PID\r');

for (const shell of ['bash', 'sh'] as const) {
  describe(`scripts of ${shell}`, () => {
    for (const c of recorded.scripts.filter((x) => x.shell === shell)) {
      test(c.script.split('\n')[0]?.slice(0, 90) ?? '', async () => {
        const r = await runScript(shell, c.script);
        expect({ stdout: r.stdout, stderr: withoutPids(r.stderr), code: r.code }).toEqual({
          stdout: c.stdout,
          stderr: withoutPids(c.stderr),
          code: c.code,
        });
      });
    }
  });
  describe(`${shell} at a terminal`, () => {
    for (const c of recorded.sessions.filter((x) => x.shell === shell)) {
      test(
        c.input
          .map(([, keys]) => JSON.stringify(keys).slice(1, -1))
          .join(' ')
          .slice(0, 90),
        async () => {
          expect(withoutPids(await typeKeys(shell, c.input))).toBe(withoutPids(c.stdout));
        },
      );
    }
  });
}
