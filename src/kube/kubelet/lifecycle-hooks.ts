import type { Clock } from '../../clock';
import type { Pod, ProbeHandler } from '../api';
import { RuntimeError, type Container as RuntimeContainer, type Runtime } from '../runtime';
import { podKey } from './clients';
import { httpGet, PortError, portOf } from './http-probe';

/** A hook did not do what it should; the message is what the container's status shows. */
export class HookError extends Error {}

const quoted = (text: string): string => JSON.stringify(text);

/** Runs a container's postStart or preStop hook to its end. Throws HookError. */
export class LifecycleHooks {
  constructor(
    private readonly runtime: Runtime,
    private readonly clock: Clock,
  ) {}

  async run(pod: Pod, running: RuntimeContainer, hook: ProbeHandler): Promise<void> {
    const about = `for Container "${running.config.name}" in Pod "${podKey(pod)}" failed - error:`;
    if (hook.exec) {
      const command = hook.exec.command ?? [];
      const { problem, output } = await this.#exec(running, command);
      if (problem) throw new HookError(`Exec lifecycle hook (${`[${command.join(' ')}]`}) ${about} ${problem}, message: ${quoted(output)}`);
    } else if (hook.httpGet) {
      const { path = '', host } = hook.httpGet;
      const ip = this.runtime.listPodSandboxes().find(({ id }) => id === running.sandboxId)?.ip ?? '';
      const problem = await this.#get(pod, running, hook.httpGet, host ?? ip);
      if (problem) throw new HookError(`HTTP lifecycle hook (${path}) ${about} ${problem}`);
    } else if (hook.sleep) await this.clock.sleep(hook.sleep.seconds * 1000);
  }

  async #get(pod: Pod, running: RuntimeContainer, get: NonNullable<ProbeHandler['httpGet']>, host: string): Promise<string | undefined> {
    try {
      return (await httpGet(this.runtime, host, portOf(get.port, pod, running.config.name), get)).problem;
    } catch (error) {
      if (!(error instanceof PortError)) throw error;
      return error.message;
    }
  }

  async #exec(container: RuntimeContainer, argv: readonly string[]): Promise<{ problem?: string; output: string }> {
    const decoder = new TextDecoder();
    let output = '';
    const collect = (bytes: Uint8Array): void => void (output += decoder.decode(bytes, { stream: true }));
    try {
      const session = await this.runtime.exec(container.id, { argv, stdout: collect, stderr: collect, tty: false });
      const code = await session.exit;
      return code === 0 ? { output } : { problem: `command '${argv.join(' ')}' exited with ${code}: ${output}`, output };
    } catch (error) {
      if (!(error instanceof RuntimeError)) throw error;
      return { problem: `rpc error: code = ${error.code} desc = ${error.message}`, output };
    }
  }
}
