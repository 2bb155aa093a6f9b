import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runScript } from './machine';

/** mulberry32. */
function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Scripts about processes and signals whose output does not depend on timing. */
class Scripts {
  constructor(readonly random: () => number) {}
  pick<T>(list: readonly T[]): T {
    return list[Math.floor(this.random() * list.length)] as T;
  }
  status(): string {
    return String(this.pick([0, 1, 2, 3, 7, 42, 126, 127, 128, 130, 255, 256, 300]));
  }
  signal(): string {
    return this.pick(['HUP', 'INT', 'QUIT', 'USR1', 'USR2', 'TERM', 'KILL', 'PIPE', 'ALRM']);
  }
  /** A command that is over at once. */
  simple(): string {
    return this.pick([
      () => `(exit ${this.status()})`,
      () => `bash -c 'exit ${this.status()}'`,
      () => `bash -c 'kill -${this.signal()} $$' 2>/dev/null`,
      () => 'true',
      () => 'false',
      () => 'nosuchcommand 2>/dev/null',
      () => `echo ${this.pick(['a', '"b c"', '$?', '${x:-none}', '$((3 * 4 % 5))', '{1..3}', '${#PWD:+y}'.replace('#', '')])}`,
    ])();
  }
  statement(): string {
    return this.pick([
      () => `${this.simple()}; echo "$?"`,
      () => `${this.simple()} && ${this.simple()} || ${this.simple()}; echo "$?"`,
      () => `! ${this.simple()}; echo "$?"`,
      () => `${this.simple()} | { cat > /dev/null; ${this.simple()}; } | cat; echo "\${PIPESTATUS[@]}"`,
      () => `set -o pipefail; ${this.simple()} | { cat > /dev/null; ${this.simple()}; } | cat; echo "$?"; set +o pipefail`,
      () => `sleep 100 & kill -${this.signal()} $!; wait $! 2>/dev/null; echo "$((  $? ))"`.replace(/-(INT|QUIT) /, '-TERM '),
      () => `(exit ${this.status()}) & wait $!; echo "$?"; wait $!; echo "$?"`,
      () => `sleep 100 & kill -STOP $!; kill -TERM $!; kill -CONT $!; wait $!; echo "$?"`,
      () => `trap 'echo got ${this.pick(['one', 'two'])}' USR1; kill -USR1 $$; echo after; trap - USR1`,
      () => `trap '' TERM; kill -TERM $$; bash -c 'kill -TERM $$; echo ignored'; trap - TERM`,
      () => `(trap 'echo bye' EXIT; exit ${this.status()}); echo "$?"`,
      () => `bash -c 'trap "echo t; exit 5" TERM; kill -TERM $$; echo no'; echo "$?"`,
      () => `(set -e; ${this.simple()}; echo reached); echo "$?"`,
      () => `x=$(${this.simple()}); echo "$? [$x]"`,
      () => `f() { ${this.simple()}; return ${this.pick(['$?', '3', '0'])}; }; f; echo "$?"`,
      () => `for i in 1 2 3; do [ $i = ${this.pick(['1', '2', '9'])} ] && ${this.pick(['break', 'continue'])}; echo $i; done`,
      () => `kill -0 $$; echo "$?"; kill -0 999999 2>/dev/null; echo "$?"`,
      () => `exec 3< <(echo substituted); cat <&3; exec 3<&-`,
      () => `yes | head -n ${this.pick(['1', '3'])}; echo "\${PIPESTATUS[*]}"`,
      () => `case ${this.pick(['abc', 'xyz'])} in a*) echo first;; *z) echo second;; esac`,
      () => `bash -c 'bash -c "exit ${this.status()}"; echo inner $?; exit ${this.status()}'; echo "$?"`,
    ])();
  }
  script(): string {
    return Array.from({ length: 5 }, () => this.statement()).join('\n');
  }
}

const version = spawnSync('bash', ['-c', 'echo $BASH_VERSION'], { encoding: 'utf8' }).stdout ?? '';
const here = process.platform === 'linux' && version.startsWith('5.');

describe(here ? 'as the bash of this machine' : 'this machine has no bash 5 to compare with', () => {
  for (const seed of here ? Array.from({ length: 24 }, (_, i) => i + 1) : []) {
    test(`script ${seed}`, async () => {
      const script = new Scripts(randomOf(seed)).script();
      const cwd = mkdtempSync(join(tmpdir(), 'pausebox-'));
      try {
        const real = spawnSync('bash', ['-c', script], { cwd, encoding: 'utf8', env: { PATH: process.env['PATH'] ?? '', HOME: '/root', LC_ALL: 'C' }, stdio: ['ignore', 'pipe', 'ignore'] }); // prettier-ignore
        const ours = await runScript('bash', script);
        expect({ script, stdout: ours.stdout, code: ours.code }).toEqual({ script, stdout: real.stdout, code: real.status });
      } finally {
        rmSync(cwd, { recursive: true });
      }
    });
  }
  test('the comparison is made where it can be', () => expect(here || version === '' || !version.startsWith('5.')).toBe(true));
});
