import { RealClock } from '../src/clock';
import { createSandbox, loginEnvironment, runCommand, type Sandbox } from '../src/sandbox';
import { nodeHostTime } from '../src/sandbox/host-node';
import { createPlainHost, createWasi, loadPause } from '../src/wasi';

/** A sandbox in real time, for timing. */
export async function bootSandbox(kind: 'cluster' | 'node'): Promise<Sandbox> {
  const clock = new RealClock(nodeHostTime);
  const { v310, v30, source } = await loadPause();
  const { ready } = await createSandbox({
    clock,
    assets: { pause: { '3.10': v310, '3.0': v30 }, pauseSource: source, deviations: async () => '', home: {} },
    formats: [createWasi(createPlainHost(), clock)],
    kind,
    bare: true,
    privileged: false,
    report: (error) => {
      throw error as Error;
    },
  });
  return ready;
}

/** Runs a script in bash and throws when it fails. */
export async function run({ machine: { kernel, place } }: Sandbox, script: string): Promise<string> {
  const command = { argv: ['bash', '-c', script], env: loginEnvironment(), cwd: '/root' };
  const { stdout, stderr, code } = await runCommand({ kernel, clock: kernel.clock, place, command });
  if (code !== 0) throw new Error(`exit code ${code}: ${stderr}`);
  return stdout;
}
