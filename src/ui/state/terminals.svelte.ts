import { proxy } from 'comlink';
import type { Outcome, SandboxApi, TerminalId, TerminalSize } from '../../sandbox/protocol';

export type TerminalAccess = Pick<SandboxApi, 'openTerminal' | 'writeTerminal' | 'resizeTerminal' | 'closeTerminal' | 'run' | 'outcome'>;

/** Where a terminal's output is shown. */
export interface Screen {
  readonly size: TerminalSize;
  /** Settles once the bytes are shown. */
  write(bytes: Uint8Array): Promise<void>;
  /** Another shell is about to print here. `fresh`: of another sandbox, so that nothing of what is shown is true any more. */
  renew(fresh: boolean): Promise<void>;
  focus(): void;
  dispose(): void;
}

const encoder = new TextEncoder();
const enter = 0x0d;
/** How long keys wait for the prompt, which they would be shown before. */
const promptMs = 1000;

/** One tab: a screen, and a shell once the sandbox is there. */
export class Terminal {
  readonly number: number;
  state:
    | { readonly state: 'opening' }
    | { readonly state: 'open'; readonly id: TerminalId }
    | { readonly state: 'ended'; readonly status: number } = $state.raw({ state: 'opening' });
  screen: Screen | undefined;
  #size: TerminalSize | undefined;
  #typed: Uint8Array[] = [];
  /** The shell is there and has not shown its prompt yet. */
  #early = false;
  #access: TerminalAccess | undefined;
  #used = false;
  #onOpen: (() => void)[] = [];

  constructor(number: number) {
    this.number = number;
  }

  /** A sandbox and a screen are there: starts a shell. Keys typed earlier go to it. */
  async open(access: TerminalAccess): Promise<void> {
    const { screen } = this;
    if (!screen) return;
    const fresh = this.#access !== access;
    const again = fresh ? this.#used : this.state.state === 'ended';
    this.#used = true;
    this.#access = access;
    this.state = { state: 'opening' };
    if (again) await screen.renew(fresh);
    if (this.#access !== access) return;
    this.#size = screen.size;
    let prompted: () => void = () => undefined;
    const prompt = new Promise<void>((resolve) => (prompted = resolve));
    const id = await access.openTerminal(
      screen.size,
      proxy((bytes: Uint8Array) => {
        prompted();
        return screen.write(bytes);
      }),
    );
    if (this.#access !== access) return;
    this.#early = true;
    this.state = { state: 'open', id };
    await Promise.race([prompt, new Promise((resolve) => setTimeout(resolve, promptMs))]);
    if (this.#access !== access) return;
    this.#early = false;
    for (const bytes of this.#typed.splice(0)) void access.writeTerminal(id, bytes);
    for (const opened of this.#onOpen.splice(0)) opened();
    this.resize(screen.size);
  }

  disconnect(): void {
    this.#access = undefined;
    this.state = { state: 'opening' };
  }

  ended(status: number): void {
    this.state = { state: 'ended', status };
  }

  /** Once the shell has ended, Enter starts another. */
  type(keys: string | Uint8Array): void {
    const bytes = typeof keys === 'string' ? encoder.encode(keys) : keys;
    if (this.state.state === 'opening' || this.#early) this.#typed.push(bytes);
    else if (this.state.state === 'open') void this.#access?.writeTerminal(this.state.id, bytes);
    else if (bytes.at(-1) === enter && this.#access) void this.open(this.#access);
  }

  resize(size: TerminalSize): void {
    if (this.state.state !== 'open' || (this.#size?.columns === size.columns && this.#size.rows === size.rows)) return;
    this.#size = size;
    void this.#access?.resizeTerminal(this.state.id, size);
  }

  /** Types a command and Enter, once a shell waits for one. */
  async run(commandLine: string): Promise<void> {
    if (this.state.state === 'ended' && this.#access) await this.open(this.#access);
    if (this.state.state === 'opening') await new Promise<void>((resolve) => this.#onOpen.push(resolve));
    if (this.state.state === 'open') await this.#access?.run(this.state.id, commandLine);
  }

  /** How the line that was entered last ended, once it has; undefined: nobody can tell any more. */
  async outcome(): Promise<Outcome | undefined> {
    return this.state.state === 'open' ? this.#access?.outcome(this.state.id) : undefined;
  }

  async close(): Promise<void> {
    if (this.state.state === 'open') await this.#access?.closeTerminal(this.state.id);
    this.disconnect();
    this.screen?.dispose();
  }
}

export class Terminals {
  list: readonly Terminal[] = $state.raw([]);
  active: Terminal = $state.raw(new Terminal(1));
  #next = 2;
  #access: TerminalAccess | undefined;

  constructor() {
    this.list = [this.active];
  }

  async connect(access: TerminalAccess): Promise<void> {
    this.#access = access;
    await Promise.all(this.list.map((terminal) => terminal.open(access)));
  }

  disconnect(): void {
    this.#access = undefined;
    for (const terminal of this.list) terminal.disconnect();
  }

  /** A screen has been made for it, perhaps after the sandbox. */
  attach(terminal: Terminal, screen: Screen): void {
    terminal.screen = screen;
    if (this.#access) void terminal.open(this.#access);
  }

  add(): Terminal {
    const terminal = new Terminal(this.#next++);
    this.list = [...this.list, terminal];
    this.active = terminal;
    return terminal;
  }

  /** The last one cannot be closed. */
  close(terminal: Terminal): void {
    if (this.list.length < 2) return;
    const at = this.list.indexOf(terminal);
    this.list = this.list.filter((other) => other !== terminal);
    if (this.active === terminal) this.active = this.list[Math.max(0, at - 1)]!;
    void terminal.close();
  }

  reopen(terminal: Terminal): void {
    if (this.#access) void terminal.open(this.#access);
  }

  ended(id: TerminalId, status: number): void {
    for (const terminal of this.list) if (terminal.state.state === 'open' && terminal.state.id === id) terminal.ended(status);
  }
}
