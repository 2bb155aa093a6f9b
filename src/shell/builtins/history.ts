import { Errno } from '../../kernel';
import { encode } from '../bytes';
import { expandHistory } from '../history-expansion';
import { runString } from '../run-text';
import type { Shell } from '../shell';
import { strftime } from './strftime';
import { type Builtin, invalidOption, missingArgument, options, usage } from './types';

/** The command being executed is the last of the history, when lines are kept. */
const withoutThis = (sh: Shell): string[] => (sh.options.has('history') ? sh.history.slice(0, -1) : [...sh.history]);

function fileOf(sh: Shell, given: string | undefined): string {
  return given ?? sh.vars.get('HISTFILE') ?? `${sh.vars.get('HOME') ?? '/root'}/.bash_history`;
}

async function transfer(sh: Shell, how: string, path: string, name: string): Promise<number> {
  try {
    if (how === 'r' || how === 'n') {
      const fd = await sh.proc.open(path);
      sh.history.push(...(await sh.readAll(fd)).split('\n').filter((l) => l !== ''));
      sh.proc.close(fd);
      return 0;
    }
    const fd = await sh.proc.open(path, ['write', 'create', how === 'w' ? 'truncate' : 'append'], 0o600);
    // what is appended to HISTFILE stands there already: lines are kept as they are typed
    if (how === 'w' || path !== sh.vars.get('HISTFILE')) await sh.proc.write(fd, encode(sh.history.map((l) => `${l}\n`).join('')));
    sh.proc.close(fd);
    return 0;
  } catch (e) {
    if (!(e instanceof Errno)) throw e;
    if (how === 'w' || how === 'a') await sh.complain(`${path}: cannot create: ${sh.strerror(e)}`, name);
    else await sh.complain(`${path}: ${sh.strerror(e)}`, name);
    return 1;
  }
}

async function forget(sh: Shell, position: string, name: string): Promise<number> {
  const m = /^(-?\d+)(?:-(-?\d+))?$/.exec(position);
  const place = (text: string): number => (text.startsWith('-') ? sh.history.length + Number(text) : Number(text) - sh.historyBase);
  const from = m ? place(m[1] ?? '') : -1;
  const to = m?.[2] === undefined ? from : place(m[2]);
  if (from < 0 || to < from || to >= sh.history.length) {
    await sh.complain(`${position}: history position out of range`, name);
    return 1;
  }
  sh.history.splice(from, to - from + 1);
  return 0;
}

export const history: Builtin = async (sh, args, name) => {
  const { flags, rest, bad, missing } = sh.dialect.extended
    ? options(args, 'acd:npsrw')
    : { flags: new Map<string, string>(), rest: args, bad: undefined, missing: undefined };
  if (bad) return invalidOption(sh, name, bad);
  if (missing) return missingArgument(sh, name, missing);
  const ways = ['a', 'n', 'r', 'w'].filter((f) => flags.has(f));
  if (ways.length > 1) {
    await sh.complain('cannot use more than one of -anrw', name);
    return 1;
  }
  if (flags.has('c')) {
    sh.history.length = 0;
    sh.historyBase = 1;
  }
  const position = flags.get('d');
  if (position !== undefined) return forget(sh, position, name);
  if (flags.has('s')) {
    sh.history.splice(-1, sh.options.has('history') ? 1 : 0, rest.join(' '));
    return 0;
  }
  if (flags.has('p')) {
    for (const text of rest) {
      const expanded = expandHistory(text, withoutThis(sh), sh.historyBase, sh.shopt.has('extglob'));
      if (expanded && 'error' in expanded) {
        await sh.complain(`${text}: history expansion failed`, name);
        return 1;
      }
      await sh.out(`${expanded ? expanded.text : text}\n`);
    }
    return 0;
  }
  const [way] = ways;
  if (way !== undefined) return transfer(sh, way, fileOf(sh, rest[0]), name);
  if (flags.has('c')) return 0;
  const [count] = rest;
  if (count !== undefined && !/^\d+$/.test(count)) {
    await sh.complain(`${count}: numeric argument required`, name);
    return 1;
  }
  if (rest.length > 1) {
    await sh.complain('too many arguments', name);
    return 1;
  }
  const from = Math.max(0, sh.history.length - (count === undefined ? sh.history.length : Number(count)));
  const format = sh.vars.get('HISTTIMEFORMAT');
  const stamp = (line: string): string => (format ? strftime(format, sh.historyTimes.get(line) ?? sh.startedMs) : '');
  const [width, space] = sh.dialect.extended ? [5, '  '] : [4, ' '];
  await sh.out(sh.history.slice(from).map((line, i) => `${String(from + i + (sh.dialect.extended ? sh.historyBase : 0)).padStart(width)}${space}${stamp(line)}${line}\n`).join('')); // prettier-ignore
  return 0;
};

/** The place of a command that fc's operand names: a number from the start or the end, or how it begins. */
function placeOf(sh: Shell, lines: readonly string[], operand: string): number {
  if (/^-?\d+$/.test(operand)) {
    const n = Number(operand);
    return n < 0
      ? Math.max(0, lines.length + n)
      : n === 0
        ? lines.length - 1
        : Math.max(0, Math.min(n - sh.historyBase + 1, lines.length) - 1);
  }
  return lines.findLastIndex((l) => l.startsWith(operand));
}

async function again(sh: Shell, lines: readonly string[], operands: readonly string[], name: string): Promise<number> {
  const pairs = operands.filter((o) => o.includes('='));
  const wanted = operands.find((o) => !o.includes('='));
  const at = wanted === undefined ? lines.length - 1 : placeOf(sh, lines, wanted);
  let text = lines[at];
  if (text === undefined) {
    await sh.complain('no command found', name);
    return 1;
  }
  for (const pair of pairs) text = text.replaceAll(pair.slice(0, pair.indexOf('=')), () => pair.slice(pair.indexOf('=') + 1));
  await sh.err(`${text}\n`);
  sh.history.splice(-1, 1, text);
  await runString(sh, `${text}\n`, { keepPosition: true });
  return sh.status;
}

async function edit(sh: Shell, lines: readonly string[], editor: string, name: string): Promise<number> {
  const path = `/tmp/bash-fc.${String(sh.proc.pid)}`;
  try {
    const fd = await sh.proc.open(path, ['write', 'create', 'truncate'], 0o600);
    await sh.proc.write(fd, encode(lines.map((l) => `${l}\n`).join('')));
    sh.proc.close(fd);
    const status = await sh.runProgram([...editor.split(/\s+/), path]);
    if (status !== 0) return status;
    const written = await sh.proc.open(path);
    const text = await sh.readAll(written);
    sh.proc.close(written);
    sh.proc.unlink(path);
    await sh.err(text);
    sh.history.splice(-1, 1, ...text.split('\n').filter((l) => l !== ''));
    await runString(sh, text, { keepPosition: true });
    return sh.status;
  } catch (e) {
    if (!(e instanceof Errno)) throw e;
    await sh.complain(`${path}: ${sh.strerror(e)}`, name);
    return 1;
  }
}

export const fc: Builtin = async (sh, args, name) => {
  const first = args.findIndex((a) => /^-\d+$/.test(a) || !a.startsWith('-'));
  const { flags, rest, bad, missing } = options(args.slice(0, first < 0 ? undefined : first), 'e:lnrs');
  if (bad) return invalidOption(sh, name, bad);
  if (missing && first < 0) return usage(sh, name);
  const editor = flags.get('e') ?? (missing ? args[first] : undefined);
  const operands = [...rest, ...(first < 0 ? [] : args.slice(first + (missing ? 1 : 0)))];
  const lines = withoutThis(sh);
  if (flags.has('s') || editor === '-') return again(sh, lines, operands, name);
  if (lines.length === 0) return 0;
  const listing = flags.has('l');
  const [from, to] = operands;
  let start = from === undefined ? (listing ? Math.max(0, lines.length - 16) : lines.length - 1) : placeOf(sh, lines, from);
  let end = to === undefined ? (listing || from === undefined ? lines.length - 1 : start) : placeOf(sh, lines, to);
  if (start < 0 || end < 0) {
    await sh.complain('history specification out of range', name);
    return 1;
  }
  let reverse = flags.has('r');
  if (end < start) [start, end, reverse] = [end, start, !reverse];
  const chosen = lines.slice(start, end + 1).map((text, i) => ({ text, number: start + i + sh.historyBase }));
  if (reverse) chosen.reverse();
  if (!listing) return edit(sh, chosen.map((c) => c.text), editor ?? sh.vars.get('FCEDIT') ?? sh.vars.get('EDITOR') ?? 'editor', name); // prettier-ignore
  await sh.out(chosen.map((c) => `${flags.has('n') ? '' : c.number}\t ${c.text}\n`).join(''));
  return 0;
};
