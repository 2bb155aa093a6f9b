import { goFloat, numberOf, setOwn } from '../../kube/api';
import { YamlError } from './error';
import { goSyntax } from './go-syntax';
import type { Alias, Mapping, Node, Scalar } from './node';
import { resolve } from './resolve';

/** What a YAML value has that JSON cannot hold; the message is complete. */
export class ConversionError extends Error {
  constructor(
    message: string,
    readonly at: number,
  ) {
    super(message);
    this.name = 'ConversionError';
  }
}

/** Deeper values would overflow the stack of what reads them later. */
export const maxValueDepth = 1000;

const ratioLow = 400_000;
const ratioHigh = 4_000_000;

/** How much of the work aliases may cause: 99 % in small documents, 10 % in large ones. */
function allowedAliasRatio(count: number): number {
  if (count <= ratioLow) return 0.99;
  return count >= ratioHigh ? 0.1 : 0.99 - 0.89 * ((count - ratioLow) / (ratioHigh - ratioLow));
}

type Fields = Record<string, unknown>;

/** A tree's value as JSON holds it. Throws a YamlError or a ConversionError. */
export function valueOf(root: Node | undefined): unknown {
  if (!root) return null;
  const decoder = new Decoder();
  const value = decoder.decode(root, 0);
  if (decoder.badKey) throw decoder.badKey;
  if (decoder.infinite) {
    const found = firstUnsupported(value);
    if (found) throw new ConversionError(`json: unsupported value: ${found}`, decoder.infinite.start);
  }
  return value;
}

class Decoder {
  badKey: ConversionError | undefined;
  /** The first number that JSON has no text for. */
  infinite: Node | undefined;
  /** The document's own node is counted too. */
  private count = 1;
  private aliased = 0;
  private aliasDepth = 0;
  private readonly open = new Set<Alias>();

  decode(node: Node, depth: number): unknown {
    this.enter(node, depth);
    switch (node.kind) {
      case 'scalar':
        return this.scalar(node);
      case 'sequence':
        return node.items.map((item) => this.decode(item, depth + 1));
      case 'mapping': {
        const fields: Fields = {};
        this.fill(fields, node, depth);
        return fields;
      }
      case 'alias':
        return this.through(node, () => this.decode(node.target, depth + 1));
    }
  }

  private enter(node: Node, depth: number): void {
    this.count++;
    if (this.aliasDepth > 0) this.aliased++;
    if (this.aliased > 100 && this.count > 1000 && this.aliased / this.count > allowedAliasRatio(this.count))
      throw new YamlError('document contains excessive aliasing', 0, node.start);
    if (depth > maxValueDepth) throw new YamlError(`exceeded max depth of ${maxValueDepth}`, 0, node.start);
  }

  private through<T>(alias: Alias, inner: () => T): T {
    if (this.open.has(alias)) throw new YamlError(`anchor '${alias.name}' value contains itself`, 0, alias.start);
    this.open.add(alias);
    this.aliasDepth++;
    const result = inner();
    this.aliasDepth--;
    this.open.delete(alias);
    return result;
  }

  private scalar(node: Scalar): unknown {
    const found = resolve(node);
    if (found.type === 'float' && !Number.isFinite(found.value)) this.infinite ??= node;
    // Beyond an int64 kubectl reads it as a double.
    return found.type === 'int' ? numberOf(found.digits) : found.value;
  }

  private fill(fields: Fields, mapping: Mapping, depth: number): void {
    for (const { key, value } of mapping.entries) {
      if (isMerge(key)) {
        this.merge(fields, value, depth);
        continue;
      }
      const name = this.key(key, value, depth);
      setOwn(fields, name, this.decode(value, depth + 1));
    }
  }

  private key(key: Node, value: Node, depth: number): string {
    if (key.kind === 'scalar' && key.style !== 'plain' && key.tag === '') {
      this.enter(key, depth);
      return key.text;
    }
    const actual = key.kind === 'alias' ? key.target : key;
    this.decode(key, depth + 1);
    if (actual.kind !== 'scalar') throw new YamlError(`invalid map key: ${goSyntax(actual)}`, 0, key.start);
    const found = resolve(actual);
    switch (found.type) {
      case 'null':
      case 'uint64':
        this.badKey ??= new ConversionError(
          `unsupported map key of type: ${found.type === 'null' ? '%!s(<nil>)' : 'uint64'}, key: ${goSyntax(actual, '<nil>')}, value: ${goSyntax(value, '<nil>')}`,
          key.start,
        );
        return '';
      case 'float':
        return floatKeys[String(found.value)] ?? goFloat(found.value, 32);
      case 'int':
        return found.digits;
      default:
        return String(found.value);
    }
  }

  /** `<<`: what comes later in the mapping overrides it, and it what came before. */
  private merge(fields: Fields, from: Node, depth: number): void {
    const sources = from.kind === 'sequence' ? from.items.toReversed() : [from];
    for (const source of sources) {
      const target = source.kind === 'alias' ? source.target : source;
      if (target.kind !== 'mapping') throw new YamlError('map merge requires map or sequence of maps as the value', 0, source.start);
      this.enter(source, depth);
      if (source.kind === 'alias') {
        this.through(source, () => {
          this.enter(target, depth + 1);
          this.fill(fields, target, depth + 1);
        });
      } else this.fill(fields, target, depth + 1);
    }
  }
}

const floatKeys: Readonly<Record<string, string>> = { NaN: '.nan', Infinity: '.inf', '-Infinity': '-.inf' };

export const isMerge = (key: Node): boolean =>
  key.kind === 'scalar' && key.text === '<<' && (key.implicit || key.tag === 'tag:yaml.org,2002:merge');

/** The first such number in the order that JSON is written in: by sorted keys. */
function firstUnsupported(value: unknown): string | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
  if (typeof value !== 'object' || value === null) return undefined;
  const inner = Array.isArray(value)
    ? value
    : Object.keys(value)
        .sort()
        .map((key) => (value as Fields)[key]);
  for (const item of inner) {
    const found = firstUnsupported(item);
    if (found) return found;
  }
  return undefined;
}
