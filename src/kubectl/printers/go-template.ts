import { base64Error, decodeBase64 } from '../../kube/api';
import { CommandError, failure } from '../errors';
import { byName, equal, goJson, isFields, sortKeys } from '../value';
import { goType, plain, sprintf } from './go-format';
import {
  type Command,
  type Expression,
  GoTemplateError,
  parseGoTemplate,
  type Place,
  type Template,
  type TemplateNode,
} from './go-template-parser';

/** What a template prints for objects; throws for one that cannot be read, and for objects it does not fit, with kubectl's help. */
export function goTemplate(template: string, allowMissing: boolean): (data: unknown) => string {
  let parsed: Template;
  try {
    parsed = parseGoTemplate(template);
  } catch (error) {
    if (!(error instanceof GoTemplateError)) throw error;
    throw failure(`error parsing template ${template}, ${error.message}`);
  }
  return (data) => textOf(template, parsed, allowMissing, data);
}

function textOf(template: string, parsed: Template, allowMissing: boolean, data: unknown): string {
  const run = new Run(allowMissing, parsed.defined);
  try {
    run.block(parsed.nodes, data, new Scope(data));
    return run.text;
  } catch (error) {
    if (!(error instanceof GoTemplateError)) throw error;
    const why = `${position(template, error.place)}${error.message}`;
    const help = `Error executing template: ${why}. Printing more information for debugging the template:\n\ttemplate was:\n\t\t${template}\n\traw data was:\n\t\t${goJson(sortKeys(data))}\n\tobject given to template engine was:\n\t\t${plain(data)}\n\n`;
    throw new CommandError(`error: error executing template ${JSON.stringify(template)}: ${why}`, 1, run.text + help);
  }
}

/** What a template prints for an object with more functions than kubectl has; throws an Error with text/template's words. */
export function templateText(template: string, data: unknown, more: Readonly<Record<string, Call>>): string {
  let run: Run | undefined;
  try {
    const parsed = parseGoTemplate(template, Object.keys(more));
    run = new Run(false, parsed.defined, more);
    run.block(parsed.nodes, data, new Scope(data));
    return run.text;
  } catch (error) {
    if (!(error instanceof GoTemplateError)) throw error;
    const why = error.message.startsWith('template: ') ? error.message : `${position(template, error.place)}${error.message}`;
    throw new Error(why.replace('template: output:', 'template: :').replace('executing "output"', 'executing ""'));
  }
}

/** `template: output:1:11: executing "output" at <.metadata.name>: ` */
function position(template: string, place: Place | undefined): string {
  if (!place) return 'template: output:1: ';
  const before = template.slice(0, place.at).split('\n');
  return `template: output:${before.length}:${before.at(-1)!.length}: executing "output" at <${place.text}>: `;
}

class Scope {
  private readonly variables = new Map<string, unknown>();
  constructor(
    dollar: unknown,
    private readonly parent?: Scope,
  ) {
    if (!parent) this.variables.set('$', dollar);
  }
  get(name: string): unknown {
    if (this.variables.has(name)) return this.variables.get(name);
    if (!this.parent) throw new GoTemplateError(`undefined variable "${name}"`);
    return this.parent.get(name);
  }
  declare(name: string, value: unknown): void {
    this.variables.set(name, value);
  }
  assign(name: string, value: unknown): void {
    if (this.variables.has(name) || !this.parent) this.variables.set(name, value);
    else this.parent.assign(name, value);
  }
  child(): Scope {
    return new Scope(undefined, this);
  }
}

class Break extends Error {}
class Continue extends Error {}

const truth = (value: unknown): boolean => {
  if (value === undefined || value === null || value === false || value === 0 || value === '') return false;
  if (Array.isArray(value)) return value.length > 0;
  return isFields(value) ? Object.keys(value).length > 0 : true;
};

/** fmt.Print of a value. */
function show(value: unknown): string {
  if (value === undefined || value === null) return '<no value>';
  return plain(value);
}
/** How deep templates may call each other. */
const deepest = 1000;

class Run {
  /** What is printed so far. */
  text = '';
  private depth = 0;
  constructor(
    private readonly allowMissing: boolean,
    private readonly defined: Template['defined'],
    private readonly more: Readonly<Record<string, Call>> = {},
  ) {}

  block(nodes: readonly TemplateNode[], dot: unknown, scope: Scope): void {
    for (const node of nodes) this.node(node, dot, scope);
  }

  private node(node: TemplateNode, dot: unknown, scope: Scope): void {
    switch (node.type) {
      case 'text':
        this.text += node.text;
        return;
      case 'action': {
        const value = this.pipeline(node.pipe, dot, scope);
        if (node.variables.length === 0) this.text += show(value);
        else if (node.declare) scope.declare(node.variables[0]!, value);
        else scope.assign(node.variables[0]!, value);
        return;
      }
      case 'if': {
        const inner = scope.child();
        const value = this.pipeline(node.pipe, dot, inner);
        if (node.variables.length > 0) inner.declare(node.variables[0]!, value);
        return this.block(truth(value) ? node.body : node.otherwise, dot, inner);
      }
      case 'with': {
        const inner = scope.child();
        const value = this.pipeline(node.pipe, dot, inner);
        if (node.variables.length > 0) inner.declare(node.variables[0]!, value);
        return truth(value) ? this.block(node.body, value, inner) : this.block(node.otherwise, dot, inner);
      }
      case 'range':
        return this.range(node, dot, scope);
      case 'template': {
        const body = this.defined.get(node.name);
        if (!body) throw new GoTemplateError(`template ${JSON.stringify(node.name)} not defined`, node.place);
        if (this.depth > deepest) throw new GoTemplateError(`exceeded maximum template depth (${deepest})`, node.place);
        const value = this.pipeline(node.pipe, dot, scope);
        this.depth++;
        this.block(body, value, new Scope(value));
        this.depth--;
        return;
      }
      case 'break':
        throw new Break();
      case 'continue':
        throw new Continue();
    }
  }

  private range(node: Extract<TemplateNode, { body: unknown }>, dot: unknown, scope: Scope): void {
    const value = this.pipeline(node.pipe, dot, scope);
    const entries: [unknown, unknown][] = Array.isArray(value)
      ? value.map((item, i) => [i, item])
      : isFields(value)
        ? Object.keys(value)
            .sort(byName)
            .map((key) => [key, value[key]])
        : typeof value === 'number'
          ? Array.from({ length: value }, (_, i) => [i, i])
          : [];
    if (entries.length === 0) {
      if (value !== null && value !== undefined && typeof value !== 'object' && typeof value !== 'number')
        throw new GoTemplateError(`range can't iterate over ${plain(value)}`, node.pipe[0]);
      return this.block(node.otherwise, dot, scope.child());
    }
    for (const [key, item] of entries) {
      const inner = scope.child();
      const [first, second] = node.variables;
      if (first !== undefined) inner.declare(first, second === undefined ? item : key);
      if (second !== undefined) inner.declare(second, item);
      try {
        this.block(node.body, item, inner);
      } catch (error) {
        if (error instanceof Break) break;
        if (!(error instanceof Continue)) throw error;
      }
    }
  }

  private pipeline(pipe: readonly Command[], dot: unknown, scope: Scope): unknown {
    let value: unknown;
    pipe.forEach((command, i) => (value = this.command(command, dot, scope, i > 0 ? [value] : [])));
    return value;
  }

  private command(command: Command, dot: unknown, scope: Scope, last: readonly unknown[]): unknown {
    const [head, ...rest] = command.words;
    if (head?.type === 'nil') throw new GoTemplateError('nil is not a command', command);
    if (head?.type === 'name') {
      if (head.name === 'and' || head.name === 'or') return this.logic(head.name, [...rest], dot, scope, last);
      const call = this.more[head.name] ?? functions[head.name];
      if (!call) throw new GoTemplateError(`function "${head.name}" not defined`);
      const list = [...rest.map((argument) => this.value(argument, dot, scope)), ...last];
      const types = list.map((value, i) => {
        const word = rest[i];
        return word?.type === 'literal' && word.goType ? word.goType : goType(value);
      });
      try {
        return call(list, types, rest.map(wordText));
      } catch (error) {
        if (!(error instanceof GoTemplateError) || error.place) throw error;
        throw new GoTemplateError(`error calling ${head.name}: ${error.message}`, command);
      }
    }
    if (rest.length > 0 || last.length > 0) {
      const text = wordText(head!);
      throw new GoTemplateError(`can't give argument to non-function ${text}`, { at: command.at, text });
    }
    return this.value(head!, dot, scope);
  }

  private logic(name: 'and' | 'or', list: readonly Expression[], dot: unknown, scope: Scope, last: readonly unknown[]): unknown {
    let value: unknown = last[0];
    for (const argument of list) {
      value = this.value(argument, dot, scope);
      if (truth(value) === (name === 'or')) return value;
    }
    return last.length > 0 ? last[0] : value;
  }

  private value(expression: Expression, dot: unknown, scope: Scope): unknown {
    switch (expression.type) {
      case 'literal':
        return expression.value;
      case 'nil':
        return undefined;
      case 'name':
        return this.command({ words: [expression], at: 0, text: expression.name }, dot, scope, []);
      case 'dot':
        return this.fields(dot, expression.path, expression.place);
      case 'variable':
        return this.fields(scope.get(expression.name), expression.path, expression.place);
      case 'pipe':
        return this.fields(this.pipeline(expression.pipe, dot, scope), expression.path, expression.place);
    }
  }

  private fields(value: unknown, path: readonly string[], place: Place): unknown {
    let here = value;
    for (const name of path) {
      if (here === undefined || here === null) {
        if (this.allowMissing) return undefined;
        throw new GoTemplateError(`nil pointer evaluating interface {}.${name}`, place);
      }
      if (!isFields(here)) throw new GoTemplateError(`can't evaluate field ${name} in type interface {}`, place);
      if (here[name] === undefined && !this.allowMissing) throw new GoTemplateError(`map has no entry for key "${name}"`, place);
      here = here[name];
    }
    return here;
  }
}

/** `types`: the Go types of the arguments, `words`: how they stand in the template. */
type Call = (list: readonly unknown[], types: readonly string[], words: readonly string[]) => unknown;

function wordText(word: Expression): string {
  if (word.type === 'literal') return typeof word.value === 'string' ? JSON.stringify(word.value) : String(word.value);
  return word.type === 'name' ? word.name : word.type === 'nil' ? 'nil' : word.place.text;
}

/** The kinds of values that can be compared with each other; others are not. */
const basic: Readonly<Record<string, string>> = { int: 'int', int64: 'int', float64: 'float', string: 'string', bool: 'bool' };

function checkComparable(a: string, b: string): void {
  if (a === '<nil>' || b === '<nil>' || (!basic[a] && !basic[b])) return;
  if (basic[a] !== basic[b]) throw new GoTemplateError(`incompatible types for comparison: ${a} and ${b}`);
}

const ordered =
  (holds: (sign: number) => boolean): Call =>
  ([a, b], [typeA = '', typeB = '']) => {
    checkComparable(typeA, typeB);
    if (typeof a !== typeof b) throw new GoTemplateError('incompatible types for comparison');
    return holds(typeof a === 'number' ? a - (b as number) : byName(String(a), String(b)));
  };

const html: Readonly<Record<string, string>> = { '<': '&lt;', '>': '&gt;', '&': '&amp;', '"': '&#34;', "'": '&#39;' };

/** text/template's functions, and kubectl's base64decode and exists. */
const functions: Readonly<Record<string, Call>> = {
  len: ([value], [type]) => {
    if (typeof value === 'string') return new TextEncoder().encode(value).length;
    if (Array.isArray(value)) return value.length;
    if (isFields(value)) return Object.keys(value).length;
    throw new GoTemplateError(
      value === undefined || value === null ? 'reflect: call of reflect.Value.Type on zero Value' : `len of type ${type}`,
    );
  },
  index: ([value, ...keys]) =>
    keys.reduce((here: unknown, key) => {
      if (Array.isArray(here)) {
        if (typeof key !== 'number' || key < 0 || key >= here.length) throw new GoTemplateError(`index out of range: ${String(key)}`);
        return here[key] as unknown;
      }
      if (isFields(here)) {
        if (typeof key !== 'string') throw new GoTemplateError('value has type int; should be string');
        return here[key];
      }
      throw new GoTemplateError('index of untyped nil');
    }, value),
  slice: ([value, ...range], [type]) => {
    if (typeof value !== 'string' && !Array.isArray(value)) throw new GoTemplateError(`can't slice item of type ${type}`);
    const bytes = typeof value === 'string' ? new TextEncoder().encode(value) : (value as unknown[]);
    const [from = 0, to = bytes.length] = range.map(Number);
    for (const end of [from, to]) if (end < 0 || end > bytes.length) throw new GoTemplateError(`index out of range: ${end}`);
    if (from > to) throw new GoTemplateError(`invalid slice index: ${from} > ${to}`);
    return bytes instanceof Uint8Array ? new TextDecoder().decode(bytes.slice(from, to)) : bytes.slice(from, to);
  },
  call: (_, [type], [word]) => {
    throw new GoTemplateError(`non-function ${word} of type ${type}`);
  },
  not: ([value]) => !truth(value),
  eq: ([first, ...others], [type = '', ...types]) =>
    others.some((other, i) => {
      checkComparable(type, types[i]!);
      return equal(first, other);
    }),
  ne: ([a, b], [typeA = '', typeB = '']) => {
    checkComparable(typeA, typeB);
    return !equal(a, b);
  },
  lt: ordered((sign) => sign < 0),
  le: ordered((sign) => sign <= 0),
  gt: ordered((sign) => sign > 0),
  ge: ordered((sign) => sign >= 0),
  // "spaces are added between operands when neither is a string" - package fmt
  print: (list) =>
    list.map((value, i) => (i > 0 && typeof value !== 'string' && typeof list[i - 1] !== 'string' ? ' ' : '') + plain(value)).join(''),
  println: (list) => `${list.map(plain).join(' ')}\n`,
  printf: ([format, ...list], [, ...types]) => sprintf(String(format), list, types),
  html: (list) =>
    list
      .map(plain)
      .join('')
      .replace(/[<>&"']/g, (c) => html[c]!),
  js: (list) => JSON.stringify(list.map(plain).join('')).slice(1, -1),
  urlquery: (list) => new URLSearchParams([['', list.map(plain).join('')]]).toString().slice(1),
  base64decode: ([value]) => {
    const text = String(value ?? '');
    const wrongAt = base64Error(text);
    if (wrongAt !== undefined) throw new GoTemplateError(`base64 decode failed: illegal base64 data at input byte ${wrongAt}`);
    return new TextDecoder().decode(decodeBase64(text));
  },
  exists: ([value, ...keys]) => {
    let here = value;
    for (const key of keys) {
      here = Array.isArray(here) ? (here[Number(key)] as unknown) : isFields(here) ? here[String(key)] : undefined;
      if (here === undefined) return false;
    }
    return true;
  },
};
