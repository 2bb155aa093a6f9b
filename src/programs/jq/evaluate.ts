import { arithmetic } from './arithmetic';
import { formats, functions } from './functions';
import { Break, Halt, type Host } from './host';
import { JqParser, JqSyntaxError, type Filter } from './parse';
import { namesOf, type Pattern } from './pattern';
import { deletePaths, each, getPath, index, setPath, type Path } from './paths';
import { prelude } from './prelude';
import { Scope, type Known } from './scope';
import { toText } from './show';
import { JqError, dump, kindOf, truthy } from './values';

type Json = unknown;
/** A value, and where in the input it stands while paths are asked for: undefined when they are not, null when it stands nowhere. */
type Entry = readonly [path: Path | null | undefined, value: Json];
type Run = Generator<Entry>;

/** So many steps and a filter is taken to be endless. */
const mostSteps = 30_000_000;

const invalidPath = (value: Json): JqError => new JqError(`Invalid path expression with result ${dump(value)}`);

let builtins: ReadonlyMap<string, Known> | undefined;
function builtinScope(): Scope {
  if (!builtins) {
    const made = new Map<string, Known>();
    const scope = Scope.with(made);
    for (let filter = JqParser.parse(prelude); filter.kind === 'def'; filter = filter.body)
      made.set(`${filter.name}/${filter.params.length}`, { kind: 'def', params: filter.params, body: filter.of, scope });
    builtins = made;
  }
  return Scope.with(builtins);
}

export class Evaluator {
  private steps = 0;
  private readonly top: Scope;
  constructor(
    private readonly host: Host,
    variables: ReadonlyMap<string, Json>,
  ) {
    let scope = builtinScope();
    for (const [name, value] of variables) scope = scope.let(name, value);
    this.top = scope;
  }

  /** All that a filter makes of one input. */
  *values(filter: Filter, input: Json): Generator<Json> {
    for (const [, value] of this.run(filter, [undefined, input], this.top)) yield value;
  }

  private *of(filter: Filter, value: Json, scope: Scope): Generator<Json> {
    for (const [, made] of this.run(filter, [undefined, value], scope)) yield made;
  }

  private *run(filter: Filter, at: Entry, scope: Scope): Run {
    if (++this.steps > mostSteps) throw new JqError('the filter takes too long');
    const [path, input] = at;
    const nowhere = path === undefined ? undefined : null;
    switch (filter.kind) {
      case 'identity':
        return void (yield at);
      case 'everything':
        return yield* this.call({ name: 'recurse', args: [], at: 0 }, at, scope);
      case 'literal':
        return void (yield [nowhere, filter.value]);
      case 'variable': {
        const found = scope.variable(filter.name);
        if (!found) throw new JqSyntaxError(`$${filter.name} is not defined`, filter.at);
        return void (yield [nowhere, found.value]);
      }
      case 'index':
        for (const of of this.run(filter.of, at, scope))
          for (const key of this.of(filter.key, input, scope)) {
            if (filter.optional) yield* attempt(() => [this.child(of, key)]);
            else yield this.child(of, key);
          }
        return;
      case 'slice':
        for (const of of this.run(filter.of, at, scope))
          for (const end of filter.to ? this.of(filter.to, input, scope) : [null])
            for (const start of filter.from ? this.of(filter.from, input, scope) : [null]) yield this.child(of, { start, end });
        return;
      case 'each':
        for (const of of this.run(filter.of, at, scope)) {
          const all = (): Iterable<Entry> => this.children(of);
          yield* filter.optional ? attempt(all) : all();
        }
        return;
      case 'format':
        return void (yield [nowhere, formatter(filter.name)(input)]);
      case 'text':
        for (const text of this.texts(filter.parts, filter.format === undefined ? toText : formatter(filter.format), input, scope))
          yield [nowhere, text];
        return;
      case 'array':
        return void (yield [nowhere, filter.of ? [...this.of(filter.of, input, scope)] : []]);
      case 'object':
        for (const made of this.objects(filter.entries, input, scope)) yield [nowhere, made];
        return;
      case 'negate':
        for (const value of this.of(filter.of, input, scope)) {
          if (typeof value !== 'number') throw new JqError(`${kindOf(value)} (${dump(value)}) cannot be negated`);
          yield [nowhere, -value];
        }
        return;
      case 'binary':
        return yield* this.binary(filter, at, scope);
      case 'assign':
        for (const value of this.assign(filter, input, scope)) yield [nowhere, value];
        return;
      case 'as':
        for (const value of this.of(filter.of, input, scope))
          yield* this.bind(filter.patterns, value, input, scope, (inner) => this.run(filter.body, at, inner));
        return;
      case 'if':
        return yield* this.condition(filter.branches, filter.otherwise, at, scope);
      case 'try':
        try {
          yield* this.run(filter.of, at, scope);
        } catch (error) {
          if (!(error instanceof JqError)) throw error;
          if (filter.fallback) yield* this.run(filter.fallback, [nowhere, error.value], scope);
        }
        return;
      case 'reduce':
        return yield* this.reduce(filter, at, scope);
      case 'foreach':
        return yield* this.foreach(filter, at, scope);
      case 'def':
        return yield* this.run(filter.body, at, scope.define(filter.name, filter.params, filter.of));
      case 'label': {
        const label = {};
        try {
          yield* this.run(filter.body, at, scope.mark(filter.name, label));
        } catch (error) {
          if (!(error instanceof Break) || error.label !== label) throw error;
        }
        return;
      }
      case 'break': {
        const label = scope.label(filter.name);
        if (!label) throw new JqSyntaxError(`$*label-${filter.name} is not defined`);
        throw new Break(label);
      }
      case 'call':
        yield* this.call(filter, at, scope);
    }
  }

  private child([path, of]: Entry, key: Json): Entry {
    if (path === null) throw invalidPath(of);
    return [path && [...path, key], index(of, key)];
  }
  private *children([path, of]: Entry): Run {
    if (path === null) throw invalidPath(of);
    for (const [key, value] of each(of)) yield [path && [...path, key], value];
  }

  private *texts(parts: readonly (string | Filter)[], show: (value: Json) => string, input: Json, scope: Scope): Generator<string> {
    const [first, ...rest] = parts;
    if (first === undefined) return void (yield '');
    for (const tail of this.texts(rest, show, input, scope))
      if (typeof first === 'string') yield first + tail;
      else for (const value of this.of(first, input, scope)) yield show(value) + tail;
  }

  private *objects(entries: readonly (readonly [Filter, Filter])[], input: Json, scope: Scope): Generator<Record<string, Json>> {
    const [first, ...rest] = entries;
    if (!first) return void (yield {});
    for (const key of this.of(first[0], input, scope)) {
      if (typeof key !== 'string') throw new JqError(`Object keys must be strings`);
      for (const value of this.of(first[1], input, scope))
        for (const tail of this.objects(rest, input, scope)) yield { [key]: value, ...tail };
    }
  }

  private *condition(branches: readonly (readonly [Filter, Filter])[], otherwise: Filter | undefined, at: Entry, scope: Scope): Run {
    const [first, ...rest] = branches;
    if (!first) return otherwise ? yield* this.run(otherwise, at, scope) : void (yield at);
    for (const test of this.of(first[0], at[1], scope))
      if (truthy(test)) yield* this.run(first[1], at, scope);
      else yield* this.condition(rest, otherwise, at, scope);
  }

  private *binary(filter: Extract<Filter, { kind: 'binary' }>, at: Entry, scope: Scope): Run {
    const { operator, left, right } = filter;
    const [path, input] = at;
    const nowhere = path === undefined ? undefined : null;
    switch (operator) {
      case '|':
        for (const value of this.run(left, at, scope)) yield* this.run(right, value, scope);
        return;
      case ',':
        yield* this.run(left, at, scope);
        return yield* this.run(right, at, scope);
      case '//': {
        let any = false;
        for (const entry of attempt(() => this.run(left, at, scope))) {
          if (!truthy(entry[1])) continue;
          any = true;
          yield entry;
        }
        return any ? undefined : yield* this.run(right, at, scope);
      }
      case 'and':
      case 'or':
        for (const value of this.of(left, input, scope)) {
          if (truthy(value) === (operator === 'or')) yield [nowhere, operator === 'or'];
          else for (const other of this.of(right, input, scope)) yield [nowhere, truthy(other)];
        }
        return;
      default:
        for (const b of this.of(right, input, scope))
          for (const a of this.of(left, input, scope)) yield [nowhere, arithmetic(operator, a, b)];
    }
  }

  private *paths(filter: Filter, input: Json, scope: Scope): Generator<Path> {
    for (const [path, value] of this.run(filter, [[], input], scope)) {
      if (!path) throw invalidPath(value);
      yield path;
    }
  }

  private *assign(filter: Extract<Filter, { kind: 'assign' }>, input: Json, scope: Scope): Generator<Json> {
    const { operator, left, right } = filter;
    if (operator === '|=') {
      // the first value counts; jq 1.6 takes away what the update makes nothing of
      let value = input;
      const gone: Path[] = [];
      for (const path of [...this.paths(left, input, scope)]) {
        const made = this.of(right, getPath(value, path), scope).next();
        if (made.done) gone.push(path);
        else value = setPath(value, path, () => made.value);
      }
      return void (yield gone.length > 0 ? deletePaths(value, gone) : value);
    }
    for (const given of this.of(right, input, scope)) {
      let value = input;
      for (const path of [...this.paths(left, input, scope)])
        value = setPath(value, path, (old) =>
          operator === '=' ? given : operator === '//=' ? (truthy(old) ? old : given) : arithmetic(operator.slice(0, -1), old, given),
        );
      yield value;
    }
  }

  private *reduce(filter: Extract<Filter, { kind: 'reduce' }>, at: Entry, scope: Scope): Run {
    for (const start of this.run(filter.start, at, scope)) {
      let state: Entry | undefined = start;
      for (const value of this.of(filter.of, at[1], scope))
        for (const _ of this.bind(filter.patterns, value, at[1], scope, (inner) => {
          let last: Entry | undefined;
          if (state) for (const made of this.run(filter.update, state, inner)) last = made;
          state = last ?? [state?.[0] === undefined ? undefined : null, null];
          return [];
        }))
          void _;
      yield state;
    }
  }

  private *foreach(filter: Extract<Filter, { kind: 'foreach' }>, at: Entry, scope: Scope): Run {
    for (const start of this.run(filter.start, at, scope)) {
      let state = start;
      const step = function* (self: Evaluator, inner: Scope): Run {
        for (const made of self.run(filter.update, state, inner)) {
          state = made;
          if (filter.extract) yield* self.run(filter.extract, made, inner);
          else yield made;
        }
      };
      for (const value of this.of(filter.of, at[1], scope))
        yield* this.bind(filter.patterns, value, at[1], scope, (inner) => step(this, inner));
    }
  }

  /** Runs what follows for each way to take `value` apart; with `?//`, the next pattern when one fails. */
  private *bind(patterns: readonly Pattern[], value: Json, input: Json, scope: Scope, body: (inner: Scope) => Iterable<Entry>): Run {
    const names = patterns.length > 1 ? patterns.flatMap(namesOf) : [];
    const blank = names.reduce((s, name) => s.let(name, null), scope);
    for (const [i, pattern] of patterns.entries()) {
      try {
        for (const inner of this.match(pattern, value, input, blank)) yield* body(inner);
        return;
      } catch (error) {
        if (!(error instanceof JqError) || i === patterns.length - 1) throw error;
      }
    }
  }

  private *match(pattern: Pattern, value: Json, input: Json, scope: Scope): Generator<Scope> {
    if (pattern.kind === 'name') return void (yield scope.let(pattern.name, value));
    const parts = pattern.of;
    const from = function* (self: Evaluator, i: number, inner: Scope): Generator<Scope> {
      if (i === parts.length) return void (yield inner);
      if (pattern.kind === 'array') {
        if (value !== null && !Array.isArray(value)) throw new JqError(`Cannot index ${kindOf(value)} with number`);
        for (const next of self.match(pattern.of[i] as Pattern, index(value, i), input, inner)) yield* from(self, i + 1, next);
        return;
      }
      const { key, name, value: sub } = pattern.of[i] as Extract<Pattern, { kind: 'object' }>['of'][number];
      for (const k of self.of(key, input, inner)) {
        if (typeof k !== 'string') throw new JqError(`Cannot index ${kindOf(value)} with ${kindOf(k)}`);
        const child = index(value, k);
        const named = name === undefined ? inner : inner.let(name, child);
        for (const next of sub ? self.match(sub, child, input, named) : [named]) yield* from(self, i + 1, next);
      }
    };
    yield* from(this, 0, scope);
  }

  private *call({ name, args, at: place }: Pick<Extract<Filter, { kind: 'call' }>, 'name' | 'args' | 'at'>, at: Entry, scope: Scope): Run {
    const known = scope.function(`${name}/${args.length}`);
    if (known?.kind === 'closure') return yield* this.run(known.body, at, known.scope);
    if (known) return yield* this.enter(known, 0, args, at, scope, known.scope);
    const [path, input] = at;
    const nowhere = path === undefined ? undefined : null;
    const [first, second] = args;
    switch (`${name}/${args.length}`) {
      case 'empty/0': return;
      case 'error/0': throw new JqError(toText(input), input);
      case 'error/1': for (const value of this.of(first as Filter, input, scope)) throw new JqError(toText(value), value); return;
      case 'path/1': for (const found of this.paths(first as Filter, input, scope)) yield [nowhere, found]; return;
      case 'getpath/1':
        for (const found of this.of(first as Filter, input, scope)) {
          if (!Array.isArray(found)) throw new JqError('Path must be specified as an array');
          if (path === null) throw invalidPath(input);
          yield [path && [...path, ...(found as Json[])], getPath(input, found as Json[])];
        }
        return;
      case 'setpath/2':
        for (const value of this.of(second as Filter, input, scope)) for (const to of this.of(first as Filter, input, scope)) {
          if (!Array.isArray(to)) throw new JqError('Path must be specified as an array');
          yield [nowhere, setPath(input, to as Json[], () => value)];
        }
        return;
      case 'range/2':
        for (const from of this.of(first as Filter, input, scope)) for (const to of this.of(second as Filter, input, scope)) {
          if (typeof from !== 'number' || typeof to !== 'number') throw new JqError('Range bounds must be numeric');
          for (let i = from; i < to; i++) yield [nowhere, i];
        }
        return;
      case 'input/0': { const value = this.host.input(); if (value === undefined) throw new JqError('break'); return void (yield [nowhere, value]); }
      case 'inputs/0': for (let value = this.host.input(); value !== undefined; value = this.host.input()) yield [nowhere, value]; return;
      case 'debug/0': this.host.say(`["DEBUG:",${JSON.stringify(input)}]\n`); return void (yield at);
      case 'stderr/0': this.host.say(JSON.stringify(input)); return void (yield at);
      case 'input_filename/0': return void (yield [nowhere, this.host.file]);
      case 'now/0': return void (yield [nowhere, this.host.now() / 1000]);
      case 'env/0': return void (yield [nowhere, this.top.variable('ENV')?.value ?? {}]);
      case 'input_line_number/0': return void (yield [nowhere, this.host.line()]);
      case 'halt/0': throw new Halt(0, '');
      case 'halt_error/1': for (const status of this.of(first as Filter, input, scope)) throw new Halt(Number(status), input === null ? '' : typeof input === 'string' ? input : `${JSON.stringify(input)}\n`); return;
      case 'builtins/0': return void (yield [nowhere, Object.keys(functions)]);
    } // prettier-ignore
    const simple = functions[`${name}/${args.length}`];
    if (!simple) throw new JqSyntaxError(`${name}/${args.length} is not defined`, place);
    for (const values of this.product(args, input, scope)) yield [nowhere, simple(input, values)];
  }

  /** All ways to choose a value for each argument; the first changes fastest. */
  private *product(args: readonly Filter[], input: Json, scope: Scope): Generator<Json[]> {
    if (args.length === 0) return void (yield []);
    for (const last of this.of(args.at(-1) as Filter, input, scope))
      for (const before of this.product(args.slice(0, -1), input, scope)) yield [...before, last];
  }

  /** A function's body, once its arguments from the `i`th on are bound. */
  private *enter(known: Extract<Known, { kind: 'def' }>, i: number, args: readonly Filter[], at: Entry, outer: Scope, inner: Scope): Run {
    const param = known.params[i];
    if (param === undefined) return yield* this.run(known.body, at, inner);
    const arg = args[i] as Filter;
    if (!param.startsWith('$')) return yield* this.enter(known, i + 1, args, at, outer, inner.argument(param, arg, outer));
    const name = param.slice(1);
    for (const value of this.of(arg, at[1], outer)) {
      const bound = inner.let(name, value).argument(name, { kind: 'literal', value }, outer);
      yield* this.enter(known, i + 1, args, at, outer, bound);
    }
  }
}

function* attempt<T>(values: () => Iterable<T>): Generator<T> {
  try {
    yield* values();
  } catch (error) {
    if (!(error instanceof JqError)) throw error;
  }
}

function formatter(name: string): (value: Json) => string {
  const found = formats[name];
  if (!found) throw new JqError(`${name.slice(1)} is not a valid format`);
  return found;
}
