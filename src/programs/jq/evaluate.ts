import { formats, functions, plus } from './functions';
import { JqSyntaxError, type Filter } from './parse';
import { JqError, compare, dump, kindOf, toText, truthy } from './values';

type Json = unknown;
type Variables = ReadonlyMap<string, Json>;

const isObject = (value: Json): value is Record<string, Json> => kindOf(value) === 'object';

function index(of: Json, key: Json): Json {
  if (of === null && (typeof key === 'string' || typeof key === 'number' || key === null)) return null;
  if (isObject(of) && typeof key === 'string') return Object.hasOwn(of, key) ? of[key] : null;
  if (Array.isArray(of) && typeof key === 'number') return (of as Json[]).at(Math.floor(key)) ?? null;
  throw new JqError(
    `Cannot index ${kindOf(of)} with ${typeof key === 'string' ? `${kindOf(of) === 'object' ? '' : 'string '}"${key}"` : kindOf(key)}`,
  );
}

function each(value: Json): readonly Json[] {
  if (Array.isArray(value)) return value as Json[];
  if (isObject(value)) return Object.values(value);
  throw new JqError(`Cannot iterate over ${kindOf(value)}${value === null ? '' : ` (${dump(value)})`}`);
}

function arithmetic(operator: string, a: Json, b: Json): Json {
  const refuse = (what: string): never => {
    throw new JqError(`${kindOf(a)} (${dump(a)}) and ${kindOf(b)} (${dump(b)}) cannot be ${what}`);
  };
  switch (operator) {
    case '+':
      return plus(a, b);
    case '-':
      if (Array.isArray(a) && Array.isArray(b)) return (a as Json[]).filter((own) => !b.some((other) => compare(own, other) === 0));
      return typeof a === 'number' && typeof b === 'number' ? a - b : refuse('subtracted');
    case '*':
      if (isObject(a) && isObject(b)) return { ...a, ...b };
      return typeof a === 'number' && typeof b === 'number' ? a * b : refuse('multiplied');
    case '/':
      if (typeof a === 'string' && typeof b === 'string') return a.split(b);
      if (typeof a !== 'number' || typeof b !== 'number') return refuse('divided');
      return b === 0 ? refuse('divided because the divisor is zero') : a / b;
    case '%':
      if (typeof a !== 'number' || typeof b !== 'number') return refuse('divided');
      return Math.trunc(b) === 0 ? refuse('divided because the divisor is zero') : Math.trunc(a) % Math.trunc(b);
    default: {
      const order = compare(a, b);
      return { '==': order === 0, '!=': order !== 0, '<': order < 0, '<=': order <= 0, '>': order > 0, '>=': order >= 0 }[operator];
    }
  }
}

/** All that a filter makes of one input. */
export function* evaluate(filter: Filter, input: Json, variables: Variables): Generator<Json> {
  const run = (of: Filter, on: Json = input): Generator<Json> => evaluate(of, on, variables);
  switch (filter.kind) {
    case 'identity':
      yield input;
      return;
    case 'everything':
      yield input;
      if (typeof input === 'object' && input !== null) for (const child of each(input)) yield* run(filter, child);
      return;
    case 'literal':
      yield filter.value;
      return;
    case 'variable':
      if (!variables.has(filter.name)) throw new JqSyntaxError(`$${filter.name} is not defined`);
      yield variables.get(filter.name);
      return;
    case 'index':
      for (const of of run(filter.of))
        for (const key of run(filter.key)) {
          if (!filter.optional) yield index(of, key);
          else yield* attempt(() => [index(of, key)]);
        }
      return;
    case 'slice':
      for (const of of run(filter.of)) {
        const [from, to] = [filter.from, filter.to].map((bound) => (bound ? [...run(bound)][0] : undefined));
        if (of !== null && !Array.isArray(of) && typeof of !== 'string') throw new JqError(`Cannot index ${kindOf(of)} with object`);
        yield of === null ? null : (of as string).slice((from as number | undefined) ?? 0, (to as number | undefined) ?? undefined);
      }
      return;
    case 'each':
      for (const of of run(filter.of)) yield* filter.optional ? attempt(() => each(of)) : each(of);
      return;
    case 'format':
      yield formatter(filter.name)(input);
      return;
    case 'text':
      yield* texts(filter.parts, filter.format === undefined ? toText : formatter(filter.format), run);
      return;
    case 'array':
      yield filter.of ? [...run(filter.of)] : [];
      return;
    case 'object':
      yield* objects(filter.entries, run);
      return;
    case 'negate':
      for (const value of run(filter.of)) {
        if (typeof value !== 'number') throw new JqError(`${kindOf(value)} (${dump(value)}) cannot be negated`);
        yield -value;
      }
      return;
    case 'binary':
      yield* binary(filter, input, variables);
      return;
    case 'as':
      for (const value of run(filter.of)) yield* evaluate(filter.body, input, new Map([...variables, [filter.name, value]]));
      return;
    case 'if': {
      for (const [test, then] of filter.branches) if (truthy([...run(test)][0])) return yield* run(then);
      yield* filter.otherwise ? run(filter.otherwise) : [input];
      return;
    }
    case 'try':
      try {
        yield* run(filter.of);
      } catch (error) {
        if (!(error instanceof JqError)) throw error;
        if (filter.fallback) yield* run(filter.fallback, error.value);
      }
      return;
    case 'call':
      yield* call(filter.name, filter.args, input, variables);
  }
}

function* attempt(values: () => Iterable<Json>): Generator<Json> {
  try {
    yield* values();
  } catch (error) {
    if (!(error instanceof JqError)) throw error;
  }
}

function formatter(name: string): (value: Json) => string {
  const found = formats[name];
  if (!found) throw new JqSyntaxError(`${name.slice(1)} is not a valid format`);
  return found;
}

type Run = (of: Filter, on?: Json) => Generator<Json>;

function* texts(parts: readonly (string | Filter)[], show: (value: Json) => string, run: Run): Generator<string> {
  const [first, ...rest] = parts;
  if (first === undefined) return void (yield '');
  for (const tail of texts(rest, show, run))
    if (typeof first === 'string') yield first + tail;
    else for (const value of run(first)) yield show(value) + tail;
}

function* objects(entries: readonly (readonly [Filter, Filter])[], run: Run): Generator<Record<string, Json>> {
  const [first, ...rest] = entries;
  if (!first) return void (yield {});
  for (const key of run(first[0])) {
    if (typeof key !== 'string') throw new JqError(`Object keys must be strings`);
    for (const value of run(first[1])) for (const tail of objects(rest, run)) yield { [key]: value, ...tail };
  }
}

function* binary(filter: Extract<Filter, { kind: 'binary' }>, input: Json, variables: Variables): Generator<Json> {
  const { operator, left, right } = filter;
  const run = (of: Filter, on: Json = input): Generator<Json> => evaluate(of, on, variables);
  switch (operator) {
    case '|':
      for (const value of run(left)) yield* run(right, value);
      return;
    case ',':
      yield* run(left);
      yield* run(right);
      return;
    case '//': {
      const found = [...attempt(() => run(left))].filter(truthy);
      yield* found.length ? found : run(right);
      return;
    }
    case 'and':
    case 'or':
      for (const value of run(left)) {
        if (truthy(value) === (operator === 'or')) yield operator === 'or';
        else for (const other of run(right)) yield truthy(other);
      }
      return;
    default:
      for (const b of run(right)) for (const a of run(left)) yield arithmetic(operator, a, b);
  }
}

/** Pairs of each element and what a filter makes of it, in the order of the latter. */
const keyed = (input: Json, by: (value: Json) => Json): [Json, Json][] =>
  each(input)
    .map((value): [Json, Json] => [by(value), value])
    .sort(([a], [b]) => compare(a, b));

function* call(name: string, args: readonly Filter[], input: Json, variables: Variables): Generator<Json> {
  const run = (of: Filter | undefined, on: Json = input): Generator<Json> => evaluate(of ?? { kind: 'identity' }, on, variables);
  const [first, second] = args;
  const by = (value: Json): Json => [...run(first, value)];
  switch (`${name}/${args.length}`) {
    case 'empty/0': return;
    case 'error/0': throw new JqError(toText(input), input);
    case 'error/1': { const value = [...run(first)][0]; throw new JqError(toText(value), value); }
    case 'select/1': for (const test of run(first)) if (truthy(test)) yield input; return;
    case 'map/1': yield each(input).flatMap((value) => [...run(first, value)]); return;
    case 'map_values/1': yield Array.isArray(input) ? input.flatMap((value) => [...run(first, value)].slice(0, 1)) : Object.fromEntries(Object.entries(input as object).flatMap(([key, value]) => [...run(first, value)].slice(0, 1).map((made) => [key, made]))); return;
    case 'with_entries/1': yield functions['from_entries/0']?.((functions['to_entries/0']?.(input, []) as Json[]).flatMap((entry) => [...run(first, entry)]), []); return;
    case 'recurse/0': yield* run({ kind: 'everything' }); return;
    case 'values/0': if (input !== null) yield input; return;
    case 'strings/0': case 'numbers/0': case 'objects/0': case 'arrays/0': case 'booleans/0': if (`${kindOf(input)}s` === name) yield input; return;
    case 'any/0': yield each(input).some(truthy); return;
    case 'all/0': yield each(input).every(truthy); return;
    case 'any/1': yield each(input).some((value) => [...run(first, value)].some(truthy)); return;
    case 'all/1': yield each(input).every((value) => [...run(first, value)].every(truthy)); return;
    case 'first/1': for (const value of run(first)) { yield value; return; } return;
    case 'limit/2': { const most = Number([...run(first)][0]); let n = 0; for (const value of run(second)) { if (n++ >= most) return; yield value; } return; }
    case 'range/1': for (let i = 0, end = Number([...run(first)][0]); i < end; i++) yield i; return;
    case 'range/2': for (let i = Number([...run(first)][0]), end = Number([...run(second)][0]); i < end; i++) yield i; return;
    case 'sort_by/1': yield keyed(input, by).map(([, value]) => value); return;
    case 'min_by/1': yield keyed(input, by)[0]?.[1] ?? null; return;
    case 'max_by/1': yield keyed(input, by).at(-1)?.[1] ?? null; return;
    case 'unique_by/1': yield keyed(input, by).filter(([key], i, all) => i === 0 || compare(key, all[i - 1]?.[0]) !== 0).map(([, value]) => value); return;
    case 'group_by/1': { const groups: Json[][] = []; let last: Json; for (const [key, value] of keyed(input, by)) { if (groups.length && compare(key, last) === 0) groups.at(-1)?.push(value); else groups.push([value]); last = key; } yield groups; return; }
    case 'del/1': if (first?.kind === 'index' && first.of.kind === 'identity') { const key = [...run(first.key)][0]; yield Array.isArray(input) ? input.filter((_, i) => i !== key) : Object.fromEntries(Object.entries(input as object).filter(([own]) => own !== key)); return; } break;
  } // prettier-ignore
  const simple = functions[`${name}/${args.length}`];
  if (!simple) throw new JqSyntaxError(`${name}/${args.length} is not defined`);
  if (!first) return void (yield simple(input, []));
  for (const value of run(first)) yield simple(input, [value]);
}
