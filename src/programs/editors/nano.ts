import { Regex } from '../../regex';
import { Errno, SIG } from '../../kernel';
import type { Context } from '../command';
import { readAll } from '../input';
import { Screen } from '../screen';
import { utf8 } from '../text';
import { TextBuffer } from './buffer';
import { cut, expanded, screenColumn, scroll } from './view';

const version = '  GNU nano 7.2';

const shortcuts: readonly (readonly [key: string, text: string])[] = [
  ['^G', 'Help'], ['^X', 'Exit'], ['^O', 'Write Out'], ['^R', 'Read File'], ['^W', 'Where Is'], ['^\\', 'Replace'], ['^K', 'Cut'], ['^U', 'Paste'], ['^T', 'Execute'], ['^J', 'Justify'], ['^C', 'Location'], ['^/', 'Go To Line'],
]; // prettier-ignore

const invert = (text: string): string => `\x1b[7m${text}\x1b[m`;

/** One file in nano. */
export class Nano {
  private readonly buffer = new TextBuffer();
  private top = 0;
  private message = '';
  private cutText: string[] = [];
  private lastWasCut = false;
  private goal: number | undefined;
  private search = '';
  private readonly screen: Screen;
  constructor(
    private readonly ctx: Context,
    private path: string,
    private readonly viewOnly: boolean,
  ) {
    this.screen = new Screen(ctx.proc);
  }

  private get height(): number {
    return Math.max(1, this.screen.size.rows - 4);
  }

  async run(startLine: number, startColumn: number): Promise<number> {
    const { buffer, screen } = this;
    if (this.path !== '') {
      try {
        const fresh = await buffer.load(this.ctx.proc, this.path);
        const n = fresh ? 0 : buffer.text() === '' ? 0 : buffer.lines.length;
        this.addLastLine();
        this.message = fresh ? '[ New File ]' : `[ Read ${n} line${n === 1 ? '' : 's'}${buffer.noNewline ? '' : ''} ]`;
      } catch (error) {
        if (!(error instanceof Errno)) throw error;
        this.message =
          error.code === 'EISDIR' ? `[ "${this.path}" is a directory ]` : `[ Error reading ${this.path}: ${this.ctx.strerror(error)} ]`;
        this.path = '';
      }
    }
    buffer.row = startLine - 1;
    buffer.clamp();
    buffer.column = startColumn - 1;
    buffer.clamp();
    await screen.enter({ alternate: true });
    for (const s of [SIG.TERM, SIG.HUP]) {
      this.ctx.proc.sigaction(s, async () => {
        if (buffer.modified) await buffer.save(this.ctx.proc, `${this.path || 'nano'}.save`).catch(() => undefined);
        await screen.leave();
        await this.ctx.proc.exit(1);
      });
    }
    try {
      for (;;) {
        await this.draw();
        const key = await screen.key();
        if (key === 'eof' || key === undefined) return 1;
        this.message = '';
        if (await this.handle(key)) return 0;
      }
    } finally {
      await screen.leave();
    }
  }

  /** nano shows the end of a file that ends with a newline as one more, empty, line. */
  private addLastLine(): void {
    const { buffer } = this;
    if (buffer.lines.at(-1) !== '') buffer.lines.push('');
    buffer.noNewline = true;
  }

  private async save(path: string): Promise<void> {
    this.addLastLine();
    await this.buffer.save(this.ctx.proc, path);
    const n = this.buffer.lines.length - 1;
    this.message = `[ Wrote ${n} line${n === 1 ? '' : 's'} ]`;
  }

  private async draw(bottom?: { prompt: string; answers: readonly (readonly [string, string])[] }): Promise<void> {
    const { buffer, screen } = this;
    const { columns, rows } = screen.size;
    this.top = scroll(this.top, buffer, this.height, true);
    const name = this.path === '' ? 'New Buffer' : this.path;
    const left = version.padEnd(Math.max(version.length + 2, Math.floor((columns - name.length) / 2)));
    const right = buffer.modified ? ' Modified ' : this.viewOnly ? ' View ' : '';
    const title = `${left}${name}`.slice(0, columns - right.length).padEnd(columns - right.length) + right;
    const out: string[] = [`\x1b[H${invert(title)}`];
    const cursor = screenColumn(buffer.line, buffer.column);
    const shift = cursor >= columns - 1 ? Math.floor(cursor / (columns - 8)) * (columns - 8) : 0;
    for (let i = 0; i < this.height; i++) {
      const line = buffer.lines[this.top + i];
      const from = this.top + i === buffer.row ? shift : 0;
      out.push(`${line === undefined ? '' : cut(expanded(line), from, columns)}\x1b[K`);
    }
    if (bottom) out.push(invert(bottom.prompt.padEnd(columns).slice(0, columns)));
    else {
      const pad = Math.max(0, Math.floor((columns - this.message.length) / 2));
      out.push(`${' '.repeat(pad)}${this.message === '' ? '' : invert(this.message)}\x1b[K`);
    }
    const list = bottom?.answers ?? shortcuts;
    const perRow = Math.max(1, Math.min(Math.ceil(list.length / 2), Math.floor(columns / 13)));
    const width = Math.floor(columns / Math.max(perRow, 1));
    for (const start of [0, 1]) {
      let row = '';
      for (let k = 0; k < perRow; k++) {
        const item = list[k * 2 + start];
        if (!item) continue;
        const label = ` ${item[1]}`.slice(0, Math.max(1, width - item[0].length));
        row += invert(item[0]) + label.padEnd(Math.max(0, width - item[0].length));
      }
      out.push(`${row}\x1b[K`);
    }
    const place = bottom
      ? `\x1b[${rows - 2};${Math.min(columns, bottom.prompt.length + 1)}H`
      : `\x1b[${buffer.row - this.top + 2};${cursor - shift + 1}H`;
    await screen.write(`\x1b[?25l${out.join('\r\n')}${place}\x1b[?25h`);
  }

  /** With `suspends`, Ctrl-Z is an answer too. */
  private async ask(prompt: string, initial = '', suspends = false): Promise<string | undefined> {
    let text = initial;
    for (;;) {
      await this.draw({ prompt: `${prompt}: ${text}`, answers: [['^G', 'Help'], ['^C', 'Cancel'], ...(suspends ? [['^Z', 'Suspend'] as const] : [])] }); // prettier-ignore
      const key = await this.screen.key();
      if (key === 'enter') return text;
      if (key === 'ctrl-c' || key === 'escape' || key === 'eof' || key === undefined) {
        this.message = '[ Cancelled ]';
        return undefined;
      }
      if (key === 'ctrl-z' && suspends) return '\x1a';
      if (key === 'backspace') text = text.slice(0, -1);
      else if (key === 'ctrl-u' || key === 'ctrl-k') text = '';
      else if ([...key].length === 1) text += key;
    }
  }

  private async yesNo(prompt: string): Promise<boolean | undefined> {
    for (;;) {
      await this.draw({ prompt: `${prompt} `, answers: [[' Y', 'Yes'], [' N', 'No'], ['', ''], ['^C', 'Cancel']] }); // prettier-ignore
      const key = await this.screen.key();
      if (key === 'y' || key === 'Y') return true;
      if (key === 'n' || key === 'N') return false;
      if (key === 'ctrl-c' || key === 'escape' || key === 'eof' || key === undefined) {
        this.message = '[ Cancelled ]';
        return undefined;
      }
    }
  }

  private async writeOut(): Promise<boolean> {
    const name = await this.ask('File Name to Write', this.path);
    if (name === undefined || name === '') return false;
    try {
      await this.save(name);
      this.path = name;
      return true;
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      this.message = `[ Error writing ${name}: ${this.ctx.strerror(error)} ]`;
      return false;
    }
  }

  /** ^T: a command's output comes into the text; ^Z stops the editor instead. */
  private async execute(): Promise<void> {
    const command = await this.ask('Command to execute', '', true);
    if (command === '\x1a') return this.screen.suspend();
    if (!command) return;
    const { proc } = this.ctx;
    const [reader, writer] = proc.pipe();
    const child = await proc.spawn('/bin/sh', ['sh', '-c', command], {
      before: (p) => {
        for (const fd of [1, 2]) p.dup2(writer, fd);
        p.close(reader);
        p.close(writer);
      },
    });
    proc.close(writer);
    const output = utf8.decode(await readAll(proc, reader));
    proc.close(reader);
    await proc.wait(child);
    this.buffer.mark();
    this.buffer.insert(output);
    this.buffer.modified = true;
  }

  private pattern(text: string): Regex {
    return new Regex([text.replace(/[\\^$.*[\]]/g, '\\$&')], { dialect: 'grep', ignoreCase: true });
  }

  /** true: leave the editor. */
  private async handle(key: string): Promise<boolean> {
    const { buffer } = this;
    const cutBefore = this.lastWasCut;
    this.lastWasCut = false;
    const goal = this.goal;
    this.goal = undefined;
    const vertical = (rows: number): void => {
      const want = goal ?? screenColumn(buffer.line, buffer.column);
      buffer.row += rows;
      buffer.clamp();
      let column = 0;
      while (column < buffer.line.length && screenColumn(buffer.line, column) < want) column++;
      buffer.column = column;
      this.goal = want;
    };
    const edit = (change: () => void): void => {
      if (this.viewOnly) {
        this.message = '[ Key is invalid in view mode ]';
        return;
      }
      buffer.mark();
      change();
      buffer.modified = true;
    };
    switch (key) {
      case 'ctrl-x': {
        if (!buffer.modified) return true;
        const save = await this.yesNo('Save modified buffer?');
        if (save === undefined) return false;
        return save ? this.writeOut() : true;
      }
      case 'ctrl-o': case 'f3': await this.writeOut(); return false;
      case 'ctrl-s':
        if (this.path === '') await this.writeOut();
        else {
          try {
            await this.save(this.path);
          } catch (error) {
            if (!(error instanceof Errno)) throw error;
            this.message = `[ Error writing ${this.path}: ${this.ctx.strerror(error)} ]`;
          }
        }
        return false;
      case 'ctrl-r': {
        const name = await this.ask('File to insert');
        if (!name) return false;
        const other = new TextBuffer();
        try {
          await other.load(this.ctx.proc, name);
          edit(() => buffer.insert(other.text()));
          this.message = `[ Read ${other.lines.length} lines ]`;
        } catch (error) {
          if (!(error instanceof Errno)) throw error;
          this.message = `[ Error reading ${name}: ${this.ctx.strerror(error)} ]`;
        }
        return false;
      }
      case 'ctrl-w': case 'ctrl-q': {
        const text = await this.ask(`Search${this.search ? ` [${this.search}]` : ''}`);
        if (text === undefined) return false;
        if (text !== '') this.search = text;
        if (this.search !== '' && !buffer.find(this.pattern(this.search), key === 'ctrl-q')) this.message = `[ "${this.search}" not found ]`;
        return false;
      }
      case 'alt-w': case 'alt-W':
        if (this.search !== '' && !buffer.find(this.pattern(this.search))) this.message = `[ "${this.search}" not found ]`;
        return false;
      case 'ctrl-\\': {
        const from = await this.ask('Search (to replace)');
        if (!from) return false;
        const to = await this.ask('Replace with');
        if (to === undefined) return false;
        let count = 0;
        edit(() => {
          buffer.lines = buffer.lines.map((l) => this.pattern(from).replace(l, () => (count++, to)));
        });
        this.message = `[ Replaced ${count} occurrence${count === 1 ? '' : 's'} ]`;
        return false;
      }
      case 'ctrl-k':
        edit(() => {
          const last = buffer.row === buffer.lines.length - 1;
          const removed = last ? [buffer.line] : buffer.removeLines(buffer.row, 1);
          if (last) buffer.line = '';
          this.cutText = cutBefore ? [...this.cutText, ...removed] : removed;
          buffer.column = 0;
        });
        this.lastWasCut = true;
        return false;
      case 'ctrl-u':
        if (this.cutText.length > 0) edit(() => { buffer.lines.splice(buffer.row, 0, ...this.cutText); buffer.row += this.cutText.length; buffer.column = 0; });
        return false;
      case 'alt-6': this.cutText = [buffer.line]; return false;
      case 'alt-u': this.message = buffer.undo() ? '[ Undid action ]' : '[ Nothing to undo ]'; return false;
      case 'alt-e': this.message = buffer.redo() ? '[ Redid action ]' : '[ Nothing to redo ]'; return false;
      case 'ctrl-c': {
        const total = buffer.lines.length;
        this.message = `[ line ${buffer.row + 1}/${total} (${Math.floor(((buffer.row + 1) * 100) / total)}%), col ${screenColumn(buffer.line, buffer.column) + 1}/${screenColumn(buffer.line, buffer.line.length) + 1} ]`;
        return false;
      }
      case 'ctrl-_': case 'alt-g': {
        const text = await this.ask('Enter line number, column number');
        const m = /^(\d+)(?:[,.:]\s*(\d+))?$/.exec(text ?? '');
        if (m) { buffer.row = Number(m[1]) - 1; buffer.clamp(); buffer.column = Number(m[2] ?? 1) - 1; buffer.clamp(); }
        else if (text !== undefined) this.message = '[ Invalid line or column number ]';
        return false;
      }
      case 'ctrl-z': this.message = '[ To suspend, type ^T^Z ]'; return false;
      case 'ctrl-t': await this.execute(); return false;
      case 'ctrl-g': this.message = '[ ^O writes the file, ^X leaves, ^W searches, ^K cuts and ^U pastes a line ]'; return false;
      case 'up': case 'ctrl-p': vertical(-1); return false;
      case 'down': case 'ctrl-n': vertical(1); return false;
      case 'page-up': case 'ctrl-y': vertical(-(this.height - 2)); return false;
      case 'page-down': case 'ctrl-v': vertical(this.height - 2); return false;
      case 'left': case 'ctrl-b':
        if (buffer.column === 0 && buffer.row > 0) { buffer.row--; buffer.column = buffer.line.length; } else buffer.left();
        return false;
      case 'right': case 'ctrl-f':
        if (buffer.column >= buffer.line.length && buffer.row + 1 < buffer.lines.length) { buffer.row++; buffer.column = 0; } else buffer.right();
        return false;
      case 'home': case 'ctrl-a': buffer.column = 0; return false;
      case 'end': case 'ctrl-e': buffer.column = buffer.line.length; return false;
      case 'first': case 'alt-\\': buffer.row = 0; buffer.column = 0; return false;
      case 'last': case 'alt-/': buffer.row = buffer.lines.length - 1; buffer.column = buffer.line.length; return false;
      case 'word-right': case 'word-left': {
        const words = [...buffer.line.matchAll(/[\p{L}\p{N}_]+/gu)].map((m) => m.index);
        const next = key === 'word-right' ? words.find((w) => w > buffer.column) : words.findLast((w) => w < buffer.column);
        buffer.column = next ?? (key === 'word-right' ? buffer.line.length : 0);
        return false;
      }
      case 'enter': edit(() => { const indent = ''; buffer.breakLine(); buffer.insert(indent); }); return false;
      case 'tab': edit(() => buffer.insert('\t')); return false;
      case 'backspace': edit(() => buffer.backspace()); return false;
      case 'delete': case 'ctrl-d': edit(() => buffer.delete()); return false;
      case 'resize': case 'ctrl-l': await this.screen.write('\x1b[2J'); return false;
      default:
        if ([...key].length === 1) edit(() => buffer.insert(key));
        else if (key !== 'escape') this.message = `[ Unbound key: ${key.replace(/^ctrl-(.)$/, (_, c: string) => `^${c.toUpperCase()}`).replace(/^alt-/, 'M-')} ]`;
        return false;
    } // prettier-ignore
  }
}
