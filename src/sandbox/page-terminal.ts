import type { Clock } from '../clock';
import type { KernelApi, Pty, Task } from '../kernel';
import { loginEnvironment } from './machine';
import type { TerminalSize } from './protocol';
import { exitCodeOf, installTerminal, type Place } from './session';

/** Bytes sent to the page but not shown yet, above which programs that print have to wait, and below which they go on. */
const highWater = 256 * 1024;
const lowWater = 64 * 1024;

/** Programs that read a command line key by key, their own or that of a shell at their far end. */
const commandReaders: ReadonlySet<string> = new Set(['bash', 'sh', 'ash', 'busybox', 'kubectl', 'docker', 'crictl']);

const encoder = new TextEncoder();
const killLine = '\x05\x15';

export interface TerminalHost {
  readonly kernel: KernelApi;
  readonly clock: Pick<Clock, 'turn'>;
  readonly place: Place;
  readonly home: string;
  /** Calls back after that much real time, ms. */
  readonly later: (delayMs: number, callback: () => void) => void;
}

/** A login shell on a pseudo-terminal whose screen is in the page. */
export class PageTerminal {
  readonly #pty: Pty;
  readonly #host: TerminalHost;
  #chunks: Uint8Array[] = [];
  #sending = false;
  #unshown = 0;
  #ended = false;
  #task: Task | undefined;

  private constructor(
    host: TerminalHost,
    size: TerminalSize,
    private readonly onOutput: (bytes: Uint8Array) => void | Promise<void>,
  ) {
    this.#host = host;
    this.#pty = host.kernel.openPty(size);
    this.#pty.onOutput((bytes) => this.#show(bytes));
  }

  /** `onEnd` gets the shell's exit status. */
  static async open(
    host: TerminalHost,
    size: TerminalSize,
    onOutput: (bytes: Uint8Array) => void | Promise<void>,
    onEnd: (status: number) => void,
  ): Promise<PageTerminal> {
    const terminal = new PageTerminal(host, size, onOutput);
    const env = loginEnvironment({ TERM: 'xterm-256color', LANG: 'C.UTF-8' });
    const task = await host.place.start((child) => installTerminal(host.kernel, child, terminal.#pty), {
      argv: ['bash'],
      env,
      cwd: host.home,
    });
    terminal.#task = task;
    void task.exited.then((status) => {
      terminal.#ended = true;
      terminal.#pty.close();
      onEnd(exitCodeOf(status));
    });
    return terminal;
  }

  /** What is printed within one turn goes as one chunk. */
  #show(bytes: Uint8Array): void {
    this.#chunks.push(bytes);
    this.#unshown += bytes.length;
    if (this.#unshown > highWater) this.#pty.hold(true);
    if (!this.#sending) void this.#send();
  }

  async #send(): Promise<void> {
    this.#sending = true;
    await this.#host.clock.turn();
    while (this.#chunks.length > 0) {
      const chunk = joined(this.#chunks.splice(0));
      try {
        await this.onOutput(chunk);
      } catch {
        // the page's side is gone: nobody is left to show it to
      }
      this.#unshown -= chunk.length;
      if (this.#unshown < lowWater) this.#pty.hold(false);
    }
    this.#sending = false;
  }

  write(bytes: Uint8Array): void {
    if (!this.#ended) this.#pty.write(bytes);
  }

  resize(size: TerminalSize): void {
    if (!this.#ended) this.#pty.resize(size);
  }

  close(): void {
    this.#pty.close();
  }

  /** Whether a command line can be typed: the foreground reads keys one by one and is a shell, or leads to one. */
  get #atPrompt(): boolean {
    const { leader, raw } = this.#pty.foreground;
    return raw && leader !== undefined && commandReaders.has(leader.comm);
  }

  /** Types `line` and Enter once a command line can be typed; what stood there half typed can be had back by Ctrl-Y. */
  async run(line: string): Promise<void> {
    while (!this.#ended && !this.#atPrompt) await new Promise<void>((resolve) => this.#host.later(20, resolve));
    const local = this.#pty.foreground.leader === this.#task;
    this.write(encoder.encode(`${local ? killLine : ''}${line.replaceAll('\n', '\r')}\r`));
  }
}

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  const [first] = chunks;
  if (chunks.length === 1 && first) return first;
  const all = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}
