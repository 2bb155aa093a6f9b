import type { TraceOutcome } from '../../kernel';
import type { Context } from '../command';
import type { Options } from '../getopt';
import { callChoice, ChoiceError, descriptorChoice, outcomeChoice, signalChoice } from './choices';
import type { Looks } from './printer';
import { type Sorting, sortings } from './summary';

/** What the command line asks for. */
export interface Settings {
  readonly pids: readonly number[];
  readonly command: readonly string[];
  readonly environment: ReadonlyMap<string, string>;
  readonly follow: boolean;
  readonly output: string | undefined;
  /** -ff: a file per process. */
  readonly separate: boolean;
  readonly summary: 'none' | 'only' | 'too';
  readonly sorting: Sorting;
  /** How many times -q. */
  readonly quiet: number;
  readonly calls: (name: string) => boolean;
  readonly signals: (signal: number) => boolean;
  readonly outcomes: ((outcome: TraceOutcome) => boolean) | undefined;
  readonly paths: readonly string[];
  readonly looks: Looks;
}

const hint = "\nTry 'strace -h' for more information.";
const times = ['none', 'seconds', 'micros', 'epoch'] as const;

/** -e KEY=SET; a set alone is of calls. */
const keys: Readonly<Record<string, string>> = {
  trace: 'trace', t: 'trace', signal: 'signal', signals: 'signal', s: 'signal', status: 'status', read: 'read', reads: 'read', write: 'write', writes: 'write',
  abbrev: 'abbrev', verbose: 'verbose', raw: 'raw', quiet: 'quiet', silent: 'quiet', q: 'quiet', fault: 'fault', inject: 'inject', kvm: 'kvm',
}; // prettier-ignore

function expressions(options: Options): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const { name, value = '' } of options.list) {
    if (name === 'trace' || name === 'signal' || name === 'status' || name === 'read' || name === 'write') found.set(name, value);
    if (name !== 'e') continue;
    const equals = value.indexOf('=');
    const key = equals > 0 && Object.hasOwn(keys, value.slice(0, equals)) ? keys[value.slice(0, equals)] : undefined;
    if (key === undefined) found.set('trace', value);
    else found.set(key, value.slice(equals + 1));
  }
  return found;
}

function whole(options: Options, letter: string, initial: number): number {
  const value = options.value(letter);
  if (value === undefined) return initial;
  if (!/^\d+$/.test(value)) throw new ChoiceError(`invalid -${letter} argument: '${value}'${hint}`);
  return Number(value);
}

/** Throws ChoiceError. */
export function settingsOf(ctx: Context, options: Options): Settings {
  const count = (name: string): number => options.list.filter((each) => each.name === name).length;
  const chosen = expressions(options);
  const pids = options.values('p').flatMap((list) =>
    list.split(/[\s,]+/).filter(Boolean).map((word) => {
      if (!/^\d+$/.test(word) || Number(word) < 1) throw new ChoiceError(`Invalid process id: '${word}'`);
      return Number(word);
    }),
  ); // prettier-ignore
  const given = options.value('S') ?? 'time';
  const sorting = sortings.find((each) => each === (given === 'count' ? 'calls' : given === 'none' ? 'nothing' : given));
  if (!sorting) throw new ChoiceError(`invalid sortby: '${given}'${hint}`);
  const environment = new Map(ctx.env);
  for (const variable of options.values('E')) {
    const equals = variable.indexOf('=');
    if (equals < 0) environment.delete(variable);
    else environment.set(variable.slice(0, equals), variable.slice(equals + 1));
  }
  const dumped = (key: string): ((fd: number) => boolean) => descriptorChoice(chosen.get(key) ?? 'none');
  const status = chosen.get('status') ?? (options.has('z') ? 'successful' : options.has('Z') ? 'failed' : undefined);
  const addresses = new Map<string, string>();
  const { random } = ctx.proc.clock;
  const place = (top: number): string => `0x${(top * 2 ** 32 + Math.floor(random() * 2 ** 28) * 16).toString(16)}`;
  const tops: Readonly<Record<string, number>> = { sa_handler: 0x55d3, entries: 0x55d3, sa_restorer: 0x7f4a, child_tidptr: 0x7f4a };
  const looks: Looks = {
    stringMax: whole(options, 's', 32),
    column: whole(options, 'a', 40),
    hex: count('x') > 1 ? 'always' : options.has('x') ? 'unprintable' : 'never',
    verbose: options.has('v') || chosen.get('abbrev') === 'none',
    paths: options.has('y'),
    address: (name) => {
      let address = addresses.get(name);
      if (address === undefined) addresses.set(name, (address = place(tops[name] ?? 0x7ffd)));
      return address;
    },
    times: options.has('r') ? 'relative' : (times[Math.min(3, count('t'))] ?? 'none'),
    durations: options.has('T'),
    numbers: options.has('n'),
    pointers: options.has('i'),
    dumped: { read: dumped('read'), write: dumped('write') },
  };
  return {
    pids,
    command: options.operands,
    environment,
    follow: options.has('f'),
    output: options.value('o'),
    separate: count('f') > 1 || options.has('output-separately'),
    summary: options.has('C') ? 'too' : options.has('c') ? 'only' : 'none',
    sorting,
    quiet: chosen.get('quiet') === 'all' ? 3 : count('q'),
    calls: callChoice(chosen.get('trace') ?? 'all'),
    signals: signalChoice(chosen.get('signal') ?? 'all'),
    outcomes: status === undefined ? undefined : outcomeChoice(status),
    paths: options.values('P'),
    looks,
  };
}
