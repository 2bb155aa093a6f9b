import { Errno } from '../../kernel';
import type { Context } from '../command';
import { PatternError, Regex } from '../../regex';
import { Screen } from '../screen';
import { ExEditor, searched } from './ex';
import { findCharacter, matching, type Motion, word, wordEnd } from './motions';
import { cut, expanded, screenColumn, scroll } from './view';

type Mode = 'command' | 'insert' | 'replace';

/** One file in vi. */
export class Vi extends ExEditor {
  private mode: Mode = 'command';
  private top = 0;
  private lastFind: { key: string; target: string } | undefined;
  private repeatKeys: string[] = [];
  private recording: string[] | undefined;
  private replaying: string[] = [];
  private readonly screen: Screen;

  constructor(
    ctx: Context,
    path: string,
    readOnly: boolean,
    private readonly initial: string | undefined,
  ) {
    super(ctx, path, readOnly);
    this.screen = new Screen(ctx.proc);
    this.screen.suspends = true;
    this.screen.meta = false;
  }

  async run(): Promise<number> {
    const { buffer, screen } = this;
    if (this.path === '') this.message = '';
    else {
      try {
        const fresh = await buffer.load(this.ctx.proc, this.path);
        this.message = fresh ? `"${this.path}" [New]` : `"${this.path}" ${buffer.lines.length}L, ${buffer.text().length}B`;
      } catch (error) {
        if (!(error instanceof Errno)) throw error;
        this.message = error.code === 'EISDIR' ? `"${this.path}" is a directory` : `"${this.path}" ${this.ctx.strerror(error)}`;
      }
    }
    await screen.enter({ alternate: true });
    try {
      if (this.initial !== undefined) await this.ex(this.initial === '' ? '$' : this.initial);
      while (this.status === undefined) {
        if (this.replaying.length === 0) await this.draw();
        const key = await this.key();
        if (key === 'eof') return 1;
        this.message = '';
        if (this.mode === 'command') {
          const before = buffer.text();
          this.recording = [key];
          await this.command(key);
          if (this.mode === 'command') this.endRecording(before);
        } else this.type(key);
      }
      return this.status;
    } finally {
      await screen.leave();
    }
  }

  private before = '';
  private endRecording(before: string): void {
    const keys = this.recording;
    this.recording = undefined;
    if (keys && keys[0] !== '.' && keys[0] !== 'u' && keys[0] !== ':' && keys[0] !== 'ctrl-r' && this.buffer.text() !== before)
      this.repeatKeys = keys;
  }

  private async key(): Promise<string> {
    const replayed = this.replaying.shift();
    const key = replayed ?? (await this.screen.key()) ?? 'eof';
    if (this.recording && this.recording.length > 0) this.recording.push(key);
    return key === 'resize' ? this.redraw() : key;
  }
  private async redraw(): Promise<string> {
    await this.draw();
    return this.key();
  }

  private async draw(bottom?: string): Promise<void> {
    const { buffer, screen } = this;
    const { columns, rows } = screen.size;
    const height = rows - 1;
    this.top = scroll(this.top, buffer, height, false);
    const gutter = this.settings.number ? 8 : 0;
    const width = columns - gutter;
    const cursor = screenColumn(buffer.line, buffer.column);
    const shift = cursor >= width ? Math.floor(cursor / width) * width : 0;
    const out: string[] = [];
    for (let i = 0; i < height; i++) {
      const row = this.top + i;
      const line = buffer.lines[row];
      if (line === undefined) out.push('~\x1b[K');
      else
        out.push(`${gutter ? `${String(row + 1).padStart(7)} ` : ''}${cut(expanded(line), row === buffer.row ? shift : 0, width)}\x1b[K`);
    }
    const shown =
      bottom ??
      (this.message !== '' ? this.message : this.mode === 'insert' ? '-- INSERT --' : this.mode === 'replace' ? '-- REPLACE --' : '');
    out.push(`${shown.slice(0, columns - 1)}\x1b[K`);
    const place =
      bottom === undefined
        ? `\x1b[${buffer.row - this.top + 1};${gutter + cursor - shift + 1}H`
        : `\x1b[${rows};${Math.min(columns, bottom.length + 1)}H`;
    await screen.write(`\x1b[?25l\x1b[H${out.join('\r\n')}${place}\x1b[?25h`);
  }

  // insert mode

  private type(key: string): void {
    const { buffer } = this;
    switch (key) {
      case 'escape': case 'ctrl-c':
        this.mode = 'command';
        buffer.left();
        this.endRecording(this.before);
        return;
      case 'enter': buffer.breakLine(); return;
      case 'tab': buffer.insert('\t'); return;
      case 'backspace': buffer.backspace(); return;
      case 'delete': buffer.delete(); return;
      case 'ctrl-w': {
        const kept = buffer.line.slice(0, buffer.column).replace(/\s*(\S+|\s+)$/, '');
        buffer.line = kept + buffer.line.slice(buffer.column);
        buffer.column = kept.length;
        return;
      }
      case 'ctrl-u': buffer.line = buffer.line.slice(buffer.column); buffer.column = 0; return;
      case 'left': buffer.left(); return;
      case 'right': buffer.right(); return;
      case 'up': buffer.row--; buffer.clamp(); return;
      case 'down': buffer.row++; buffer.clamp(); return;
      case 'home': buffer.column = 0; return;
      case 'end': buffer.column = buffer.line.length; return;
      default:
        if ([...key].length !== 1) return;
        if (this.mode === 'replace' && buffer.column < buffer.line.length) buffer.delete();
        buffer.insert(key);
    } // prettier-ignore
  }

  private insertMode(mode: Mode = 'insert'): void {
    this.before = this.buffer.text();
    this.mode = mode;
  }

  // command mode

  private async command(first: string): Promise<void> {
    const { buffer } = this;
    let digits = '';
    let key = first;
    while (/^[1-9]$/.test(key) || (key === '0' && digits !== '')) {
      digits += key;
      key = await this.key();
    }

    if (key === '"') {
      await this.key();
      key = await this.key();
    }
    const count = digits === '' ? 1 : Number(digits);
    const given = digits !== '';
    const edit = (change: () => void): void => {
      buffer.mark();
      change();
    };
    switch (key) {
      case 'i': case 'insert': buffer.mark(); this.insertMode(); return;
      case 'a': buffer.mark(); buffer.right(); this.insertMode(); return;
      case 'I': buffer.mark(); buffer.column = /^\s*/.exec(buffer.line)?.[0].length ?? 0; this.insertMode(); return;
      case 'A': buffer.mark(); buffer.column = buffer.line.length; this.insertMode(); return;
      case 'o': edit(() => { buffer.column = buffer.line.length; buffer.breakLine(); }); this.insertMode(); return;
      case 'O': edit(() => { buffer.column = 0; buffer.breakLine(); buffer.row--; }); this.insertMode(); return;
      case 'R': buffer.mark(); this.insertMode('replace'); return;
      case 's': edit(() => { for (let i = 0; i < count && buffer.column < buffer.line.length; i++) buffer.delete(); }); this.insertMode(); return;
      case 'S': edit(() => { this.register = { lines: [buffer.line], linewise: true }; buffer.line = ''; buffer.column = 0; }); this.insertMode(); return;
      case 'C': case 'D':
        edit(() => { this.register = { lines: [buffer.line.slice(buffer.column)], linewise: false }; buffer.line = buffer.line.slice(0, buffer.column); });
        if (key === 'C') this.insertMode();
        else buffer.clamp(this.limit());
        return;
      case 'x': case 'delete':
        edit(() => { this.register = { lines: [buffer.line.slice(buffer.column, buffer.column + count)], linewise: false }; buffer.line = buffer.line.slice(0, buffer.column) + buffer.line.slice(buffer.column + count); });
        buffer.clamp(this.limit());
        return;
      case 'X':
        edit(() => { const from = Math.max(0, buffer.column - count); buffer.line = buffer.line.slice(0, from) + buffer.line.slice(buffer.column); buffer.column = from; });
        return;
      case 'r': {
        const c = await this.key();
        if (c === 'enter') edit(() => { buffer.delete(); buffer.breakLine(); });
        else if ([...c].length === 1 && buffer.column + count <= buffer.line.length) edit(() => { buffer.line = buffer.line.slice(0, buffer.column) + c.repeat(count) + buffer.line.slice(buffer.column + count); buffer.column += count - 1; });
        return;
      }
      case '~':
        edit(() => { const c = buffer.line[buffer.column] ?? ''; buffer.line = buffer.line.slice(0, buffer.column) + (c === c.toUpperCase() ? c.toLowerCase() : c.toUpperCase()) + buffer.line.slice(buffer.column + 1); buffer.right(this.limit()); });
        return;
      case 'J':
        edit(() => { for (let i = 0; i < Math.max(1, count - 1) && buffer.row + 1 < buffer.lines.length; i++) { const next = (buffer.lines[buffer.row + 1] as string).trimStart(); buffer.column = buffer.line.length; buffer.lines.splice(buffer.row + 1, 1); buffer.line = buffer.line.replace(/\s+$/, '') + (next === '' ? '' : ` ${next}`); } });
        return;
      case 'p': case 'P': edit(() => this.put(key === 'p', count)); return;
      case 'Y': this.register = { lines: buffer.lines.slice(buffer.row, buffer.row + count), linewise: true }; return;
      case 'u': if (!buffer.undo()) this.message = 'Already at oldest change'; buffer.clamp(this.limit()); return;
      case 'ctrl-r': if (!buffer.redo()) this.message = 'Already at newest change'; buffer.clamp(this.limit()); return;
      case '.': this.replaying = [...this.repeatKeys]; return;
      case 'd': case 'c': case 'y': case '>': case '<': await this.operator(key, count); return;
      case 'm': this.marks.set(await this.key(), [buffer.row, buffer.column]); return;
      case 'Z': {
        const next = await this.key();
        if (next === 'Z') await this.ex('x');
        else if (next === 'Q') this.status = 0;
        return;
      }
      case ':': { const line = await this.prompt(':'); if (line !== undefined) await this.ex(line); return; }
      case 'ctrl-g': this.message = `"${this.path}"${buffer.modified ? ' [Modified]' : ''} line ${buffer.row + 1} of ${buffer.lines.length}`; return;
      case 'ctrl-f': case 'page-down': buffer.row += this.screen.size.rows - 3; buffer.clamp(this.limit()); return;
      case 'ctrl-b': case 'page-up': buffer.row -= this.screen.size.rows - 3; buffer.clamp(this.limit()); return;
      case 'ctrl-d': buffer.row += Math.floor(this.screen.size.rows / 2); buffer.clamp(this.limit()); return;
      case 'ctrl-u': buffer.row -= Math.floor(this.screen.size.rows / 2); buffer.clamp(this.limit()); return;
      case 'escape': return;
      default: {
        const motion = await this.motion(key, count, given);
        if (!motion) return;
        buffer.row = motion.row;
        buffer.clamp();
        buffer.column = motion.column;
        buffer.clamp(this.limit());
      }
    } // prettier-ignore
  }

  private async operator(key: string, count: number): Promise<void> {
    const { buffer } = this;
    let second = await this.key();
    let digits = '';
    while (/^[1-9]$/.test(second) || (second === '0' && digits !== '')) {
      digits += second;
      second = await this.key();
    }
    const n = count * (digits === '' ? 1 : Number(digits));
    const motion: Motion | undefined =
      second === key
        ? { row: Math.min(buffer.lines.length - 1, buffer.row + n - 1), column: 0, linewise: true }
        : key === 'c' && second === 'w'
          ? wordEnd(buffer, n)
          : await this.motion(second, n, digits !== '' || count > 1);
    if (!motion) return;
    buffer.mark();
    const [from, to] =
      motion.row < buffer.row || (motion.row === buffer.row && motion.column < buffer.column) ? [motion, buffer] : [buffer, motion];
    const [r1, c1, r2] = [from.row, from.column, to.row];
    if (key === '>' || key === '<') {
      for (let r = r1; r <= r2; r++)
        buffer.lines[r] = key === '>' ? `\t${buffer.lines[r]}` : (buffer.lines[r] as string).replace(/^(\t| {1,8})/, '');
      buffer.modified = true;
      return;
    }
    if (motion.linewise) {
      this.register = { lines: buffer.lines.slice(r1, r2 + 1), linewise: true };
      if (key === 'y') return;
      if (key === 'c') {
        buffer.lines.splice(r1, r2 - r1 + 1, '');
        buffer.row = r1;
        buffer.column = 0;
        buffer.modified = true;
        this.insertMode();
        return;
      }
      buffer.removeLines(r1, r2 - r1 + 1);
      buffer.column = /^\s*/.exec(buffer.line)?.[0].length ?? 0;
      buffer.clamp(this.limit());
      return;
    }
    const c2 = to.column + (motion.inclusive ? 1 : 0);
    const text =
      r1 === r2
        ? [(buffer.lines[r1] as string).slice(c1, c2)]
        : [(buffer.lines[r1] as string).slice(c1), ...buffer.lines.slice(r1 + 1, r2), (buffer.lines[r2] as string).slice(0, c2)];
    this.register = { lines: text, linewise: false };
    buffer.row = r1;
    buffer.column = c1;
    if (key === 'y') return;
    buffer.lines.splice(r1, r2 - r1 + 1, (buffer.lines[r1] as string).slice(0, c1) + (buffer.lines[r2] as string).slice(c2));
    buffer.modified = true;
    if (key === 'c') this.insertMode();
    else buffer.clamp(this.limit());
  }

  private async motion(key: string, count: number, given: boolean): Promise<Motion | undefined> {
    const { buffer } = this;
    const { row, column, line } = buffer;
    switch (key) {
      case 'h': case 'left': case 'backspace': return { row, column: Math.max(0, column - count) };
      case 'l': case 'right': case ' ': return { row, column: Math.min(line.length, column + count) };
      case 'j': case 'down': case 'ctrl-n': return row + count < buffer.lines.length ? { row: row + count, column, linewise: true } : row + 1 < buffer.lines.length ? { row: buffer.lines.length - 1, column, linewise: true } : undefined;
      case 'k': case 'up': case 'ctrl-p': return row > 0 ? { row: Math.max(0, row - count), column, linewise: true } : undefined;
      case 'enter': case '+': return { row: Math.min(buffer.lines.length - 1, row + count), column: /^\s*/.exec(buffer.lines[row + count] ?? '')?.[0].length ?? 0, linewise: true };
      case '-': return { row: Math.max(0, row - count), column: /^\s*/.exec(buffer.lines[row - count] ?? '')?.[0].length ?? 0, linewise: true };
      case '0': case 'home': return { row, column: 0 };
      case '^': return { row, column: /^\s*/.exec(line)?.[0].length ?? 0 };
      case '$': case 'end': return { row, column: Math.max(0, line.length - 1), inclusive: true };
      case 'G': { const r = given ? Math.min(buffer.lines.length, count) - 1 : buffer.lines.length - 1; return { row: r, column: /^\s*/.exec(buffer.lines[r] ?? '')?.[0].length ?? 0, linewise: true }; }
      case 'g': return (await this.key()) === 'g' ? { row: given ? Math.min(buffer.lines.length, count) - 1 : 0, column: 0, linewise: true } : undefined;
      case 'H': return { row: this.top, column: 0, linewise: true };
      case 'L': return { row: Math.min(buffer.lines.length, this.top + this.screen.size.rows - 1) - 1, column: 0, linewise: true };
      case 'M': return { row: Math.min(buffer.lines.length - 1, this.top + Math.floor(this.screen.size.rows / 2)), column: 0, linewise: true };
      case 'w': case 'W': case 'b': case 'B': case 'e': case 'E': return word(buffer, key, count);
      case '{': { let r = row; for (let i = 0; i < count; i++) do r--; while (r > 0 && buffer.lines[r] !== ''); return { row: Math.max(0, r), column: 0 }; }
      case '}': { let r = row; for (let i = 0; i < count; i++) do r++; while (r < buffer.lines.length - 1 && buffer.lines[r] !== ''); return { row: Math.min(buffer.lines.length - 1, r), column: 0 }; }
      case 'f': case 'F': case 't': case 'T': this.lastFind = { key, target: await this.key() }; return findCharacter(buffer, key, this.lastFind.target, count);
      case ';': return this.lastFind ? findCharacter(buffer, this.lastFind.key, this.lastFind.target, count) : undefined;
      case ',': return this.lastFind ? findCharacter(buffer, this.lastFind.key === this.lastFind.key.toLowerCase() ? this.lastFind.key.toUpperCase() : this.lastFind.key.toLowerCase(), this.lastFind.target, count) : undefined;
      case '%': return matching(buffer);
      case "'": case '`': { const mark = this.marks.get(await this.key()); return mark ? { row: mark[0], column: key === '`' ? mark[1] : 0, linewise: key === "'" } : undefined; }
      case '/': case '?': {
        const text = await this.prompt(key);
        if (text === undefined) return undefined;
        if (text !== '') {
          try {
            this.search = { regex: searched(text, this.settings.ignoreCase), backwards: key === '?' };
          } catch (error) {
            if (!(error instanceof PatternError)) throw error;
            this.message = error.message;
            return undefined;
          }
        }
        return this.searchNext(false);
      }
      case 'n': return this.searchNext(false);
      case 'N': return this.searchNext(true);
      case '*': {
        const found = /[\p{L}\p{N}_]+/u.exec(line.slice(Math.max(0, line.slice(0, column + 1).search(/[\p{L}\p{N}_]+$/u))));
        if (!found) return undefined;
        this.search = { regex: new Regex([found[0]], { dialect: 'grep', whole: 'word' }), backwards: false };
        return this.searchNext(false);
      }
      default: return undefined;
    } // prettier-ignore
  }

  private searchNext(reverse: boolean): Motion | undefined {
    const { buffer, search } = this;
    if (!search) {
      this.message = 'No previous search';
      return undefined;
    }
    const [row, column] = [buffer.row, buffer.column];
    const found = buffer.find(search.regex, search.backwards !== reverse);
    const motion = { row: buffer.row, column: buffer.column };
    [buffer.row, buffer.column] = [row, column];
    if (!found) this.message = 'Pattern not found';
    return found ? motion : undefined;
  }

  private async prompt(mark: string): Promise<string | undefined> {
    let text = '';
    for (;;) {
      if (this.replaying.length === 0) await this.draw(mark + text);
      const key = await this.key();
      if (key === 'enter') return text;
      if (key === 'escape' || key === 'ctrl-c' || key === 'eof') return undefined;
      if (key === 'backspace') {
        if (text === '') return undefined;
        text = text.slice(0, -1);
      } else if (key === 'ctrl-u') text = '';
      else if ([...key].length === 1) text += key;
    }
  }
}
