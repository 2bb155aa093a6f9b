import { base64, base64Error, decode, decodeBase64, equal, type KubeObject } from '../kube/api';
import { closest } from './closest';
import type { Diagnostic } from './diagnostic';
import { isFields, withoutNulls } from './go-json';
import { containerLists, itemsAt, keysOf, podSpecPath, referencesIn, valueAt } from './references';
import { fixOf, type View, yamlScalar } from './view';

type Lookup = (kind: string, namespace: string, name: string) => KubeObject | undefined;

/** What no server says, of an object that it may well take. `written`: the manifest's own objects. */
export function advise(view: View, written: Lookup): Diagnostic[] {
  if (view.gvk.kind === 'Secret') return [...doubleKeys(view), ...encodedTwice(view), ...lineBreaks(view)];
  const spec = podSpecPath(view.gvk.kind);
  return spec ? [...missingReferences(view, spec, written), ...decimalModes(view, spec), ...standingPod(view)] : [];
}

const entriesAt = (view: View, field: string): [string, string][] => {
  const fields = view.object[field];
  return isFields(fields) ? Object.entries(fields).filter((entry): entry is [string, string] => typeof entry[1] === 'string') : [];
};

/** The text that base64 stands for; undefined when it is none, or no text. */
function plainOf(value: string): string | undefined {
  if (!value || base64Error(value) !== undefined) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(decodeBase64(value));
  } catch {
    return undefined;
  }
}

const encoded = (text: string): string => base64(new TextEncoder().encode(text));

/** Whether a text looks as if it had been encoded: it decodes to a word or a line of text. */
function looksEncoded(text: string): string | undefined {
  const inner = text.trim();
  if (inner.length < 8 || inner.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(inner)) return undefined;
  const plain = plainOf(inner);
  return plain !== undefined && /^[\x20-\x7e]{4,}\n?$/.test(plain) ? plain.trimEnd() : undefined;
}

function doubleKeys(view: View): Diagnostic[] {
  const stringData = isFields(view.object.stringData) ? view.object.stringData : {};
  return Object.keys(isFields(view.object.data) ? view.object.data : {})
    .filter((key) => Object.hasOwn(stringData, key))
    .map((key) =>
      view.advice(
        'key-in-both',
        view.span(['data', key], 'key'),
        { en: `${key} stands in data and stringData; stringData wins.`, zh: `${key} 同时写在 data 和 stringData 里，以 stringData 为准。` },
        {
          severity: 'hint',
          field: `data[${key}]`,
          related: { span: view.span(['stringData', key], 'key'), label: { en: 'in stringData', zh: 'stringData 里的' } },
        },
      ),
    );
}

function encodedTwice(view: View): Diagnostic[] {
  const found: Diagnostic[] = [];
  for (const [key, value] of entriesAt(view, 'data')) {
    const once = plainOf(value);
    const twice = once === undefined ? undefined : looksEncoded(once);
    const scalar = view.scalar(['data', key]);
    if (once === undefined || twice === undefined || !scalar) continue;
    found.push(
      view.advice(
        'encoded-twice',
        view.span(['data', key]),
        {
          en: `This decodes to base64 again: a Pod would get ${once.trim()}, not ${twice}.`,
          zh: `解码后还是 base64：Pod 拿到的是 ${once.trim()}，不是 ${twice}。`,
        },
        { field: `data[${key}]`, fix: fixOf('Encode it only once', '只编码一次', view.replace(scalar, encoded(twice))) },
      ),
    );
  }
  for (const [key, value] of entriesAt(view, 'stringData')) {
    const plain = looksEncoded(value);
    const scalar = view.scalar(['stringData', key]);
    if (plain === undefined || !scalar) continue;
    found.push(
      view.advice(
        'encoded-string-data',
        view.span(['stringData', key]),
        {
          en: `stringData takes plain text; a Pod would get this base64, not ${plain}.`,
          zh: `stringData 里写明文；Pod 会拿到这段 base64，而不是 ${plain}。`,
        },
        {
          severity: 'hint',
          field: `stringData[${key}]`,
          fix: fixOf(`Change to ${plain}`, `改成 ${plain}`, view.replace(scalar, yamlScalar(plain))),
        },
      ),
    );
  }
  return found;
}

/** A line break at the end of a single line: most often `echo` put it there, and a password with it is another one. */
function lineBreaks(view: View): Diagnostic[] {
  const found: Diagnostic[] = [];
  const words = {
    en: 'The value ends with a line break, which becomes part of the password or name.',
    zh: '值的末尾有换行，它会成为密码或名字的一部分。',
  };
  for (const [key, value] of entriesAt(view, 'data')) {
    const text = plainOf(value);
    const scalar = view.scalar(['data', key]);
    if (!scalar || text === undefined || !/^[^\n]+\n$/.test(text) || looksEncoded(text) !== undefined) continue;
    found.push(
      view.advice('line-break', view.span(['data', key]), words, {
        field: `data[${key}]`,
        fix: fixOf('Leave the line break out', '去掉换行', view.replace(scalar, encoded(text.trimEnd()))),
      }),
    );
  }
  for (const [key, value] of entriesAt(view, 'stringData')) {
    const scalar = view.scalar(['stringData', key]);
    if (!scalar || (scalar.style !== 'literal' && scalar.style !== 'folded') || !/^[^\n]+\n$/.test(value)) continue;
    const at = view.document.base + scalar.start + 1;
    const sign = view.text[at - 1] ?? '|';
    found.push(
      view.advice('line-break', view.span(['stringData', key]), words, {
        severity: 'hint',
        field: `stringData[${key}]`,
        fix:
          !/[|>]/.test(sign) || /[-+\d]/.test(view.text[at] ?? '')
            ? undefined
            : fixOf(`Write ${sign}-`, `写成 ${sign}-`, { span: { start: at, end: at }, text: '-' }),
      }),
    );
  }
  return found;
}

function missingReferences(view: View, spec: readonly string[], written: Lookup): Diagnostic[] {
  const { cluster, namespace } = view;
  const found: Diagnostic[] = [];
  for (const { kind, name, path, keys, optional, use } of referencesIn(view.object, spec)) {
    const object = written(kind, namespace, name) ?? cluster.lookup?.(kind, namespace, name);
    if (!object) {
      if (optional || !cluster.lookup) continue;
      const scalar = view.scalar(path);
      const near = closest(name, cluster.names?.(kind, namespace) ?? []);
      const waits =
        use === 'volume'
          ? { en: 'the Pod stays in ContainerCreating until it is there', zh: '在它出现之前，Pod 会停在 ContainerCreating' }
          : { en: 'the container cannot start until it is there', zh: '在它出现之前，容器无法启动' };
      found.push(
        view.advice(
          kind === 'Secret' ? 'no-secret' : 'no-config-map',
          view.span(path),
          {
            en: `There is no ${kind} ${name} in ${namespace} yet; ${waits.en}.`,
            zh: `${namespace} 里还没有 ${kind} ${name}；${waits.zh}。`,
          },
          { fix: near && scalar ? fixOf(`Change to ${near}`, `改成 ${near}`, view.replace(scalar, yamlScalar(near))) : undefined },
        ),
      );
      continue;
    }
    const known = keysOf(object);
    for (const { key, path: keyPath } of keys) {
      if (known.includes(key) || optional) continue;
      const scalar = view.scalar(keyPath);
      const near = closest(key, known) ?? (known.length === 1 ? known[0] : undefined);
      found.push(
        view.advice(
          'no-such-key',
          view.span(keyPath),
          {
            en: `The ${kind} ${name} has no key ${key}. It has ${known.join(', ') || 'none'}.`,
            zh: `${kind} ${name} 里没有 ${key} 这个键。${known.length > 0 ? `它有 ${known.join('、')}。` : '它是空的。'}`,
          },
          { fix: near && scalar ? fixOf(`Change to ${near}`, `改成 ${near}`, view.replace(scalar, yamlScalar(near))) : undefined },
        ),
      );
    }
  }
  return found;
}

/** `defaultMode: 440` is decimal, and so are other permission bits without a leading 0. */
function decimalModes(view: View, spec: readonly string[]): Diagnostic[] {
  const sources = ['secret', 'configMap', 'downwardAPI', 'projected'];
  const paths = itemsAt(view.object, [...spec, 'volumes']).flatMap(({ path }) =>
    sources.flatMap((source) => [
      [...path, source, 'defaultMode'],
      ...itemsAt(view.object, [...path, source, 'items']).map(({ path: inner }) => [...inner, 'mode']),
    ]),
  );
  return paths.flatMap((path) => {
    const scalar = view.scalar(path);
    if (scalar?.style !== 'plain' || !/^[4-7][04-7][04-7]$/.test(scalar.text) || Number(scalar.text) > 0o777) return [];
    const octal = `0${Number(scalar.text).toString(8)}`;
    return [
      view.advice(
        'decimal-mode',
        view.span(path),
        { en: `${scalar.text} is decimal: the mode would be ${octal}.`, zh: `${scalar.text} 是十进制，权限会是 ${octal}。` },
        { fix: fixOf(`Change to 0${scalar.text}`, `改成 0${scalar.text}`, view.replace(scalar, `0${scalar.text}`)) },
      ),
    ];
  });
}

/** Whether all that is written of a value is so in the live one, which may have more. */
function within(written: unknown, live: unknown): boolean {
  if (Array.isArray(written)) {
    if (!Array.isArray(live) || live.length < written.length) return false;
    return written.every((item, i) => within(item, live[i]));
  }
  if (!isFields(written)) return written === null || equal(written, live);
  return isFields(live) && Object.entries(written).every(([key, value]) => key === 'image' || within(value, live[key]));
}

/** Amounts and times in their one form, as the server keeps them. */
function decodedOrNothing(view: View): KubeObject | undefined {
  try {
    return decode(withoutNulls(view.object), view.gvk).object;
  } catch {
    return undefined;
  }
}

/** Of a Pod that is there, hardly a field can change: apply would be refused. */
function standingPod(view: View): Diagnostic[] {
  const name = view.object.metadata?.name;
  if (view.gvk.kind !== 'Pod' || typeof name !== 'string' || !view.cluster.lookup) return [];
  const live = view.cluster.lookup('Pod', view.namespace, name);
  if (!live || live.metadata.deletionTimestamp) return [];
  const read = decodedOrNothing(view);
  const changed = ['volumes', ...containerLists, 'restartPolicy', 'shareProcessNamespace', 'hostPID', 'securityContext'].find((field) => {
    const own = valueAt(read, ['spec', field]);
    return own !== undefined && !within(own, valueAt(live, ['spec', field]));
  });
  if (!changed) return [];
  return [
    view.advice('standing-pod', view.span(['metadata', 'name']), {
      en: `A Pod ${name} is there already, and its ${changed} cannot be changed: delete it first.`,
      zh: `Pod ${name} 已经存在，它的 ${changed} 不能再改：请先删除它。`,
    }),
  ];
}
