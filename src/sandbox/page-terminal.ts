import type { Clock } from '../clock';
import type { KernelApi, Pty, Task } from '../kernel';
import { loginEnvironment } from './machine';
import type { Outcome, TerminalSize } from './protocol';
import { exitCodeOf, installTerminal, type Place } from './session';

/** Bytes sent to the page but not shown yet, above which programs that print have to wait, and below which they go on. */
const highWater = 256 * 1024;
const lowWater = 64 * 1024;

/** Programs that read a command line key by key, their own or that of a shell at their far end. */
const commandReaders: ReadonlySet<string> = new Set(['bash', 'sh', 'ash', 'busybox', 'kubectl', 'docker', 'crictl']);
/** Shells that read whole lines. */
const plainShells: ReadonlySet<string> = new Set(['sh', 'dash']);

const encoder = new TextEncoder();
const enter = 0x0d;
const killLine = '\x05\x15';
/** Characters of a command's output that are told, counted from its end. */
const mostOutput = 4000;
const pollMs = 20;
// colours and other control sequences, titles, carriage returns
const controls = /\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b\][^\x07]*\x07|\x1b[()][A-B0]|\r/g;

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
  readonly #unobserve: () => void;
  #task: Task | undefined;
  /** The command line that was entered last: the shell it went to, what came after it, its last process's end. */
  #typed: { readonly shell: Task | undefined; text: string; code: number | undefined } | undefined;
  readonly #decoder = new TextDecoder();

  private constructor(
    host: TerminalHost,
    size: TerminalSize,
    private readonly onOutput: (bytes: Uint8Array) => void | Promise<void>,
  ) {
    this.#host = host;
    this.#pty = host.kernel.openPty(size);
    this.#pty.onOutput((bytes) => this.#show(bytes));
    this.#unobserve = host.kernel.observe((event) => {
      if (event.type !== 'exit' || !this.#typed || event.task.parent !== this.#typed.shell) return;
      this.#typed.code = exitCodeOf(event.status);
    });
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
      terminal.#unobserve();
      terminal.#pty.close();
      onEnd(exitCodeOf(status));
    });
    return terminal;
  }

  /** What is printed within one turn goes as one chunk. */
  #show(bytes: Uint8Array): void {
    this.#chunks.push(bytes);
    if (this.#typed) this.#typed.text = (this.#typed.text + this.#decoder.decode(bytes, { stream: true })).slice(-2 * mostOutput);
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
    if (this.#ended) return;
    if (bytes.at(-1) === enter && this.#atPrompt) this.#enters();
    this.#pty.write(bytes);
  }

  #enters(): void {
    this.#typed = { shell: this.#pty.foreground.leader, text: '', code: undefined };
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
    if (!leader) return false;
    // dash leaves line editing to the terminal: it waits when it sleeps and nothing runs for it
    return raw ? commandReaders.has(leader.comm) : plainShells.has(leader.comm) && leader.state === 'S' && leader.children.length === 0;
  }

  /** Types `line` and Enter once a command line can be typed; what stood there half typed can be had back by Ctrl-Y. */
  async run(line: string): Promise<void> {
    while (!this.#ended && !this.#atPrompt) await this.#pause();
    const local = this.#pty.foreground.leader === this.#task;
    this.write(encoder.encode(`${local ? killLine : ''}${line.replaceAll('\n', '\r')}\r`));
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => this.#host.later(pollMs, resolve));
  }

  /** Settles once the line that was entered last has ended: it was taken, and another can be typed. */
  async outcome(): Promise<Outcome | undefined> {
    const typed = this.#typed;
    if (!typed) return undefined;
    let free = 0;
    while (!this.#ended && this.#typed === typed && free < 2) {
      await this.#pause();
      free = typed.text.includes('\n') && this.#atPrompt ? free + 1 : 0;
    }
    if (this.#ended || this.#typed !== typed) return undefined;
    const shown = typed.text.replace(controls, '');
    // what follows is the echo's line end; the last line is the next prompt
    const output = shown.slice(shown.indexOf('\n') + 1, shown.lastIndexOf('\n') + 1);
    return { code: typed.code, output: output.slice(-mostOutput) };
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
