import type { Accounts } from '../accounts';
import type { ProcessInfo } from '../process-table';
import { ttyName } from '../process-table';
import { type Column, columnOf } from './columns';

/** Wrong arguments: what procps prints before its usage. */
export class PsError extends Error {}

type Test = (p: ProcessInfo) => boolean;

export interface Request {
  /** Any of these; empty: the caller's own on its terminal. */
  readonly tests: Test[];
  columns: Column[];
  format: string;
  negate: boolean;
  header: boolean;
  running: boolean;
  forest: 'none' | 'ascii' | 'indent';
  sort: string[];
  /** -w counts; 2 is unlimited. */
  wide: number;
  bsdAll: boolean;
  bsdNoTty: boolean;
  bsd: boolean;
  full: boolean;
  /** -L and -T add columns of threads. */
  threads: 'none' | 'L' | 'T';
  columnsWidth: number | undefined;
}

const formats: Readonly<Record<string, string>> = {
  default: 'pid,tname,time,ucmd',
  f: 'uid-name,pid,ppid,c,stime,tname,time,cmd',
  F: 'uid-name,pid,ppid,c,sz,rss,psr,stime,tname,time,cmd',
  l: 'f,s,uid,pid,ppid,c,pri-l,ni,addr-sz,wchan,tname,time,ucmd',
  j: 'pid,pgid,sid,tname,time,ucmd',
  jf: 'uid-name,pid,ppid,pgid,sid,c,stime,tname,time,cmd',
  lf: 'f,s,uid-name,pid,ppid,c,pri-l,ni,addr-sz,wchan,stime,tname,time,cmd',
  bsd: 'pid,tname,stat,bsdtime,args',
  u: 'user,pid,%cpu,%mem,vsz,rss,tname,stat,start_time,bsdtime,args',
  bsdl: 'f,uid,pid,ppid,pri,ni,vsz,rss,wchan,stat,tname,bsdtime,args',
  bsdj: 'ppid,pid,pgid,sid,tname,tpgid,stat,uid,bsdtime,args',
  v: 'pid,tname,stat,bsdtime,vsz,rss,%mem,args',
  s: 'uid,pid,pending,blocked,ignored,caught,stat,tname,bsdtime,args',
};

function addColumns(request: Request, list: string): void {
  // A header runs to the end of the word: "-o pid,comm=NAME,X" names one column's header `NAME,X`.
  const parts: string[] = [];
  const eq = list.indexOf('=');
  if (eq < 0) parts.push(...list.split(/[,\s]+/).filter((w) => w !== ''));
  else {
    const before = list.slice(0, eq).split(/[,\s]+/);
    const last = before.pop() ?? '';
    const rest = list.slice(eq + 1);
    // "-o stat=,comm=": empty headers may go on with a comma
    const empties = /^(?:,|$)/.test(rest);
    parts.push(...before.filter((w) => w !== ''), `${last}=${empties ? '' : rest}`);
    for (const word of parts) addColumn(request, word);
    if (empties && rest.length > 1) addColumns(request, rest.slice(1));
    return;
  }
  for (const word of parts) addColumn(request, word);
}

function addColumn(request: Request, word: string): void {
  const at = word.indexOf('=');
  const m = /^([^:]+)(?::(\d+))?$/.exec(at < 0 ? word : word.slice(0, at));
  const column = m?.[1] === undefined ? undefined : columnOf(m[1]);
  if (!column) throw new PsError(`unknown user-defined format specifier "${word}"`);
  const header = at < 0 ? column.header : word.slice(at + 1);
  request.columns.push({ ...column, header, width: m?.[2] ? Number(m[2]) : Math.max(column.width, header.length) });
}

const words = (list: string): string[] => list.split(/[,\s]+/).filter((w) => w !== '');

function pidList(list: string): number[] {
  return words(list).map((w) => {
    if (!/^\d+$/.test(w) || Number(w) === 0) throw new PsError('process ID list syntax error');
    return Number(w);
  });
}

function userList(list: string, accounts: Accounts): number[] {
  return words(list).map((w) => {
    const uid = accounts.uid(w);
    if (uid === undefined) throw new PsError('user name does not exist');
    return uid;
  });
}

function groupList(list: string, accounts: Accounts): number[] {
  return words(list).map((w) => {
    const gid = accounts.gid(w);
    if (gid === undefined) throw new PsError('group name does not exist');
    return gid;
  });
}

const ttyTest = (list: string): Test => {
  const names = words(list).map((w) => (w === '-' ? '?' : w.replace(/^\/dev\//, '')));
  return (p) => names.some((n) => ttyName(p.tty) === n || ttyName(p.tty) === `tty${n}` || ttyName(p.tty) === `pts/${n}`);
};

const ids = new Set(['pid', 'ppid', 'pgid', 'sid']);

/** -T has SPID after PID; -L has LWP after all the ids, and NLWP after C in a full listing. */
function withThreads(names: readonly string[], { threads, full }: Request): string[] {
  if (threads === 'none') return [...names];
  if (threads === 'T') return names.flatMap((n) => (n === 'pid' ? ['pid', 'spid'] : [n]));
  const last = names.findLastIndex((n) => ids.has(n));
  return names.flatMap((n, i) => [n, ...(i === last ? ['lwp'] : []), ...(n === 'c' && full ? ['nlwp'] : [])]);
}

/**
 * procps's three kinds of options: UNIX with a dash, BSD without, GNU with two.
 * What makes no sense with its dashes is read once more as if it had none: `ps -aux`, `ps -x`.
 */
export function parsePs(args: readonly string[], accounts: Accounts, self: ProcessInfo | undefined): Request {
  try {
    return parse(args, accounts, self);
  } catch (error) {
    if (!(error instanceof PsError) || error.message.startsWith('\0')) throw error;
    const undashed = args.map((a) => a.replace(/^-(?=[^-])/, ''));
    try {
      return parse(undashed, accounts, self);
    } catch (second) {
      throw second instanceof PsError ? error : second;
    }
  }
}

function parse(args: readonly string[], accounts: Accounts, self: ProcessInfo | undefined): Request {
  const request: Request = {
    tests: [], columns: [], format: 'default', negate: false, header: true, running: false, forest: 'none', sort: [], wide: 0,
    bsdAll: false, bsdNoTty: false, bsd: false, full: false, threads: 'none', columnsWidth: undefined,
  }; // prettier-ignore
  const { tests } = request;
  let index = 0;
  const argument = (rest: string, message: string): string => {
    if (rest !== '') return rest;
    const next = args[++index];
    if (next === undefined) throw new PsError(message);
    return next;
  };
  const pids = (list: string): void =>
    void tests.push(
      (
        (ids) => (p: ProcessInfo) =>
          ids.includes(p.pid)
      )(pidList(list)),
    );
  const noPids = (option: string): string =>
    option.endsWith('q') ? `List of process IDs must follow ${option}.` : `list of process IDs must follow ${option}`;
  const unix = (letters: string): void => {
    for (let k = 0; k < letters.length; k++) {
      const rest = letters.slice(k + 1);
      const c = letters[k] as string;
      switch (c) {
        case 'A': case 'e': tests.push(() => true); break;
        case 'a': tests.push((p) => p.tty !== 0 && p.session !== p.pid); break;
        case 'd': tests.push((p) => p.session !== p.pid); break;
        case 'f': request.format = request.format === 'l' ? 'lf' : request.format === 'j' ? 'jf' : 'f'; request.full = true; break;
        case 'F': request.format = 'F'; request.full = true; break;
        case 'l': request.format = request.format === 'f' ? 'lf' : 'l'; break;
        case 'j': request.format = request.format === 'f' ? 'jf' : 'j'; break;
        case 'L': case 'T': request.threads = c; break;
        case 'N': request.negate = !request.negate; break;
        case 'H': request.forest = 'indent'; break;
        case 'w': request.wide++; break;
        case 'y': case 'c': case 'M': case 'P': break;
        case 'h': request.header = false; break;
        case 'V': throw new PsError('\0version');
        case 'p': case 'q': pids(argument(rest, noPids(`-${c}`))); return;
        case 'C': tests.push(((names) => (p: ProcessInfo) => names.some((n) => n.slice(0, 15) === p.comm))(words(argument(rest, 'list of command names must follow -C')))); return;
        case 'u': tests.push(((ids) => (p: ProcessInfo) => ids.includes(p.euid))(userList(argument(rest, 'must set personality to get -x option'), accounts))); return;
        case 'U': tests.push(((ids) => (p: ProcessInfo) => ids.includes(p.ruid))(userList(argument(rest, 'list of real users must follow -U'), accounts))); return;
        case 'G': tests.push(((ids) => (p: ProcessInfo) => ids.includes(p.rgid))(groupList(argument(rest, 'list of real groups must follow -G'), accounts))); return;
        case 'g': case 's': tests.push(((ids) => (p: ProcessInfo) => ids.includes(p.session))(pidList(argument(rest, 'list of session leaders OR effective group IDs was not specified')))); return;
        case 't': tests.push(ttyTest(argument(rest, 'list of terminals (pty, tty...) must follow -t'))); return;
        case 'o': addColumns(request, argument(rest, 'format specification must follow -o')); return;
        case 'O': addColumns(request, 'pid'); addColumns(request, argument(rest, 'format or sort specification must follow -O')); addColumns(request, 's,tname,time,args'); return;
        default: throw new PsError(c === 'x' ? 'must set personality to get -x option' : 'unsupported SysV option');
      }
    } // prettier-ignore
  };
  const bsd = (letters: string): void => {
    request.bsd = true;
    for (let k = 0; k < letters.length; k++) {
      const rest = letters.slice(k + 1);
      const c = letters[k] as string;
      switch (c) {
        case 'a': request.bsdAll = true; break;
        case 'x': request.bsdNoTty = true; break;
        case 'A': tests.push(() => true); break;
        case 'u': request.format = 'u'; break;
        case 'l': request.format = 'bsdl'; break;
        case 'j': request.format = 'bsdj'; break;
        case 'v': request.format = 'v'; break;
        case 's': request.format = 's'; break;
        case 'f': request.forest = 'ascii'; break;
        case 'h': request.header = false; break;
        case 'r': request.running = true; break;
        case 'w': request.wide++; break;
        case 'e': case 'c': case 'n': case 'S': case 'H': case 'm': case 'g': break;
        case 'T': tests.push((p) => p.tty === (self?.tty ?? 0)); break;
        case 'V': throw new PsError('\0version');
        case 'p': case 'q': pids(argument(rest, noPids(c))); return;
        case 't': tests.push(rest === '' && args[index + 1] === undefined ? (p) => p.tty === (self?.tty ?? 0) : ttyTest(argument(rest, ''))); return;
        case 'U': tests.push(((ids) => (p: ProcessInfo) => ids.includes(p.euid))(userList(argument(rest, 'list of users must follow U'), accounts))); return;
        case 'o': addColumns(request, argument(rest, 'format specification must follow o')); return;
        case 'k': request.sort.push(...argument(rest, 'long sort specification must follow \'k\'').split(',')); return;
        default: throw new PsError('unsupported option (BSD syntax)');
      }
    } // prettier-ignore
  };
  const gnu = (word: string): void => {
    const at = word.indexOf('=');
    const name = at < 0 ? word : word.slice(0, at);
    const attached = at < 0 ? '' : word.slice(at + 1);
    const value = (message: string): string => argument(attached, message);
    switch (name) {
      case 'forest': request.forest = 'ascii'; break;
      case 'no-headers': case 'no-heading': case 'noheader': case 'noheaders': case 'no-header': request.header = false; break;
      case 'headers': case 'cumulative': break;
      case 'deselect': request.negate = !request.negate; break;
      case 'sort': request.sort.push(...value('long sort specification must follow \'--sort\'').split(',')); break;
      case 'format': addColumns(request, value('format specification must follow --format')); break;
      case 'pid': case 'quick-pid': pids(value(noPids(`--${name}`))); break;
      case 'ppid': tests.push(((ids) => (p: ProcessInfo) => ids.includes(p.ppid))(pidList(value('list of process IDs must follow --ppid')))); break;
      case 'user': tests.push(((ids) => (p: ProcessInfo) => ids.includes(p.euid))(userList(value('list of effective users must follow --user'), accounts))); break;
      case 'User': tests.push(((ids) => (p: ProcessInfo) => ids.includes(p.ruid))(userList(value('list of real user IDs must follow --User'), accounts))); break;
      case 'tty': tests.push(ttyTest(value('list of terminals must follow --tty'))); break;
      case 'sid': tests.push(((ids) => (p: ProcessInfo) => ids.includes(p.session))(pidList(value('some sid thing(s) must follow --sid')))); break;
      case 'cols': case 'columns': case 'width': request.columnsWidth = Number(value('number of columns must follow --cols, --width, or --columns')); break;
      case 'rows': case 'lines': value('number of rows must follow --rows or --lines'); break;
      case 'version': throw new PsError('\0version');
      case 'help': throw new PsError('\0help');
      default: throw new PsError('unknown gnu long option');
    }
  }; // prettier-ignore
  for (; index < args.length; index++) {
    const arg = args[index] as string;
    if (arg.startsWith('--')) gnu(arg.slice(2));
    else if (arg.startsWith('-') && arg.length > 1) unix(arg.slice(1));
    else if (/^[\d,]+$/.test(arg)) {
      pids(arg);
    } else bsd(arg);
  }
  if (request.bsdAll || request.bsdNoTty) {
    const { bsdAll, bsdNoTty } = request;
    tests.push((p) => (bsdAll || p.euid === (self?.euid ?? 0)) && (bsdNoTty || p.tty !== 0));
  }
  if (tests.length === 0) tests.push((p) => p.tty === (self?.tty ?? 0) && p.euid === (self?.euid ?? 0));
  if (request.columns.length === 0) {
    const name = request.format === 'default' && request.bsd ? 'bsd' : request.format;
    request.columns = withThreads((formats[name] as string).split(','), request).map((w) => columnOf(w) as Column);
  }
  return request;
}
