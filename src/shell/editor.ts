import { Errno, SIG, type Termios } from '../kernel';
import { complete, type Completion } from './completion';
import type { History } from './history';
import { type Key, Keys } from './keys';
import { LineBuffer } from './line-buffer';
import { notifyJobs } from './launch';
import { readLine } from './lines';
import { Screen } from './screen';
import type { Shell } from './shell';
import { runPendingTraps } from './traps';

export type Typed = { readonly kind: 'line'; readonly text: string } | { readonly kind: 'eof' } | { readonly kind: 'interrupt' };

/** Reads lines at a terminal, with readline's emacs keys. What it returns may hold newlines when text was pasted. */
export class LineEditor {
  private readonly keys: Keys;
  private readonly buffer = new LineBuffer();
  private readonly screen: Screen;
  private historyAt = 0;
  private draft = '';
  private lastTab = false;

  constructor(
    private readonly sh: Shell,
    private readonly history: History,
  ) {
    this.keys = new Keys(sh);
    this.screen = new Screen(sh);
  }

  async read(prompt: string): Promise<Typed> {
    const { sh } = this;
    // dash edits no lines: the terminal does
    if (!sh.proc.isatty(0) || sh.dialect.name === 'dash') return this.plain(prompt);
    let before: Termios;
    try {
      before = sh.proc.tcgetattr(0);
      await sh.proc.tcsetattr(0, {
        ...before,
        icanon: false,
        echo: false,
        isig: sh.dialect.name === 'bash',
        lnext: 0,
        icrnl: false,
        iexten: false,
        vmin: 1,
        vtime: 0,
      });
    } catch (e) {
      if (e instanceof Errno) return this.plain(prompt);
      throw e;
    }
    const pasteMode = (sh.vars.get('TERM') ?? 'dumb') !== 'dumb' && sh.dialect.name === 'bash';
    this.buffer.clear();
    this.historyAt = this.history.lines.length;
    this.draft = '';
    // `set -b`: a child's end interrupts the reading of keys
    sh.proc.sigaction(SIG.CHLD, () => undefined, { restart: !sh.options.has('notify') });
    const resized = sh.proc.sigaction(SIG.WINCH, () => this.screen.resized());
    try {
      await sh.err(pasteMode ? '\x1b[?2004h' : '');
      await this.screen.start(prompt);
      const result = await this.edit();
      await sh.err(`${pasteMode ? '\x1b[?2004l\r' : ''}`);
      return result;
    } finally {
      sh.proc.sigaction(SIG.WINCH, resized);
      await sh.proc.tcsetattr(0, before);
    }
  }

  private async plain(prompt: string): Promise<Typed> {
    await this.sh.err(prompt);
    try {
      const text = await readLine(this.sh, 0, { interruptible: true });
      return text === undefined ? { kind: 'eof' } : { kind: 'line', text };
    } catch (e) {
      if (!(e instanceof Errno && e.code === 'EINTR')) throw e;
      await this.sh.err('\n');
      return { kind: 'interrupt' };
    }
  }

  /** A key; Ctrl-C when a signal came that means it, `again` after any other; undefined at the end. */
  private async nextKey(): Promise<Key | 'again' | undefined> {
    const { sh } = this;
    try {
      return await this.keys.next();
    } catch (e) {
      if (!(e instanceof Errno)) throw e;
      if (e.code !== 'EINTR') return undefined;
      if (sh.interrupted || sh.peekPendingTraps().includes(SIG.INT)) {
        sh.interrupted = false;
        return { name: 'C-c' };
      }
      if (sh.hasPendingTraps) await runPendingTraps(sh);
      if (sh.options.has('notify')) await notifyJobs(sh, '\r');
      return 'again';
    }
  }

  private async edit(): Promise<Typed> {
    const { buffer, screen, sh } = this;
    for (;;) {
      const key = await this.nextKey();
      if (key === 'again') {
        if (screen.dirty) await screen.draw(buffer);
        continue;
      }
      if (!key) return { kind: 'eof' };
      const tabbed = this.lastTab;
      this.lastTab = false;
      switch (key.name) {
        case 'enter':
        case 'C-o':
          await screen.finish(buffer);
          return { kind: 'line', text: buffer.text };
        case 'C-c':
          await screen.finish(buffer, '^C');
          return { kind: 'interrupt' };
        case 'C-d':
          if (buffer.chars.length === 0) return { kind: 'eof' };
          buffer.delete();
          break;
        case 'char':
          buffer.insert(key.text ?? '');
          if (await screen.typed(buffer, key.text ?? '')) continue;
          break;
        case 'paste':
          buffer.insert((key.text ?? '').replace(/\n$/, ''));
          break;
        case 'tab':
          await this.tab(tabbed);
          break;
        case 'C-r': {
          const chosen = await this.search();
          if (chosen) {
            await screen.draw(buffer);
            await screen.finish(buffer, chosen === 'interrupt' ? '^C' : '');
            return chosen === 'interrupt' ? { kind: 'interrupt' } : { kind: 'line', text: buffer.text };
          }
          break;
        }
        case 'C-l':
          await sh.err('\x1b[H\x1b[2J');
          screen.forget();
          break;
        default:
          if (!this.command(key.name)) continue;
      }
      if (await this.keys.pending()) screen.dirty = true;
      else await screen.draw(buffer);
    }
  }

  /** Keys that only move or change text. */
  private command(name: string): boolean {
    const { buffer } = this;
    switch (name) {
      case 'left': case 'C-b': buffer.left(); return true;
      case 'right': case 'C-f': buffer.right(); return true;
      case 'home': case 'C-a': buffer.home(); return true;
      case 'end': case 'C-e': buffer.end(); return true;
      case 'M-b': buffer.backwardWord(); return true;
      case 'M-f': buffer.forwardWord(); return true;
      case 'backspace': buffer.backspace(); return true;
      case 'delete': buffer.delete(); return true;
      case 'C-k': buffer.killToEnd(); return true;
      case 'C-u': buffer.killToStart(); return true;
      case 'C-w': buffer.rubout(); return true;
      case 'M-backspace': buffer.killWordBackward(); return true;
      case 'M-d': buffer.killWordForward(); return true;
      case 'C-y': buffer.yank(); return true;
      case 'C-t': buffer.transpose(); return true;
      case 'undo': buffer.undo(); return true;
      case 'M-u': buffer.changeWord((w) => w.toUpperCase()); return true;
      case 'M-l': buffer.changeWord((w) => w.toLowerCase()); return true;
      case 'M-c': buffer.changeWord((w) => w.slice(0, 1).toUpperCase() + w.slice(1).toLowerCase()); return true;
      case 'up': case 'C-p': this.recall(this.historyAt - 1); return true;
      case 'down': case 'C-n': this.recall(this.historyAt + 1); return true;
      case 'M-<': this.recall(0); return true;
      case 'M->': this.recall(this.history.lines.length); return true;
      case 'M-.': case 'M-_': buffer.insert(this.history.lines.at(-1)?.trim().split(/\s+/).at(-1) ?? ''); return true;
      case 'M-#': buffer.set(`#${buffer.text}`); return true;
      default: return false;
    } // prettier-ignore
  }

  private recall(at: number): void {
    const { lines } = this.history;
    if (at < 0 || at > lines.length) return;
    if (this.historyAt === lines.length) this.draft = this.buffer.text;
    this.historyAt = at;
    this.buffer.set(at === lines.length ? this.draft : (lines[at] ?? ''));
  }

  /** Ctrl-R. Returns how it ended, or undefined when editing goes on. */
  private async search(): Promise<'enter' | 'interrupt' | undefined> {
    const { lines } = this.history;
    const original = this.buffer.text;
    let wanted = '';
    let at = lines.length;
    let found = original;
    const look = (from: number): boolean => {
      for (let i = from; i >= 0; i--) {
        if (lines[i]?.includes(wanted)) {
          at = i;
          found = lines[i] ?? '';
          return true;
        }
      }
      return false;
    };
    let failed = false;
    for (;;) {
      await this.screen.drawSearch(wanted, found, failed);
      const key = await this.nextKey();
      if (key === 'again') continue;
      if (!key) return 'interrupt';
      if (key.name === 'C-r') failed = wanted !== '' && !look(at - 1);
      else if (key.name === 'char') {
        wanted += key.text ?? '';
        failed = !look(Math.min(at, lines.length - 1));
      } else if (key.name === 'backspace') {
        wanted = wanted.slice(0, -1);
        at = lines.length;
        failed = wanted !== '' && !look(lines.length - 1);
      } else if (key.name === 'C-g') {
        this.buffer.set(original);
        return undefined;
      } else {
        this.buffer.set(found);
        this.historyAt = at;
        if (key.name === 'enter') return 'enter';
        if (key.name === 'C-c') return 'interrupt';
        this.command(key.name);
        return undefined;
      }
    }
  }

  private async tab(again: boolean): Promise<void> {
    const { buffer, sh } = this;
    let result: Completion;
    try {
      result = await complete(sh, buffer.before);
    } catch (e) {
      if (!(e instanceof Errno)) throw e;
      return;
    }
    const from = buffer.cursor - [...buffer.before.slice(result.start)].length;
    const { candidates } = result;
    if (candidates.length === 0) {
      await sh.err('\x07');
      return;
    }
    const only = candidates.length === 1 ? candidates[0] : undefined;
    if (only) {
      buffer.replace(from, buffer.cursor, only.text + only.suffix);
      return;
    }
    const prefix = commonPrefix(candidates.map((c) => c.text));
    if (prefix.length > buffer.before.slice(result.start).length) {
      buffer.replace(from, buffer.cursor, prefix);
      return;
    }
    if (!again) {
      this.lastTab = true;
      await sh.err('\x07');
      return;
    }
    this.lastTab = true;
    await this.screen.list(buffer, candidates.map((c) => c.shown)); // prettier-ignore
  }
}

function commonPrefix(texts: readonly string[]): string {
  let prefix = texts[0] ?? '';
  for (const text of texts) while (!text.startsWith(prefix)) prefix = prefix.slice(0, -1);
  return prefix;
}
