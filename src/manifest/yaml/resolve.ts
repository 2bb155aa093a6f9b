import { base64Error, decodeBase64, plainScalar, type ScalarValue } from '../../kube/api';
import { YamlError } from './error';
import type { Scalar } from './node';

const prefix = 'tag:yaml.org,2002:';
const shortTag = (tag: string): string => (tag.startsWith(prefix) ? `!!${tag.slice(prefix.length)}` : tag);

const tagOf = { null: '!!null', bool: '!!bool', int: '!!int', uint64: '!!int', float: '!!float' } as const;
/** Other tags leave the text as it is. */
const resolvable: ReadonlySet<string> = new Set(['', '!!str', '!!bool', '!!int', '!!float', '!!null', '!!timestamp']);

/** What go-yaml makes of a scalar. Throws a YamlError where its tag asks for what it is not. */
export function resolve(scalar: Scalar): ScalarValue {
  const { text } = scalar;
  if (scalar.style === 'json') return json(text);
  if (scalar.tag === '' && !scalar.implicit) return string(text);
  const tag = shortTag(scalar.tag);
  if (tag === '!!binary') return string(binary(scalar), tag);
  if (!resolvable.has(tag) || tag === '!!str') return string(text, tag || '!!str');
  const found = plainScalar(text, tag);
  if (tag === '') return found;
  const foundTag = found.type === 'string' ? found.tag : tagOf[found.type];
  if (foundTag === tag) return found;
  if (tag === '!!float' && found.type === 'int') return { type: 'float', value: found.value };
  throw new YamlError(`cannot decode ${foundTag} \`${text}\` as a ${tag}`, 0, scalar.start);
}

const string = (value: string, tag = '!!str'): ScalarValue => ({ type: 'string', value, tag });

function json(text: string): ScalarValue {
  const value = JSON.parse(text) as null | boolean | number;
  if (typeof value === 'number') return /[.eE]/.test(text) ? { type: 'float', value } : { type: 'int', value, digits: text };
  return value === null ? { type: 'null', value } : { type: 'bool', value };
}

function binary(scalar: Scalar): string {
  if (base64Error(scalar.text) !== undefined) throw new YamlError('!!binary value contains invalid base64 data', 0, scalar.start);
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(decodeBase64(scalar.text));
}
