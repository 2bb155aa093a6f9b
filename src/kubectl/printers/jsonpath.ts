import { byName, equal, goJson, isFields, sortKeys } from '../value';
import { type Action, JsonPathError, type Node, parseTemplate } from './jsonpath-parser';

export { JsonPathError, parseTemplate } from './jsonpath-parser';

/** A parsed JSONPath template. */
export class JsonPath {
  private readonly actions: readonly Action[];
  /** Where the last `{end}` was met. */
  private lastEnd = -1;
  constructor(
    template: string,
    private readonly allowMissing = true,
  ) {
    this.actions = parseTemplate(template);
  }

  /** One list of values for each action, ranges unrolled. Throws `JsonPathError`. */
  find(data: unknown): unknown[][] {
    this.lastEnd = -1;
    return this.run(data, 0, false);
  }

  text(data: unknown): string {
    return this.find(data)
      .map((values) => values.map(valueText).join(' '))
      .join('');
  }

  /** The actions from one on, to the end or, within a range, to its `{end}`. */
  private run(data: unknown, from: number, inRange: boolean): unknown[][] {
    const results: unknown[][] = [];
    for (let i = from; i < this.actions.length; i++) {
      const action = this.actions[i]!;
      if (action[0]?.type === 'end') {
        if (!inRange) throw new JsonPathError('not in range, nothing to end');
        this.lastEnd = i;
        break;
      }
      if (action[0]?.type !== 'range') {
        results.push(this.walk([data], action));
        continue;
      }
      const values = this.walk([data], action.slice(1));
      for (const value of values) results.push(...this.run(value, i + 1, true));
      // nothing to repeat: what is in between is passed over
      if (values.length === 0) this.run(undefined, i + 1, true);
      // a range without its end goes on to the end of the template, and then once more outside
      i = Math.max(i, this.lastEnd);
    }
    return results;
  }

  private walk(values: unknown[], nodes: Action): unknown[] {
    return nodes.reduce((current, node) => this.step(current, node), values);
  }

  private step(values: unknown[], node: Node): unknown[] {
    switch (node.type) {
      case 'text':
        return [node.text];
      case 'number':
      case 'bool':
        return [node.value];
      case 'field':
        return this.field(values, node.name);
      case 'slice':
        return values.flatMap((value) => this.slice(value, node));
      case 'filter':
        return values.flatMap((value) => this.filter(value, node));
      case 'wildcard':
        return values.flatMap(children);
      case 'recursive':
        return values.flatMap(descendants);
      case 'union':
        return node.members.flatMap((member) => this.walk(values, member));
      case 'unknown':
        throw new JsonPathError(`unrecognized identifier ${node.word}`);
      default:
        throw new JsonPathError(`unrecognized identifier ${node.type}`);
    }
  }

  private field(values: unknown[], name: string): unknown[] {
    if (values.length === 0) return values;
    const found = values.flatMap((value) => (isFields(value) && value[name] !== undefined ? [value[name]] : []));
    if (found.length === 0 && !this.allowMissing) throw new JsonPathError(`${name} is not found`);
    return found;
  }

  private slice(value: unknown, node: Node & { type: 'slice' }): unknown[] {
    if (value === null || value === undefined) return [];
    if (!Array.isArray(value)) throw new JsonPathError(`${goType(value)} is not array or slice`);
    const size = value.length;
    const start = node.start === undefined ? 0 : node.start < 0 ? node.start + size : node.start;
    if (node.single) {
      if (start >= size || start < 0) throw new JsonPathError(`array index out of bounds: index ${start}, length ${size}`);
      return [value[start]];
    }
    const end = node.end === undefined ? size : node.end < 0 ? node.end + size : node.end;
    if (start === end) return [];
    if (start >= size || start < 0) throw new JsonPathError(`array index out of bounds: index ${start}, length ${size}`);
    if (end > size || end < 0) throw new JsonPathError(`array index out of bounds: index ${end - 1}, length ${size}`);
    if (start > end) throw new JsonPathError(`starting index ${start} is greater than ending index ${end}`);
    const step = node.step ?? 1;
    if (step <= 0) throw new JsonPathError('step must be > 0');
    return value.slice(start, end).filter((_, i) => i % step === 0) as unknown[];
  }

  private filter(value: unknown, node: Node & { type: 'filter' }): unknown[] {
    if (!Array.isArray(value)) {
      if (isFields(value)) throw new JsonPathError(`${goValue(value)} is not array or slice and cannot be filtered`);
      return [];
    }
    return value.filter((item) => {
      const left = this.walk([item], node.left);
      if (node.operator === 'exists') return left.length > 0;
      if (left.length === 0) return false;
      if (left.length > 1) throw new JsonPathError('can only compare one element at a time');
      const right = this.walk([item], node.right);
      if (right.length === 0) return false;
      if (right.length > 1) throw new JsonPathError('can only compare one element at a time');
      return compare(left[0], node.operator, right[0]);
    });
  }
}

function compare(left: unknown, operator: string, right: unknown): boolean {
  if (operator === '==') return equal(left, right);
  if (operator === '!=') return !equal(left, right);
  if (typeof left !== typeof right || (typeof left !== 'number' && typeof left !== 'string'))
    throw new JsonPathError('incompatible types for comparison');
  const l = left as number;
  const r = right as number;
  if (operator === '<') return l < r;
  if (operator === '<=') return l <= r;
  if (operator === '>') return l > r;
  if (operator === '>=') return l >= r;
  throw new JsonPathError(`unrecognized filter operator ${operator}`);
}

function children(value: unknown): unknown[] {
  if (Array.isArray(value)) return value as unknown[];
  return isFields(value)
    ? Object.keys(value)
        .sort(byName)
        .map((key) => value[key])
    : [];
}

function descendants(value: unknown): unknown[] {
  if (!Array.isArray(value) && !isFields(value)) return [];
  return [value, ...children(value).flatMap(descendants)];
}

/** How a value is printed: text as it is, structures as JSON. */
export function valueText(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'object') return goJson(sortKeys(value));
  return String(value);
}

const goType = (value: unknown): string =>
  isFields(value)
    ? 'map[string]interface {}'
    : typeof value === 'string'
      ? 'string'
      : typeof value === 'boolean'
        ? 'bool'
        : Number.isInteger(value)
          ? 'int64'
          : 'float64';

function goValue(value: unknown): string {
  if (value === null || value === undefined) return '<nil>';
  if (Array.isArray(value)) return `[${value.map(goValue).join(' ')}]`;
  if (isFields(value)) {
    return `map[${Object.keys(value)
      .sort(byName)
      .map((key) => `${key}:${goValue(value[key])}`)
      .join(' ')}]`;
  }
  return String(value);
}

/** fmt's %#v of unstructured content. */
export function goSyntax(value: unknown): string {
  if (value === null || value === undefined) return 'interface {}(nil)';
  if (Array.isArray(value)) return `[]interface {}{${value.map(goSyntax).join(', ')}}`;
  if (isFields(value)) {
    const members = Object.keys(value)
      .sort(byName)
      .map((key) => `${JSON.stringify(key)}:${goSyntax(value[key])}`);
    return `map[string]interface {}{${members.join(', ')}}`;
  }
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}

/** `.metadata.name`, `metadata.name`, `{.metadata.name}` -> `{.metadata.name}` (kubectl's relaxed form). Throws `JsonPathError`. */
export function relaxed(expression: string): string {
  if (expression === '') return '';
  const match = /^\{\.?([^{}]+)\}$|^\.?([^{}]+)$/.exec(expression);
  if (!match)
    throw new JsonPathError(`unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or '{.name1.name2}'`);
  return `{.${match[1] ?? match[2]}}`;
}
