import { runString } from '../run-text';
import { readLine } from '../lines';
import { singleQuote } from '../quoting';
import { identifier } from './declare';
import { type Builtin, invalidOption, missingArgument, options } from './types';

/** What each option's value counts, for the complaint about what is no number. */
const counts: readonly (readonly [option: string, noun: string])[] = [
  ['n', 'invalid line count'],
  ['O', 'invalid array origin'],
  ['s', 'invalid line count'],
  ['u', 'invalid file descriptor specification'],
  ['c', 'invalid callback quantum'],
];

export const mapfile: Builtin = async (sh, args, name) => {
  const { flags, rest, bad, missing } = options(args, 'd:n:O:s:tu:C:c:');
  if (bad) return invalidOption(sh, name, bad);
  if (missing) return missingArgument(sh, name, missing);
  for (const [option, noun] of counts) {
    const value = flags.get(option);
    if (value !== undefined && !/^\d+$/.test(value)) {
      await sh.complain(`${value}: ${noun}`, name);
      return 1;
    }
  }
  const variable = rest[0] ?? 'MAPFILE';
  if (!identifier.test(variable)) {
    await sh.complain(`\`${variable}': not a valid identifier`, name);
    return 1;
  }
  const fd = Number(flags.get('u') ?? 0);
  if (!sh.proc.fds().includes(fd)) {
    await sh.complain(`${fd}: invalid file descriptor: Bad file descriptor`, name);
    return 1;
  }
  const v = sh.vars.declare(variable);
  if (v.readonly) throw sh.vars.readonlyError(variable);
  if (v.kind === 'assoc') {
    await sh.complain(`${variable}: not an indexed array`, name);
    return 1;
  }
  Object.assign(v, { kind: 'indexed', value: undefined, assigned: true });
  const origin = Number(flags.get('O') ?? 0);
  if (!flags.has('O')) v.items = new Map();
  const limit = Number(flags.get('n') ?? 0) || Infinity;
  const delimiter = flags.has('d') ? flags.get('d') || '\0' : '\n';
  const callback = flags.get('C');
  const quantum = Number(flags.get('c') ?? 5000) || 5000;
  let skip = Number(flags.get('s') ?? 0);
  for (let n = 0; n < limit;) {
    let ended = false;
    const line = await readLine(sh, fd, { delimiter, ended: (h) => (ended = h === 'eof') });
    if (line === undefined) break;
    if (skip > 0) {
      skip--;
      continue;
    }
    const text = flags.has('t') || ended || delimiter === '\0' ? line : line + delimiter;
    if (callback !== undefined && (n + 1) % quantum === 0)
      await runString(sh, `${callback} ${origin + n} ${singleQuote(text)}`, { keepPosition: true, nested: true });
    v.items.set(String(origin + n++), text);
  }
  return 0;
};
