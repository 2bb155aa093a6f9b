import { parseLog, type Container, type NodeFiles, type Runtime } from '../runtime';

const mostBytes = 4096;
/** What FallbackToLogsOnError takes of the log. */
const logLines = 80;
const logBytes = 2048;

/** What containers left in their termination message file (or log) when they ended, read as they end. */
export class TerminationMessages {
  readonly #messages = new Map<string, string>();
  readonly #files: NodeFiles;
  readonly stop: () => void;

  constructor(runtime: Runtime, files: NodeFiles) {
    this.#files = files;
    this.stop = runtime.onEvent((event) => {
      if (event.type === 'container-exited') void this.#read(event.container);
      else if (event.type === 'container-removed') this.#messages.delete(event.container.id);
    });
  }

  /** Of an ended container, '' when it left nothing. */
  of(containerId: string): string {
    return this.#messages.get(containerId) ?? '';
  }

  async #read(container: Container): Promise<void> {
    const { annotations, mounts, logPath } = container.config;
    const path = annotations['io.kubernetes.container.terminationMessagePath'];
    const file = mounts.find((mount) => mount.containerPath === path)?.hostPath;
    let message = file === undefined ? '' : ((await this.#files.readText(file)) ?? '').slice(0, mostBytes);
    if (
      !message &&
      container.exitCode !== 0 &&
      annotations['io.kubernetes.container.terminationMessagePolicy'] === 'FallbackToLogsOnError'
    ) {
      const lines = parseLog((await this.#files.readText(logPath)) ?? '').slice(-logLines);
      message = lines.map(({ text, partial }) => (partial ? text : `${text}\n`)).join('').slice(-logBytes); // prettier-ignore
    }
    if (message) this.#messages.set(container.id, message);
  }
}
