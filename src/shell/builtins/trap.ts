import { SIGRTMAX } from '../../kernel';
import { singleQuote } from '../quoting';
import { nameOfSignal, signalNamed } from '../signal-names';
import { type Shell, type TrapName, trapLabel } from '../shell';
import { setTrap } from '../traps';
import { type Builtin, invalidOption, options, usage } from './types';

function trapName(sh: Shell, text: string): TrapName | undefined {
  const upper = text.toUpperCase().replace(/^SIG/, '');
  if (sh.dialect.extended && (upper === 'ERR' || upper === 'DEBUG' || upper === 'RETURN')) return upper;
  if (!sh.dialect.extended && upper === 'ERR') return 'ERR';
  if (upper === 'EXIT') return 0;
  return signalNamed(sh.dialect, text);
}

function shownTrap(sh: Shell, name: TrapName): string {
  const label = trapLabel(name, sh.dialect);
  return sh.dialect.extended ? label : label.replace(/^SIG/, '');
}

/** Where traps that are no signals stand in the list: behind them. */
const order = ['DEBUG', 'ERR', 'RETURN'];
const rank = (name: TrapName): number => (typeof name === 'number' ? name : 100 + order.indexOf(name));

async function list(sh: Shell, names: readonly string[], name: string): Promise<number> {
  const wanted = names.map((r) => trapName(sh, r));
  let status = 0;
  for (const [i, n] of wanted.entries()) {
    if (n !== undefined) continue;
    await sh.complain(`${names[i] ?? ''}: invalid signal specification`, name);
    status = 1;
  }
  const entries = new Map<TrapName, string>(sh.inheritedTraps ?? sh.traps);
  for (const n of sh.ignoredAtEntry) if (!sh.interactive) entries.set(n, '');
  for (const [n, action] of [...entries].sort((a, b) => rank(a[0]) - rank(b[0]))) {
    if (names.length === 0 || wanted.includes(n)) await sh.out(`trap -- ${singleQuote(action)} ${shownTrap(sh, n)}\n`);
  }
  return status;
}

export const trap: Builtin = async (sh, args, name) => {
  const { flags, rest, bad } = options(args, sh.dialect.extended ? 'lp' : '');
  if (bad && !/^-\d*$/.test(args[0] ?? '')) return invalidOption(sh, name, bad);
  if (flags.has('l')) {
    await sh.out(signalTable());
    return 0;
  }
  if (rest.length === 0 || flags.has('p')) return list(sh, rest, name);
  const [first = '', ...signals] = rest;
  let action: string | undefined = first;
  let targets = signals;
  if (first === '-') action = undefined;
  else if (signals.length === 0 || (/^\d+$/.test(first) && trapName(sh, first) !== undefined)) {
    if (signals.length === 0 && trapName(sh, first) === undefined) return usage(sh, name);
    action = undefined;
    targets = rest;
  }
  let status = 0;
  for (const target of targets) {
    const n = trapName(sh, target);
    if (n === undefined) {
      await sh.complain(`${target}: invalid signal specification`, name);
      status = 1;
    } else setTrap(sh, n, action);
  }
  return status;
};

/** `kill -l` of bash. */
export function signalTable(): string {
  let out = '';
  let column = 0;
  for (let n = 1; n <= SIGRTMAX; n++) {
    const text = nameOfSignal({ extended: true }, n);
    if (text === undefined) continue;
    out += `${String(n).padStart(2)}) SIG${text}`;
    column++;
    out += column % 5 === 0 ? '\n' : '\t';
  }
  return column % 5 === 0 ? out : `${out}\n`;
}
