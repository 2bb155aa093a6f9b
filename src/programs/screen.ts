import { Errno, type Process, SIG, type Termios, type WindowSize } from '../kernel';
import { utf8 } from './text';

const sequences: Readonly<Record<string, string>> = {
  '[A': 'up', '[B': 'down', '[C': 'right', '[D': 'left', OA: 'up', OB: 'down', OC: 'right', OD: 'left', '[H': 'home', '[F': 'end', OH: 'home', OF: 'end', '[1~': 'home', '[4~': 'end', '[7~': 'home', '[8~': 'end', '[5~': 'page-up', '[6~': 'page-down',
  '[3~': 'delete', '[2~': 'insert', '[1;5C': 'word-right', '[1;5D': 'word-left', '[1;5H': 'first', '[1;5F': 'last', '[Z': 'back-tab',
}; // prettier-ignore

/** A terminal in raw mode: keys by name (`up`, `ctrl-x`, `enter`, `escape`, or the character), and writes. */
export class Screen {
  private saved: Termios | undefined;
  private pending = '';
  private resized = false;
  private stopping = false;
  constructor(
    readonly proc: Process,
    readonly fd = 0,
    readonly out = 1,
  ) {}

  /** Without echo, lines and signals; the former settings come back with `leave`. */
  async enter(options: { readonly signals?: boolean; readonly alternate?: boolean } = {}): Promise<void> {
    this.saved = this.proc.tcgetattr(this.fd);
    this.proc.sigaction(SIG.WINCH, () => {
      this.resized = true;
    });
    this.raw = {
      ...this.saved,
      icanon: false,
      echo: false,
      isig: options.signals ?? false,
      ixon: false,
      icrnl: false,
      iexten: false,
      vmin: 1,
      vtime: 0,
    };
    if (options.signals) this.proc.sigaction(SIG.TSTP, () => void (this.stopping = true));
    await this.proc.tcsetattr(this.fd, this.raw);
    if (options.alternate) await this.write('\x1b[?1049h');
    this.alternate = options.alternate ?? false;
  }
  private alternate = false;
  private raw: Termios | undefined;

  /** Stops, by default with all of its process group, the terminal as it was found; goes on in raw mode when continued. */
  async suspend(pid = 0): Promise<void> {
    this.stopping = false;
    if (!this.saved || !this.raw) return;
    await this.write(this.alternate ? '\x1b[?1049l' : `\x1b[${this.size.rows};1H\x1b[?25h`);
    await this.proc.tcsetattr(this.fd, this.saved);
    const before = this.proc.sigaction(SIG.TSTP, 'default');
    this.proc.kill(pid, SIG.TSTP);
    await this.proc.schedYield();
    this.proc.sigaction(SIG.TSTP, before);
    await this.proc.tcsetattr(this.fd, this.raw);
    await this.write(this.alternate ? '\x1b[?1049h\x1b[H\x1b[2J' : '\x1b[?25l\x1b[H\x1b[2J');
    this.resized = true;
  }

  async leave(): Promise<void> {
    if (this.alternate) await this.write('\x1b[?1049l');
    if (this.saved) await this.proc.tcsetattr(this.fd, this.saved);
    this.saved = undefined;
  }

  get size(): WindowSize {
    const s = this.proc.getWindowSize(this.out);
    return { columns: s.columns || 80, rows: s.rows || 24 };
  }

  async write(text: string): Promise<void> {
    await this.proc.write(this.out, text);
  }

  /** Whether Ctrl-Z, which is a key like others in raw mode, stops the program. */
  suspends = false;

  /** Whether a key after an escape is Alt and that key. vi takes them as two. */
  meta = true;

  /** The next key; `resize` when the window changed, undefined at the timeout or when a signal came after which `ended`, `eof` at the end. */
  async key(timeoutMs?: number, ended?: () => boolean): Promise<string | undefined> {
    for (;;) {
      if (this.stopping) await this.suspend(this.proc.pid);
      if (this.resized) {
        this.resized = false;
        return 'resize';
      }
      if (this.pending !== '') {
        const key = this.take();
        if (key !== 'ctrl-z' || !this.suspends) return key;
        await this.suspend();
        continue;
      }
      try {
        if (timeoutMs !== undefined) {
          const [ready] = await this.proc.poll([{ fd: this.fd, events: 'in' }], timeoutMs);
          if (!ready || !(ready.in || ready.hup || ready.err)) return undefined;
        }
        const data = await this.proc.read(this.fd, 4096);
        if (data.length === 0) return 'eof';
        this.pending += utf8.decode(data);
      } catch (error) {
        if (!(error instanceof Errno)) throw error;
        if (error.code === 'EINTR') {
          if (ended?.()) return undefined;
          continue;
        }
        return 'eof';
      }
    }
  }

  private take(): string {
    const text = this.pending;
    const [c = ''] = text;
    if (c === '\x1b') {
      const m = /^\x1b(\[[0-9;?]*[ -/]*[@-~]|O[A-Za-z])/.exec(text); // prettier-ignore
      if (m) {
        this.pending = text.slice(m[0].length);
        return sequences[m[1] as string] ?? 'unknown';
      }
      const next = text[1];
      if (this.meta && next !== undefined && next !== '\x1b') {
        this.pending = text.slice(2);
        return `alt-${next}`;
      }
      this.pending = text.slice(1);
      return 'escape';
    }
    this.pending = text.slice(c.length);
    if (c === '\r' || (c === '\n' && !this.meta)) return 'enter';
    if (c === '\t') return 'tab';
    if (c === '\x7f' || c === '\b') return 'backspace';
    const code = c.charCodeAt(0);
    if (code === 0) return 'ctrl-space';
    if (code < 27) return `ctrl-${String.fromCharCode(code + 96)}`;
    if (code < 32) return `ctrl-${String.fromCharCode(code + 64)}`;
    return c;
  }

  /** Whether keys typed wait already: a vi `escape` is one, not the start of a sequence. */
  get hasPending(): boolean {
    return this.pending !== '';
  }
}
