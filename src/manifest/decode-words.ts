import { base64, decodeBase64, type DecodeError, FieldPath, type StrictError } from '../kube/api';
import { closest } from './closest';
import type { Fix, Words } from './diagnostic';
import { follow } from './locate';
import { declaredAt } from './schema-path';
import { fixOf, type View } from './view';
import type { Mapping, Scalar } from './yaml';

export interface Told {
  readonly rule: string;
  readonly plain: Words;
  readonly fix?: Fix | undefined;
}

const say = (rule: string, en: string, zh: string, fix?: Fix): Told => ({ rule, plain: { en, zh }, fix });

const encode = (text: string): string => base64(new TextEncoder().encode(text));
const printable = (text: string): boolean => /^[\t\n\r\x20-\x7e]{2,}$/.test(text);
const decoded = (text: string): string => new TextDecoder().decode(decodeBase64(text));

function quoted(view: View, scalar: Scalar): Fix | undefined {
  const text = JSON.stringify(scalar.text);
  return fixOf(`Quote it: ${text}`, `加引号：${text}`, view.replace(scalar, text));
}

function unquoted(view: View, scalar: Scalar, text = scalar.text): Fix | undefined {
  return fixOf(`Take the quotes off: ${text}`, `去掉引号：${text}`, view.replace(scalar, text));
}

/** A mapping becomes a list of one item. */
function asItem(view: View, mapping: Mapping): Fix | undefined {
  if (mapping.flow) return fixOf('Make it a list', '改成列表', view.replace(mapping, `[${view.written(mapping)}]`));
  const start = view.document.base + mapping.start;
  const rest = view.text.slice(start, view.document.base + mapping.end);
  const edits = [{ span: { start, end: start }, text: '- ' }];
  for (const found of rest.matchAll(/\n(?=[^\n])/g)) {
    const at = start + found.index + 1;
    edits.push({ span: { start: at, end: at }, text: '  ' });
  }
  return fixOf('Begin an item with -', '用 - 开始一项', ...edits);
}

function wrongType(view: View, path: FieldPath, got: string, type: string): Told {
  const place = view.place(path);
  const node = place?.exact ? follow(place.node) : undefined;
  const scalar = node?.kind === 'scalar' ? node : undefined;
  const field = String(path.steps().findLast((step) => typeof step === 'string') ?? '');
  if (type === '[]uint8' || type === 'uint8') {
    const fix = scalar && scalar.text ? encodeFix(view, scalar) : undefined;
    return say('base64-text', 'Values under data are base64 text.', 'data 下的值必须是 base64 文本。', fix);
  }
  if (type.startsWith('[]')) {
    const fix = scalar
      ? fixOf(
          'Make it a list',
          '改成列表',
          view.replace(scalar, `[${scalar.style === 'plain' ? JSON.stringify(scalar.text) : view.written(scalar)}]`),
        )
      : node?.kind === 'mapping'
        ? asItem(view, node)
        : undefined;
    return say('list-expected', `${field} is a list: each item begins with a dash.`, `${field} 是列表，每一项以短横线开头。`, fix);
  }
  if (/^int\d+$/.test(type)) {
    if (scalar && got === 'string' && /^0?o?\d+$/.test(scalar.text.trim()))
      return say(
        'number-expected',
        `${field} is a number; in quotes it is text.`,
        `${field} 是数字，加了引号就成了文本。`,
        unquoted(view, scalar, scalar.text.trim()),
      );
    return say('number-expected', `${field} is a whole number.`, `${field} 必须是整数。`);
  }
  if (type === 'bool') {
    const word =
      scalar && /^(true|yes|on|y)$/i.test(scalar.text) ? 'true' : scalar && /^(false|no|off|n)$/i.test(scalar.text) ? 'false' : undefined;
    return say(
      'boolean-expected',
      `${field} is true or false, without quotes.`,
      `${field} 只能是 true 或 false，不加引号。`,
      scalar && word && got === 'string' ? unquoted(view, scalar, word) : undefined,
    );
  }
  const kind = declaredAt(view.gvk, path.steps())?.type.kind;
  if (type.startsWith('map[') || kind === 'struct' || kind === 'map') {
    return got === 'array'
      ? say(
          'mapping-expected',
          `${field} is no list: its fields stand below it without a dash.`,
          `${field} 不是列表，字段直接写在下面，不加短横线。`,
        )
      : say('mapping-expected', `${field} has fields of its own, indented below it.`, `${field} 下面要有自己的字段，并缩进。`);
  }
  if (!scalar) return say('text-expected', `${field} is one text.`, `${field} 是一段文本。`);
  const spoken = got === 'bool' && !/^(true|false)$/i.test(scalar.text);
  return say(
    'text-expected',
    spoken
      ? `YAML reads ${scalar.text} as ${/^[yo]n?/i.test(scalar.text) && !/^off$/i.test(scalar.text) ? 'true' : 'false'}; as text it needs quotes.`
      : `${field} is text; without quotes this is a ${got === 'bool' ? 'boolean' : 'number'}.`,
    spoken
      ? `YAML 会把 ${scalar.text} 读成布尔值；当文本用要加引号。`
      : `${field} 是文本；不加引号就成了${got === 'bool' ? '布尔值' : '数字'}。`,
    quoted(view, scalar),
  );
}

function encodeFix(view: View, scalar: Scalar): Fix | undefined {
  const text = encode(scalar.text);
  return fixOf(
    `Encode it: ${text.length > 40 ? `${text.slice(0, 40)}…` : text}`,
    `编码成 ${text.length > 40 ? `${text.slice(0, 40)}…` : text}`,
    view.replace(scalar, text),
  );
}

function badBase64(view: View, path: FieldPath): Told {
  const scalar = view.scalar(path);
  const text = scalar?.text ?? '';
  const padded = text + '='.repeat((4 - (text.length % 4)) % 4);
  if (scalar && /^[A-Za-z0-9+/]{6,}$/.test(text) && text.length % 4 > 1 && printable(decoded(padded))) {
    return say(
      'base64-padding',
      'This base64 lacks the = signs at its end.',
      '这段 base64 末尾缺少 =。',
      fixOf(`Add ${padded.slice(text.length)}`, `补上 ${padded.slice(text.length)}`, view.replace(scalar, yamlQuoted(scalar, padded))),
    );
  }
  return say(
    'base64-text',
    'Values under data are base64, and this is not. Encode it, or move it to stringData.',
    'data 下的值必须是 base64，这里不是。请编码，或移到 stringData。',
    scalar && text ? encodeFix(view, scalar) : undefined,
  );
}

const yamlQuoted = (scalar: Scalar, text: string): string => (scalar.style === 'plain' ? text : JSON.stringify(text));

const units: Readonly<Record<string, string>> = {
  ki: 'Ki',
  kb: 'k',
  kib: 'Ki',
  mi: 'Mi',
  mb: 'M',
  mib: 'Mi',
  gi: 'Gi',
  gb: 'G',
  gib: 'Gi',
  ti: 'Ti',
  tb: 'T',
  g: 'G',
  t: 'T',
};

function badQuantity(view: View, path: FieldPath): Told {
  const scalar = view.scalar(path);
  const found = scalar && /^\s*(\d+(?:\.\d+)?)\s*([A-Za-z]+)\s*$/.exec(scalar.text);
  const unit = found && units[found[2]!.toLowerCase()];
  const text = found && unit ? found[1] + unit : undefined;
  return say(
    'quantity',
    'An amount is a number and a unit, such as 500m, 64Mi or 1Gi.',
    '数量是数字加单位，例如 500m、64Mi、1Gi。',
    scalar && text ? fixOf(`Change to ${text}`, `改成 ${text}`, view.replace(scalar, yamlQuoted(scalar, text))) : undefined,
  );
}

/** Plain words for what the server could not decode. */
export function explainDecode(view: View, error: DecodeError): Told {
  const path = error.path ?? FieldPath.root;
  const found = /cannot unmarshal (\S+).* of type (\S+)$/.exec(error.message);
  if (found) return wrongType(view, path, found[1]!, found[2]!);
  if (error.message.startsWith('illegal base64')) return badBase64(view, path);
  if (/quantit/.test(error.message)) return badQuantity(view, path);
  if (error.message.startsWith('parsing time'))
    return say('time', 'A time is written like 2026-01-31T12:00:00Z.', '时间的写法如 2026-01-31T12:00:00Z。');
  return say('undecodable', 'The server cannot read this.', '服务器读不懂这里。');
}

/** Plain words for a field that the kind does not have. */
export function explainUnknown(view: View, error: StrictError): Told {
  const steps = error.path.steps();
  const name = String(steps.at(-1) ?? '');
  const parent = declaredAt(view.gvk, steps.slice(0, -1))?.type;
  const fields = parent?.kind === 'struct' ? [...parent.struct.fields.keys()] : [];
  const place = view.place(error.path);
  const taken = new Set(place?.owner?.entries.map(({ key }) => (key.kind === 'scalar' ? key.text : '')));
  const near = closest(
    name,
    fields.filter((field) => !taken.has(field)),
  );
  if (near && place?.key) {
    return say(
      'unknown-field',
      `There is no field ${name} here. Did you mean ${near}?`,
      `这里没有 ${name} 字段。是不是 ${near}？`,
      fixOf(`Change to ${near}`, `改成 ${near}`, view.replace(place.key, near)),
    );
  }
  const colon = /^([A-Za-z]+):(.+)$/.exec(name);
  if (colon && place?.key && fields.includes(colon[1]!)) {
    return say(
      'missing-space',
      'A colon needs a space after it.',
      '冒号后面要有一个空格。',
      fixOf('Add a space', '加一个空格', view.replace(place.key, `${colon[1]}: ${colon[2]}`)),
    );
  }
  for (let length = steps.length - 2; length >= 0; length--) {
    const outer = declaredAt(view.gvk, steps.slice(0, length))?.type;
    if (outer?.kind !== 'struct' || !outer.struct.fields.has(name)) continue;
    const where = String(steps.slice(0, length).findLast((step) => typeof step === 'string') ?? view.gvk.kind);
    return say('misplaced-field', `${name} belongs to ${where}, further out.`, `${name} 属于外层的 ${where}。`);
  }
  for (const [inner, field] of parent?.kind === 'struct' ? parent.struct.fields : []) {
    const type = field.type.kind === 'list' ? field.type.element : field.type;
    if (inner !== 'status' && type.kind === 'struct' && type.struct.fields.has(name))
      return say('misplaced-field', `${name} belongs under ${inner}.`, `${name} 要写在 ${inner} 下面。`);
  }
  return say('unknown-field', `There is no field ${name} here.`, `这里没有 ${name} 字段。`);
}
