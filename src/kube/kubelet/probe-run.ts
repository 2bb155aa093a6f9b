import type { Clock } from '../../clock';
import type { Pod, Probe } from '../api';
import { RuntimeError, type Container as RuntimeContainer, type Runtime } from '../runtime';
import { dial, httpGet, PortError, portOf } from './http-probe';

/** What one probe gave. `errored` counts as no result at all. */
export type ProbeResult = { readonly kind: 'success' } | { readonly kind: 'failure' | 'errored'; readonly output: string };

/** What a probe's output is cut to (maxRespBodyLength and the exec prober's), bytes. */
const mostOutput = 10_240;

/** Asks a container once how it is (pkg/probe). */
export async function runProbe(runtime: Runtime, clock: Clock, pod: Pod, container: RuntimeContainer, probe: Probe): Promise<ProbeResult> {
  try {
    return await ask(runtime, clock, pod, container, probe);
  } catch (error) {
    if (!(error instanceof PortError)) throw error;
    return { kind: 'errored', output: error.message };
  }
}

async function ask(runtime: Runtime, clock: Clock, pod: Pod, container: RuntimeContainer, probe: Probe): Promise<ProbeResult> {
  const timeoutSeconds = probe.timeoutSeconds ?? 1;
  const { exec, httpGet: get, tcpSocket, grpc } = probe;
  if (exec) return runExec(runtime, clock, container, exec.command ?? [], timeoutSeconds);
  const sandbox = runtime.listPodSandboxes().find(({ id }) => id === container.sandboxId);
  const ip = sandbox?.ip ?? '';
  if (get) {
    const { status, body, problem } = await httpGet(runtime, get.host ?? ip, portOf(get.port, pod, container.config.name), get);
    if (problem !== undefined) return { kind: 'failure', output: problem };
    if (status >= 200 && status < 400) return { kind: 'success' };
    void body;
    return { kind: 'failure', output: `HTTP probe failed with statuscode: ${status}` };
  }
  if (tcpSocket) {
    const problem = dial(runtime, tcpSocket.host ?? ip, portOf(tcpSocket.port, pod, container.config.name));
    return problem === undefined ? { kind: 'success' } : { kind: 'failure', output: problem };
  }
  // nothing here speaks gRPC: the dial blocks until its deadline, whether or not somebody listens
  await clock.sleep(timeoutSeconds * 1000);
  const output = `timeout: failed to connect service "${ip}:${grpc?.port ?? 0}" within ${timeoutSeconds}s: context deadline exceeded`;
  return { kind: 'failure', output };
}

async function runExec(
  runtime: Runtime,
  clock: Clock,
  container: RuntimeContainer,
  argv: readonly string[],
  timeoutSeconds: number,
): Promise<ProbeResult> {
  const decoder = new TextDecoder();
  let output = '';
  const collect = (bytes: Uint8Array): void => {
    if (output.length < mostOutput) output += decoder.decode(bytes, { stream: true });
  };
  try {
    const session = await runtime.exec(container.id, { argv, stdout: collect, stderr: collect, tty: false });
    const timer = new Promise<undefined>((resolve) => {
      const late = clock.after(timeoutSeconds * 1000, () => resolve(undefined));
      void session.exit.then(() => late.cancel());
    });
    const code = await Promise.race([session.exit, timer]);
    if (code !== undefined) return code === 0 ? { kind: 'success' } : { kind: 'failure', output };
    session.task.kill(9);
    return { kind: 'failure', output: `command timed out: "${argv.join(' ')}" timed out after ${timeoutSeconds}s` };
  } catch (error) {
    if (!(error instanceof RuntimeError)) throw error;
    return { kind: 'errored', output: `rpc error: code = ${error.code === 'StartError' ? 'Unknown' : error.code} desc = ${error.message}` };
  }
}
