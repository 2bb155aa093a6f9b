import { singleQuote } from './quoting';

export type Expansion = { readonly text: string; readonly printOnly: boolean } | { readonly error: string };

class HistoryError extends Error {}

/** A line's words as history expansion counts them: operators stand alone, quotes stay. */
export function historyWords(line: string): string[] {
  const token =
    /\s*(<<<|<<-?|>>|&>>?|[<>]&|<>|>\||&&|\|[|&]?|;;&?|;&|[()<>;&|]|(?:\\[^]|'[^']*'?|"(?:\\[^]|[^"\\])*"?|`(?:\\[^]|[^`\\])*`?|\$\([^)]*\)?|[^\s()<>;&|\\'"`])+)/y;
  const words: string[] = [];
  for (let m = token.exec(line); m; m = token.exec(line)) words.push(m[1] ?? '');
  return words;
}

interface Substitution {
  readonly from: string;
  readonly to: string;
}

/** One `!…`, read from `at` on. */
class Reference {
  at: number;
  printOnly = false;

  constructor(
    private readonly line: string,
    private readonly start: number,
    private readonly history: readonly string[],
    private readonly base: number,
    private readonly soFar: string,
    private readonly last: { substitution: Substitution | undefined; searched: string | undefined },
  ) {
    this.at = start + 1;
  }

  private get shown(): string {
    return this.line.slice(this.start, this.at);
  }
  private take(pattern: RegExp): RegExpExecArray | null {
    const sticky = new RegExp(pattern.source, 'y');
    sticky.lastIndex = this.at;
    const m = sticky.exec(this.line);
    if (m) this.at = sticky.lastIndex;
    return m;
  }

  expand(): string {
    const event = this.event();
    return this.modified(this.chosen(event));
  }

  private event(): string {
    const { history } = this;
    if (/[\^$*%:]/.test(this.line[this.at] ?? '')) return this.found(history.at(-1));
    if (this.take(/!/)) return this.found(history.at(-1));
    if (this.take(/#/)) return this.soFar;
    const number = this.take(/-?\d+/)?.[0];
    if (number !== undefined) return this.found(number.startsWith('-') ? history.at(Number(number)) : history[Number(number) - this.base]);
    if (this.take(/-/)) return this.found(history.at(-1));
    const inside = this.take(/\?([^?\n]*)\??/);
    if (inside) {
      const text = inside[1] || this.last.searched || '';
      this.last.searched = text;
      return this.found(history.findLast((h) => h.includes(text)));
    }
    const text = this.take(/[^\s:;&()|<>^$*%"'`-][^\s:;&()|<>^$*%"'`-]*/)?.[0] ?? '';
    return this.found(history.findLast((h) => h.startsWith(text)));
  }

  private found(event: string | undefined): string {
    if (event === undefined) throw new HistoryError(`${this.shown}: event not found`);
    return event;
  }

  /** The words that a designator picks; the whole event without one. */
  private chosen(event: string): string {
    const before = this.at;
    const colon = this.take(/:(?=[\d^$*%-])/) !== null;
    const designator = this.take(colon ? /(\d+|[\^$*%])?(-(\d+|[$^])?|\*)?/ : /([\^$*%])(-(\d+|[$^])?|\*)?/);
    if (!designator || designator[0] === '') {
      this.at = before;
      return event;
    }
    const words = historyWords(event);
    const end = words.length - 1;
    const place = (text: string): number => (text === '^' ? 1 : text === '$' ? end : Number(text));
    const [all = '', first, range, last] = designator;
    if (first === '*') return words.slice(1).join(' ');
    if (first === '%') return words.find((w) => w.includes(this.last.searched ?? '')) ?? '';
    const from = first === undefined ? 0 : place(first);
    const to = range === undefined ? from : range === '*' ? end : last === undefined ? end - 1 : place(last);
    if (from > end && range === '*' && from === end + 1) return '';
    if (from > end || to > end || from > to) throw new HistoryError(`${colon ? ':' : ''}${all}: bad word specifier`);
    return words.slice(from, to + 1).join(' ');
  }

  private modified(text: string): string {
    let out = text;
    for (;;) {
      const modifier = this.take(/:(g|a|G)?([htrepqx&s])/);
      if (!modifier) return out;
      const [shown, everywhere, letter] = modifier;
      if (letter === 'h') out = out.includes('/') ? out.slice(0, out.lastIndexOf('/')) : out;
      else if (letter === 't') out = out.slice(out.lastIndexOf('/') + 1);
      else if (letter === 'r') out = out.replace(/\.[^./]*$/, '');
      else if (letter === 'e') out = /\.[^./]*$/.exec(out)?.[0] ?? '';
      else if (letter === 'p') this.printOnly = true;
      else if (letter === 'q') out = singleQuote(out);
      else if (letter === 'x')
        out = out.split(/\s+/).map(singleQuote).join(' '); // prettier-ignore
      else {
        if (letter === 's') this.last.substitution = this.substitution();
        const wanted = this.last.substitution;
        if (!wanted || !out.includes(wanted.from)) {
          const failed = letter === 's' && wanted ? this.line.slice(this.at - wanted.from.length - wanted.to.length - 3, this.at) : '';
          throw new HistoryError(`${shown}${failed.replace(/^.*?(?=[^\w])/, '')}: substitution failed`);
        }
        const to = wanted.to.replace(/\\&/g, '\0').replace(/&/g, wanted.from).replace(/\0/g, '&');
        out = everywhere === undefined ? out.replace(wanted.from, () => to) : out.replaceAll(wanted.from, () => to);
      }
    }
  }

  /** `/old/new/` with any character for the slash. */
  private substitution(): Substitution {
    const delimiter = this.line[this.at] ?? '/';
    const piece = (from: number): number => {
      let i = from;
      while (i < this.line.length && this.line[i] !== delimiter) i += this.line[i] === '\\' ? 2 : 1;
      return i;
    };
    const middle = piece(this.at + 1);
    const end = piece(middle + 1);
    const plain = (text: string): string => text.replaceAll(`\\${delimiter}`, delimiter);
    const from = plain(this.line.slice(this.at + 1, middle));
    const to = plain(this.line.slice(middle + 1, end));
    this.at = Math.min(this.line.length, end + 1);
    return { from: from || this.last.substitution?.from || '', to };
  }
}

/**
 * History expansion as typed at bash's prompt: events (`!!`, `!n`, `!text`), word designators (`!$`, `!!:2-3`), modifiers
 * (`:h`, `:s/a/b/`, `:p`) and `^old^new`; `base` is the first line's number. undefined: nothing to expand.
 */
export function expandHistory(line: string, history: readonly string[], base = 1, extglob = false): Expansion | undefined {
  const last = { substitution: undefined as Substitution | undefined, searched: undefined as string | undefined };
  const quick = /^\^([^^]*)\^([^^]*)\^?/.exec(line);
  if (quick) {
    const event = history.at(-1);
    if (!event?.includes(quick[1] ?? '')) return { error: `:s${quick[0]}: substitution failed` };
    return { text: event.replace(quick[1] ?? '', () => quick[2] ?? '') + line.slice(quick[0].length), printOnly: false };
  }
  let out = '';
  let changed = false;
  let printOnly = false;
  let quote = '';
  for (let i = 0; i < line.length; i++) {
    const c = line[i] ?? '';
    const next = line[i + 1] ?? '';
    if (c === '\\' && quote !== "'") {
      out += c + next;
      i++;
      continue;
    }
    if ((c === "'" || c === '"') && (quote === '' || quote === c)) quote = quote === '' ? c : '';
    if (c === '#' && quote === '' && (i === 0 || /\s/.test(line[i - 1] ?? ''))) {
      out += line.slice(i);
      break;
    }
    const literal = next === '' || /[\s=]/.test(next) || (next === '(' && extglob) || (next === '"' && quote === '"');
    if (c !== '!' || quote === "'" || literal || /\$\{?$|\[$/.test(out)) {
      out += c;
      continue;
    }
    try {
      const reference = new Reference(line, i, history, base, out, last);
      out += reference.expand();
      printOnly ||= reference.printOnly;
      i = reference.at - 1;
      changed = true;
    } catch (e) {
      if (!(e instanceof HistoryError)) throw e;
      return { error: e.message };
    }
  }
  return changed ? { text: out, printOnly } : undefined;
}
