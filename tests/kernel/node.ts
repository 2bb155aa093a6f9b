import { VirtualClock } from '../../src/clock';
import { createSandbox, loginEnvironment, runCommand, type Machine } from '../../src/sandbox';
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
  readonly faults: readonly unknown[];
}

export async function bootNode({ privileged = false }: { privileged?: boolean } = {}): Promise<Node> {
  const clock = new VirtualClock(nodeHostTime);
  const pause = await loadPause();
  const faults: unknown[] = [];
  const { ready } = await createSandbox({
    clock,
    assets: { pause: { '3.10': pause.v310, '3.0': pause.v30 }, pauseSource: pause.source, deviations: '', home: {} },
    formats: [createWasi(createPlainHost(), clock)],
    cc: createCc(toolchainLoader(), clock),
    kind: 'node',
    bare: true,
    privileged,
    report: (error) => void faults.push(error),
  });
  const { machine } = await clock.runUntil(ready);
  const env = loginEnvironment({ LC_ALL: 'C', TZ: 'UTC' });
  return {
    machine,
    clock,
    faults,
    run: (script) => {
      const { kernel, place } = machine;
      const command = { argv: ['bash', '-c', script], env, cwd: '/tmp/case' };
      return clock.runUntil(runCommand({ kernel, clock, place, command }));
    },
  };
}
