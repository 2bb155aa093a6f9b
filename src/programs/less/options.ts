import type { Option } from '../getopt';

/** less 590's options by their long names; a letter with a colon takes a value, an empty one stands for itself. */
const table: Readonly<Record<string, string>> = {
  'search-skip-screen': 'a', 'SEARCH-SKIP-SCREEN': 'A', buffers: 'b:', 'auto-buffers': 'B', 'clear-screen': 'c', dumb: 'd', color: 'D:',
  'quit-at-eof': 'e', 'QUIT-AT-EOF': 'E', force: 'f', 'quit-if-one-screen': 'F', 'hilite-search': 'g', 'HILITE-SEARCH': 'G',
  'max-back-scroll': 'h:', 'ignore-case': 'i', 'IGNORE-CASE': 'I', 'jump-target': 'j:', 'status-column': 'J', 'lesskey-file': 'k:',
  'quit-on-intr': 'K', 'no-lessopen': 'L', 'long-prompt': 'm', 'LONG-PROMPT': 'M', 'line-numbers': 'n', 'LINE-NUMBERS': 'N',
  'log-file': 'o:', 'LOG-FILE': 'O:', pattern: 'p:', prompt: 'P:', quiet: 'q', silent: 'q', QUIET: 'Q', SILENT: 'Q',
  'raw-control-chars': 'r', 'RAW-CONTROL-CHARS': 'R', 'squeeze-blank-lines': 's', 'chop-long-lines': 'S', tag: 't:', 'tag-file': 'T:',
  'underline-special': 'u', 'UNDERLINE-SPECIAL': 'U', version: 'V', 'hilite-unread': 'w', 'HILITE-UNREAD': 'W', tabs: 'x:', 'no-init': 'X',
  'max-forw-scroll': 'y:', window: 'z:', quotes: '":', tilde: '~', help: '?', shift: '#:', 'no-keypad': '', 'old-bot': '',
  'follow-name': '', 'save-marks': '', 'use-backslash': '', 'rscroll:': '', 'incsearch': '', 'use-color': '', mouse: '', MOUSE: '', 'wheel-lines:': '',
  'no-histdups': '', 'file-size': '', 'line-num-width:': '', 'status-col-width:': '', 'modelines:': '', 'intr:': '', 'header:': '', 'no-number-headers': '',
}; // prettier-ignore

interface Known {
  readonly name: string;
  readonly letter: string;
  readonly valued: boolean;
}

const known: readonly Known[] = Object.entries(table).map(([key, value]) => {
  const name = key.replace(':', '');
  return { name, letter: value.replace(':', '') || name, valued: key.endsWith(':') || value.endsWith(':') };
});

/** What a command line of less asks for. */
export interface LessOptions {
  readonly list: Option[];
  readonly operands: string[];
  /** What is said of wrong options; less goes on without them. */
  readonly complaints: string[];
  /** An option lacks its value: less says so, and ends well. */
  lacking: boolean;
}

const hint = '("less --help" for help)';

/** Unlike getopt(3)'s programs, less only remarks on an option that it does not know. */
export function readOptions(args: readonly string[]): LessOptions {
  const found: LessOptions = { list: [], operands: [], complaints: [], lacking: false };
  let index = 0;
  const take = (option: Known, attached: string): void => {
    const value = attached !== '' ? attached : args[++index];
    if (value !== undefined) return void found.list.push({ name: option.letter, value });
    found.complaints.push(
      `Value is required after ${option.letter.length === 1 ? `-${option.letter} (--${option.name})` : `--${option.name}`}`,
    );
    found.lacking = true;
  };
  const long = (word: string): void => {
    const [name = '', value = ''] = word.split(/=(.*)/s);
    const lower = name.toLowerCase();
    const candidates = known.filter((o) => o.name.toLowerCase().startsWith(lower));
    const option = known.find((o) => o.name === name) ?? (candidates.length === 1 ? candidates[0] : undefined);
    if (!option)
      found.complaints.push(candidates.length > 1 ? `${word} is an ambiguous abbreviation ${hint}` : `There is no ${word} option ${hint}`);
    else if (option.valued) take(option, value);
    else found.list.push({ name: option.letter, value: undefined });
  };
  const short = (letters: string): void => {
    for (let k = 0; k < letters.length; k++) {
      const letter = letters[k] as string;
      // -5 is -z5
      const option = known.find((o) => o.letter === (/\d/.test(letter) ? 'z' : letter));
      if (!option) return void found.complaints.push(`There is no -${letter} option ${hint}`);
      if (option.valued) return take(option, /\d/.test(letter) ? letters.slice(k) : letters.slice(k + 1));
      found.list.push({ name: letter, value: undefined });
    }
  };
  for (; index < args.length; index++) {
    const arg = args[index] as string;
    if (arg === '--') {
      found.operands.push(...args.slice(index + 1));
      break;
    }
    if (arg.startsWith('--')) long(arg.slice(2));
    else if (arg.startsWith('-') && arg.length > 1) short(arg.slice(1));
    else if (!arg.startsWith('+')) found.operands.push(arg);
  }
  return found;
}
