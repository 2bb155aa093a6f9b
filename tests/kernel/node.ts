import { VirtualClock } from '../../src/clock';
import { createSandbox, loginEnvironment, runCommand, type Machine } from '../../src/sandbox';
import { runOnTerminal } from '../../src/sandbox/session';
import { nodeHostTime } from '../../src/sandbox/host-node';
import { createCc, createPlainHost, createWasi, loadPause, toolchainLoader } from '../../src/wasi';

export interface Ran {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number;
}

/** Linux alone, with the node's programs, guests and a C compiler, in virtual time. */
export interface Node {
  readonly machine: Machine;
  readonly clock: VirtualClock;
  /** `bash -c SCRIPT` in /tmp/case. */
  run(script: string): Promise<Ran>;
  /** `bash -i` at a terminal, fed keys after so many seconds each; what it shows. */
  type(input: readonly (readonly [number, string])[]): Promise<string>;
  readonly faults: readonly unknown[];
}

export async function bootNode({ privileged = false }: { privileged?: boolean } = {}): Promise<Node> {
  const clock = new VirtualClock(nodeHostTime);
  const pause = await loadPause();
  const faults: unknown[] = [];
  const { ready } = await createSandbox({
    clock,
    assets: { pause: { '3.10': pause.v310, '3.0': pause.v30 }, pauseSource: pause.source, deviations: async () => '', home: {} },
    formats: [createWasi(createPlainHost(), clock)],
    cc: createCc(toolchainLoader(), clock),
    kind: 'node',
    bare: true,
    privileged,
    report: (error) => void faults.push(error),
  });
  const { machine } = await clock.runUntil(ready);
  const env = loginEnvironment({ LC_ALL: 'C', TZ: 'UTC' });
  const { kernel, place } = machine;
  return {
    machine,
    clock,
    faults,
    run: (script) => {
      const command = { argv: ['bash', '-c', script], env, cwd: '/tmp/case' };
      return clock.runUntil(runCommand({ kernel, clock, place, command }));
    },
    type: async (input) => {
      const terminal = new Map([...env, ['PS1', '# '], ['TERM', 'dumb']]);
      const command = { argv: ['bash', '--norc', '--noprofile', '-i'], env: terminal, cwd: '/tmp/case' };
      const size = { columns: 200, rows: 24 };
      return (await clock.runUntil(runOnTerminal({ kernel, clock, place, command, size, input }))).stdout;
    },
  };
}
