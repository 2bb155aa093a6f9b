import { base64, base64Error, decodeBase64 } from '../../kube/api';
import { CommandError, failure } from '../errors';
import { byName, equal, goJson, isFields, sortKeys } from '../value';
import { type Command, type Expression, GoTemplateError, parseGoTemplate, type Place, type TemplateNode } from './go-template-parser';

/** What a template prints for an object, or text/template's error with kubectl's help for it. */
export function goTemplateText(template: string, allowMissing: boolean, data: unknown): string {
  let nodes: readonly TemplateNode[];
  try {
    nodes = parseGoTemplate(template);
  } catch (error) {
    if (!(error instanceof GoTemplateError)) throw error;
    throw failure(`error parsing template ${template}, ${error.message}`);
  }
  const run = new Run(allowMissing);
  try {
    run.block(nodes, data, new Scope(data));
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
  const run = new Run(false, more);
  try {
    run.block(parseGoTemplate(template, Object.keys(more)), data, new Scope(data));
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
function plain(value: unknown): string {
  if (value === undefined || value === null) return '<nil>';
  if (Array.isArray(value)) return `[${value.map(plain).join(' ')}]`;
  if (!isFields(value)) return String(value);
  return `map[${Object.keys(value)
    .sort(byName)
    .map((key) => `${key}:${plain(value[key])}`)
    .join(' ')}]`;
}

class Run {
  /** What is printed so far. */
  text = '';
  constructor(
    private readonly allowMissing: boolean,
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
    if (head?.type === 'name') {
      if (head.name === 'and' || head.name === 'or') return this.logic(head.name, [...rest], dot, scope, last);
      const call = this.more[head.name] ?? functions[head.name];
      if (!call) throw new GoTemplateError(`function "${head.name}" not defined`);
      const list = [...rest.map((argument) => this.value(argument, dot, scope)), ...last];
      try {
        return call(list);
      } catch (error) {
        if (!(error instanceof GoTemplateError) || error.place) throw error;
        throw new GoTemplateError(`error calling ${head.name}: ${error.message}`, command);
      }
    }
    if (rest.length > 0 || last.length > 0) throw new GoTemplateError(`can't give argument to non-function`);
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

type Call = (list: readonly unknown[]) => unknown;

const ordered =
  (holds: (sign: number) => boolean): Call =>
  ([a, b]) => {
    if (typeof a !== typeof b) throw new GoTemplateError('incompatible types for comparison');
    return holds(typeof a === 'number' ? a - (b as number) : byName(String(a), String(b)));
  };

const html: Readonly<Record<string, string>> = { '<': '&lt;', '>': '&gt;', '&': '&amp;', '"': '&#34;', "'": '&#39;' };

/** text/template's functions, and kubectl's base64decode and exists. */
const functions: Readonly<Record<string, Call>> = {
  len: ([value]) => {
    if (typeof value === 'string') return new TextEncoder().encode(value).length;
    if (Array.isArray(value)) return value.length;
    if (isFields(value)) return Object.keys(value).length;
    throw new GoTemplateError(
      value === undefined || value === null ? 'reflect: call of reflect.Value.Type on zero Value' : `len of type ${typeof value}`,
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
  slice: ([value, from = 0, to]) => (value as string | unknown[]).slice(Number(from), to === undefined ? undefined : Number(to)),
  not: ([value]) => !truth(value),
  eq: ([first, ...others]) => others.some((other) => equal(first, other)),
  ne: ([a, b]) => !equal(a, b),
  lt: ordered((sign) => sign < 0),
  le: ordered((sign) => sign <= 0),
  gt: ordered((sign) => sign > 0),
  ge: ordered((sign) => sign >= 0),
  print: (list) => list.map(plain).join(list.every((value) => typeof value !== 'string') ? ' ' : ''),
  println: (list) => `${list.map(plain).join(' ')}\n`,
  printf: ([format, ...list]) => sprintf(String(format), list),
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
  base64encode: ([value]) => base64(new TextEncoder().encode(String(value))),
  exists: ([value, ...keys]) => {
    let here = value;
    for (const key of keys) {
      here = Array.isArray(here) ? (here[Number(key)] as unknown) : isFields(here) ? here[String(key)] : undefined;
      if (here === undefined) return false;
    }
    return true;
  },
};

function sprintf(format: string, list: readonly unknown[]): string {
  let next = 0;
  return format.replace(
    /%([-+0 ]*)(\d*)(?:\.(\d+))?([vsdqtxf%])/g,
    (_, flags: string, width: string, precision: string | undefined, verb: string) => {
      if (verb === '%') return '%';
      const value = list[next++];
      let text = plain(value);
      if (verb === 'q') text = JSON.stringify(text);
      if (verb === 'f') text = Number(value).toFixed(precision === undefined ? 6 : Number(precision));
      if (verb === 'x')
        text =
          typeof value === 'number'
            ? value.toString(16)
            : [...new TextEncoder().encode(text)].map((b) => b.toString(16).padStart(2, '0')).join('');
      if (verb === 's' && precision !== undefined) text = text.slice(0, Number(precision));
      const size = Number(width || '0');
      if (flags.includes('-')) return text.padEnd(size);
      return text.padStart(size, flags.includes('0') ? '0' : ' ');
    },
  );
}
