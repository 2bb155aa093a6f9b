import { Errno, SIG, type Termios } from '../kernel';
import { complete, type Completion } from './completion';
import type { History } from './history';
import { searchHistory } from './history-search';
import { historyWords } from './history-expansion';
import { type Key, Keys } from './keys';
import { LineBuffer } from './line-buffer';
import { notifyJobs } from './notices';
import { boundTo } from './readline/bindings';
import type { ViMode } from './readline/vi-mode';
import { runString } from './run-text';
import { readLine } from './lines';
import { listCompletions } from './listing';
import { Screen } from './screen';
import type { Shell } from './shell';
import { runPendingTraps } from './traps';

export type Typed = { readonly kind: 'line'; readonly text: string } | { readonly kind: 'eof' } | { readonly kind: 'interrupt' };

/** Commands that kill text: one after the other they fill one place in the ring. */
const kills = new Set(['C-k', 'C-u', 'C-w', 'M-backspace', 'M-d']);
const yanks = new Set(['C-y', 'M-y']);

/** Reads lines at a terminal, with readline's emacs keys. What it returns may hold newlines when text was pasted. */
export class LineEditor {
  private readonly keys: Keys;
  private readonly buffer = new LineBuffer();
  private readonly screen: Screen;
  private historyAt = 0;
  private draft = '';
  private prompt = '';
  /** `set -o vi`: made when the first key is typed in that mode. */
  private vi: ViMode | undefined;
  /** Lines of the history as changed on the way through it. */
  private readonly edited = new Map<number, string>();
  private lastTab = false;
  /** Ctrl-O: the line of the history that comes next. */
  private following: number | undefined;
  /** Alt-. again takes the last word of the line before. */
  private lastWord: { readonly from: number; readonly line: number } | undefined;

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
    this.prompt = prompt;
    this.vi?.begin();
    this.screen.silent = !before.echo && sh.dialect.name === 'bash';
    this.historyAt = this.history.lines.length;
    this.draft = '';
    // `set -b`: a child's end interrupts the reading of keys
    sh.proc.sigaction(SIG.CHLD, () => (sh.traps.get(SIG.CHLD) ? sh.noteTrap(SIG.CHLD) : undefined), { restart: !sh.options.has('notify') });
    const resized = sh.proc.sigaction(SIG.WINCH, () => this.screen.resized());
    try {
      await sh.err(pasteMode ? '\x1b[?2004h' : '');
      await this.screen.start(prompt);
      await this.fetchFollowing();
      const result = await this.edit();
      await sh.err(pasteMode ? `\x1b[?2004l\r${result.kind === 'eof' ? '\n' : ''}` : '');
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
      // bash runs other traps once the line has been entered
      if (sh.hasPendingTraps && sh.dialect.name !== 'bash') await runPendingTraps(sh);
      if (sh.options.has('notify')) await notifyJobs(sh, '\r');
      return 'again';
    }
  }

  /** What a key means by the bindings and in vi's mode; `again` when that has been done. */
  private async translated(typed: Key): Promise<Key | 'again'> {
    const { sh, screen } = this;
    let key = typed;
    const { bindings } = sh.readline;
    if (bindings.size > 0) {
      const bound = await boundTo(bindings, typed, this.sureKey);
      if (bound?.kind === 'macro') this.keys.type(bound.text);
      else if (bound?.kind === 'command') await this.runBound(bound.command);
      if (bound && bound.kind !== 'key') return 'again';
      if (bound?.kind === 'key') key = { name: bound.key ?? 'unknown' };
    }
    if (!sh.options.has('vi')) return key;
    this.vi ??= new (await sh.proc.fetched(() => import('./readline/vi-mode'))).ViMode({
      buffer: this.buffer,
      lines: this.history.lines,
      at: () => this.historyAt,
      recall: (at) => this.recall(at),
      key: this.sureKey,
      show: () => screen.draw(this.buffer),
    });
    const rest = await this.vi.handle(key);
    if (rest) return rest;
    if (await this.keys.pending()) screen.dirty = true;
    else await screen.draw(this.buffer);
    return 'again';
  }

  /** `bind -x`: the command sees and may change the line in READLINE_LINE. */
  private async runBound(command: string): Promise<void> {
    const { sh, buffer, screen } = this;
    await screen.finish(buffer);
    sh.vars.set('READLINE_LINE', buffer.text);
    sh.vars.set('READLINE_POINT', String(buffer.cursor));
    const { status } = sh;
    await runString(sh, command);
    sh.status = status;
    buffer.set(sh.vars.get('READLINE_LINE') ?? '', Number(sh.vars.get('READLINE_POINT') ?? 0));
    buffer.cursor = Math.max(0, Math.min(buffer.cursor, buffer.chars.length));
    sh.vars.unset('READLINE_LINE');
    sh.vars.unset('READLINE_POINT');
    await screen.start(this.prompt);
    await screen.draw(buffer);
  }

  /** The line before (-1) or after in the history that begins with what stands before the cursor. */
  private searchPrefix(step: -1 | 1): void {
    const { lines } = this.history;
    const prefix = this.buffer.before;
    const { cursor } = this.buffer;
    for (let at = this.historyAt + step; at >= 0 && at <= lines.length; at += step) {
      if (at < lines.length && !(lines[at] ?? '').startsWith(prefix)) continue;
      this.recall(at);
      if (prefix !== '') this.buffer.cursor = cursor;
      return;
    }
  }

  private readonly sureKey = async (): Promise<Key | undefined> => {
    for (;;) {
      const key = await this.nextKey();
      if (key !== 'again') return key;
    }
  };

  private async edit(): Promise<Typed> {
    const { buffer, screen, sh } = this;
    for (;;) {
      const typed = await this.nextKey();
      const key = typed === 'again' || !typed ? typed : await this.translated(typed);
      if (key === 'again') {
        if (screen.dirty) await screen.draw(buffer);
        continue;
      }
      if (!key) return { kind: 'eof' };
      const tabbed = this.lastTab;
      this.lastTab = false;
      const { lastWord } = this;
      this.lastWord = undefined;
      buffer.starts(kills.has(key.name), yanks.has(key.name));
      switch (key.name) {
        case 'enter':
          this.edited.delete(this.historyAt);
          await screen.finish(buffer);
          return { kind: 'line', text: buffer.text };
        case 'C-o':
          this.following = this.historyAt + 1;
          await screen.finish(buffer);
          return { kind: 'line', text: buffer.text };
        case 'M-#':
          buffer.set(`#${buffer.text}`);
          await screen.draw(buffer);
          await screen.finish(buffer);
          return { kind: 'line', text: buffer.text };
        case 'C-c':
          await screen.interrupt(buffer, Boolean(sh.traps.get(SIG.INT)));
          return { kind: 'interrupt' };
        case 'C-d':
          if (buffer.chars.length === 0) return { kind: 'eof' };
          buffer.delete();
          break;
        case 'char':
          buffer.insert(key.text ?? '');
          if (await screen.typed(buffer, key.text ?? '')) continue;
          break;
        case 'C-v':
        case 'C-q':
          buffer.insert(await this.keys.literal());
          break;
        case 'paste':
          buffer.insert((key.text ?? '').replace(/\n$/, ''));
          break;
        case 'tab':
          await this.tab(tabbed);
          break;
        case 'M-?':
        case 'M-=':
          await this.tab(true, true);
          break;
        case 'M-.':
        case 'M-_':
          this.insertLastWord(lastWord);
          break;
        case 'C-r':
        case 'C-s': {
          const found = await searchHistory(screen, this.history.lines, { text: buffer.text, at: this.historyAt }, key.name, this.sureKey);
          if (found.at !== undefined) this.historyAt = found.at;
          buffer.set(found.text, found.cursor);
          if (found.end === 'interrupt') {
            await sh.err('^C\n');
            return { kind: 'interrupt' };
          }
          if (found.end === 'enter') {
            buffer.end();
            await screen.draw(buffer);
            await screen.finish(buffer);
            return { kind: 'line', text: buffer.text };
          }
          if (found.key) this.command(found.key);
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
      case 'kill-whole-line': buffer.killWhole(); return true;
      case 'history-search-backward': this.searchPrefix(-1); return true;
      case 'history-search-forward': this.searchPrefix(1); return true;
      case 'M-\\': buffer.deleteSpace(); return true;
      case 'C-y': buffer.yank(); return true;
      case 'M-y': buffer.yankPop(); return true;
      case 'C-t': buffer.transpose(); return true;
      case 'M-t': buffer.transposeWords(); return true;
      case 'undo': buffer.undo(); return true;
      case 'M-r': buffer.revert(); return true;
      case 'M-u': buffer.changeWord((w) => w.toUpperCase()); return true;
      case 'M-l': buffer.changeWord((w) => w.toLowerCase()); return true;
      case 'M-c': buffer.changeWord((w) => w.toLowerCase().replace(/[\p{L}\p{N}]/u, (c) => c.toUpperCase())); return true;
      case 'up': case 'C-p': this.recall(this.historyAt - 1); return true;
      case 'down': case 'C-n': this.recall(this.historyAt + 1); return true;
      case 'M-<': this.recall(0); return true;
      case 'M->': this.recall(this.history.lines.length); return true;
      default: return false;
    } // prettier-ignore
  }

  private recall(at: number): void {
    const { lines } = this.history;
    if (at < 0 || at > lines.length || at === this.historyAt) return;
    if (this.historyAt === lines.length) this.draft = this.buffer.text;
    else if (this.buffer.text !== lines[this.historyAt]) this.edited.set(this.historyAt, this.buffer.text);
    this.historyAt = at;
    this.buffer.clear();
    this.buffer.set(at === lines.length ? this.draft : (this.edited.get(at) ?? lines[at]?.replace(/\n$/, '') ?? ''));
  }

  private async fetchFollowing(): Promise<void> {
    const at = this.following;
    this.following = undefined;
    if (at === undefined || at >= this.history.lines.length) return;
    this.recall(at);
    await this.screen.draw(this.buffer);
  }

  private insertLastWord(before: { readonly from: number; readonly line: number } | undefined): void {
    const line = (before?.line ?? this.history.lines.length) - 1;
    const word = historyWords(this.history.lines[line] ?? '').at(-1);
    if (word === undefined) {
      this.lastWord = before;
      return;
    }
    const from = before?.from ?? this.buffer.cursor;
    this.buffer.replace(from, this.buffer.cursor, word);
    this.lastWord = { from, line };
  }

  private async tab(again: boolean, listOnly = false): Promise<void> {
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
    if (only && !listOnly) {
      buffer.replace(from, buffer.cursor, only.text + only.suffix);
      return;
    }
    const prefix = commonPrefix(candidates.map((c) => c.text));
    if (prefix.length > buffer.before.slice(result.start).length && !listOnly) {
      buffer.replace(from, buffer.cursor, prefix);
      this.lastTab = sh.dialect.almquist;
      return;
    }
    this.lastTab = true;
    if (!again) {
      await sh.err('\x07');
      return;
    }
    await this.screen.below(buffer, () =>
      listCompletions(
        sh,
        candidates.map((c) => ({ shown: c.shown, measured: c.shown.replace(/\/$/, '') })),
        async () => {
          const key = await this.sureKey();
          return key?.name === 'char' ? (key.text ?? '') : (key?.name ?? 'C-c');
        },
      ),
    );
  }
}

function commonPrefix(texts: readonly string[]): string {
  let prefix = texts[0] ?? '';
  for (const text of texts) while (!text.startsWith(prefix)) prefix = prefix.slice(0, -1);
  return prefix;
}
