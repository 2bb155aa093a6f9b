import type { FieldError, KubeObject } from '../kube/api';
import { closest } from './closest';
import type { Diagnostic, Fix, TextEdit } from './diagnostic';
import { isFields } from './go-json';
import { entryOf, follow } from './locate';
import { fixOf, type View, yamlScalar } from './view';
import type { Mapping, Scalar } from './yaml';

/** What mends an error, and what else of the text has to do with it. */
export interface Remedy {
  readonly fix?: Fix | undefined;
  readonly related?: Diagnostic['related'];
}

type Mender = (view: View, error: FieldError, scalar: Scalar | undefined, allowed: readonly string[]) => Remedy | undefined;

const changeTo = (view: View, scalar: Scalar | undefined, text: string | undefined, ...more: TextEdit[]): Remedy | undefined =>
  scalar && text !== undefined && text !== scalar.text
    ? { fix: fixOf(`Change to ${text}`, `改成 ${text}`, view.replace(scalar, yamlScalar(text)), ...more) }
    : undefined;

/** A name as it could be: lower-case, blanks and underscores as dashes, nothing else at its ends. */
function asName(text: string): string | undefined {
  const name = text
    .toLowerCase()
    .replace(/[\s_]+/g, '-')
    .replace(/[^a-z0-9.-]/g, '')
    .replace(/^[^a-z0-9]+|[^a-z0-9]+$/g, '');
  return name && name !== text ? name : undefined;
}

/** The parts of the text that name a volume, beside its declaration. */
function mountsOf(view: View, volume: string): Scalar[] {
  const found: Scalar[] = [];
  const spec = view.object.spec;
  if (!isFields(spec)) return found;
  for (const list of ['containers', 'initContainers', 'ephemeralContainers']) {
    const containers = spec[list];
    if (!Array.isArray(containers)) continue;
    containers.forEach((container: unknown, i) => {
      const mounts = isFields(container) ? container.volumeMounts : undefined;
      if (!Array.isArray(mounts)) return;
      mounts.forEach((mount: unknown, j) => {
        if (!isFields(mount) || mount.name !== volume) return;
        const scalar = view.scalar(['spec', list, i, 'volumeMounts', j, 'name']);
        if (scalar) found.push(scalar);
      });
    });
  }
  return found;
}

const rename: Mender = (view, error, scalar) => {
  const text = scalar ? asName(scalar.text) : undefined;
  if (!scalar || !text) return undefined;
  const [first, second] = error.path.steps();
  const mounts = first === 'spec' && second === 'volumes' ? mountsOf(view, scalar.text) : [];
  return changeTo(view, scalar, text, ...mounts.map((mount) => view.replace(mount, yamlScalar(text))));
};

function volumeNames(object: KubeObject): string[] {
  const volumes = isFields(object.spec) ? object.spec.volumes : undefined;
  if (!Array.isArray(volumes)) return [];
  return volumes.flatMap((volume: unknown) => (isFields(volume) && typeof volume.name === 'string' ? [volume.name] : []));
}

const renameMount: Mender = (view, error, scalar) => {
  const declared = volumeNames(view.object);
  const wanted = String(error.value ?? '');
  const at = declared.indexOf(wanted);
  if (at >= 0) {
    // the volume is there, but has an error of its own
    return { related: { span: view.span(['spec', 'volumes', at, 'name']), label: { en: `the volume ${wanted}`, zh: `卷 ${wanted}` } } };
  }
  const near = closest(wanted, declared) ?? (declared.length === 1 ? declared[0] : undefined);
  if (near !== undefined && scalar) {
    const span = view.span(['spec', 'volumes', declared.indexOf(near), 'name']);
    return { ...changeTo(view, scalar, near), related: { span, label: { en: `the volume ${near}`, zh: `卷 ${near}` } } };
  }
  return { fix: addVolume(view, wanted) };
};

/** Declares a volume that is mounted: an empty one, after those there are. */
function addVolume(view: View, name: string): Fix | undefined {
  const spec = view.place(['spec']);
  const node = spec?.exact ? follow(spec.node) : undefined;
  if (node?.kind !== 'mapping' || node.flow || !node.entries[0] || !name) return undefined;
  const indent = view.indentOf(node.entries[0].key);
  if (/\S/.test(indent)) return undefined;
  const volumes = entryOf(node, 'volumes');
  const list = volumes && follow(volumes.value);
  const item = (dash: string): string => `${dash}- name: ${yamlScalar(name)}\n${dash}  emptyDir: {}\n`;
  const title = [`Add a volume ${name}`, `添加卷 ${name}`] as const;
  const last = list?.kind === 'sequence' ? list.items.at(-1) : undefined;
  if (list && (list.kind !== 'sequence' || list.flow || !last)) return undefined;
  const end = view.document.base + (last ?? node).end;
  const lineEnd = view.text.indexOf('\n', Math.max(end - 1, 0));
  const at = lineEnd < 0 ? view.text.length : lineEnd + 1;
  const dash = last ? view.indentOf(last).replace(/-\s*$/, '') : indent;
  const text = `${lineEnd < 0 ? '\n' : ''}${last ? '' : `${indent}volumes:\n`}${item(dash)}`;
  return fixOf(...title, { span: { start: at, end: at }, text });
}

/** A port in quotes is a name. */
const portName: Mender = (view, error, scalar, allowed) =>
  scalar && scalar.style !== 'plain' && /^[1-9]\d{0,4}$/.test(scalar.text)
    ? { fix: fixOf(`Take the quotes off: ${scalar.text}`, `去掉引号：${scalar.text}`, view.replace(scalar, scalar.text)) }
    : rename(view, error, scalar, allowed);

const octal: Mender = (view, _error, scalar) =>
  scalar?.style === 'plain' && /^[1-7]?[0-7]{3}$/.test(scalar.text) && Number.parseInt(scalar.text, 8) <= 0o777
    ? { fix: fixOf(`Write it in octal: 0${scalar.text}`, `写成八进制：0${scalar.text}`, view.replace(scalar, `0${scalar.text}`)) }
    : undefined;

const allowedOne: Mender = (view, _error, scalar, allowed) =>
  changeTo(
    view,
    scalar,
    scalar && (allowed.find((one) => one.toLowerCase() === scalar.text.toLowerCase()) ?? closest(scalar.text, allowed)),
  );

const trimmedImage: Mender = (view, _error, scalar) => changeTo(view, scalar, scalar?.text.trim());

const relative: Mender = (view, _error, scalar) => changeTo(view, scalar, scalar?.text.replace(/^\/+/, '') || undefined);

const renameKey =
  (change: (key: string) => string | undefined): Mender =>
  (view, error) => {
    const place = view.place(error.path);
    const key = place?.exact && place.key?.kind === 'scalar' ? place.key : undefined;
    const text = key && change(key.text);
    return key && text && text !== key.text
      ? { fix: fixOf(`Change to ${text}`, `改成 ${text}`, view.replace(key, yamlScalar(text))) }
      : undefined;
  };

const resources = ['cpu', 'memory', 'ephemeral-storage'];

const missingImage: Mender = (view, error) => {
  const place = view.place(error.path);
  const owner = place && !place.exact ? follow(place.node) : undefined;
  return owner?.kind === 'mapping' && !owner.flow ? { fix: addField(view, owner, 'image: nginx') } : undefined;
};

/** Another field below the last of a mapping. */
export function addField(view: View, owner: Mapping, field: string): Fix | undefined {
  const last = owner.entries.at(-1);
  if (!last || owner.entries.length === 0) return undefined;
  const column = view.indentOf(owner.entries[0]!.key).replace(/[^\s]/g, ' ');
  const end = view.document.base + Math.max(last.value.end, last.key.end);
  const lineEnd = view.text.indexOf('\n', Math.max(end - 1, 0));
  const at = lineEnd < 0 ? view.text.length : lineEnd + 1;
  const text = `${lineEnd < 0 ? '\n' : ''}${column}${field}\n`;
  return fixOf(`Add ${field}`, `添加 ${field}`, { span: { start: at, end: at }, text });
}

const menders: Readonly<Record<string, Mender>> = {
  'object-name': rename,
  'lowercase-name': rename,
  'reference-name': rename,
  'port-name': portName,
  'mount-without-volume': renameMount,
  'octal-mode': octal,
  'unsupported-value': allowedOne,
  'pull-policy': allowedOne,
  'restart-policy': allowedOne,
  'dns-policy': allowedOne,
  'host-path-type': allowedOne,
  'taint-effect': allowedOne,
  'template-restart-policy': allowedOne,
  'image-padding': trimmedImage,
  'relative-path': relative,
  'image-required': missingImage,
  'data-key': renameKey((key) => key.replace(/[^-._a-zA-Z0-9]+/g, '-')),
  'label-key': renameKey((key) => key.replace(/\s+/g, '-')),
  'resource-name': renameKey((key) => resources.find((one) => one === key.toLowerCase()) ?? closest(key, resources)),
};

/** The values that a message lists. */
export const allowedBy = (error: FieldError): string[] =>
  error.type === 'FieldValueNotSupported' ? [...error.detail.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map((found) => found[1]!) : [];

export function remedyFor(view: View, error: FieldError): Remedy {
  const allowed = allowedBy(error);
  const mender = menders[error.rule ?? ''] ?? (allowed.length > 0 ? allowedOne : undefined);
  return mender?.(view, error, view.scalar(error.path), allowed) ?? {};
}
