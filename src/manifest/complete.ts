import { type Descriptions, type Field, kindsOf, type PathStep } from '../kube/api';
import { objectsIn } from './client';
import type { Completion, Span } from './diagnostic';
import { readManifest } from './documents';
import { type Outline, type OutlineLine, outlineAt, ownerPath, siblingKeys } from './outline';
import { keysOf } from './references';
import { commonGroupVersions, declaredAt, gvkOf, shownType } from './schema-path';
import { snippets } from './snippets';
import { type ClusterContext, yamlScalar } from './view';

/** Fields that a server fills in, which no manifest has to give. */
const serverOwned: ReadonlySet<string> = new Set(
  'status uid resourceVersion generation creationTimestamp deletionTimestamp deletionGracePeriodSeconds selfLink managedFields'.split(' '),
);
/** What most manifests use comes first. */
const usual =
  'apiVersion kind metadata type stringData data spec name namespace labels annotations containers image command args env envFrom valueFrom secretKeyRef secretRef key value volumeMounts mountPath readOnly ports volumes secret secretName defaultMode items path restartPolicy initContainers shareProcessNamespace resources'.split(
    ' ',
  );
const rank = (field: Listed): number => {
  const at = usual.indexOf(field.name);
  return at < 0 ? usual.length : at;
};

/** What could be written at an offset. Works on a text that is not whole yet. */
export function complete(text: string, offset: number, descriptions: Descriptions, cluster: ClusterContext = {}): Completion[] {
  const outline = outlineAt(text, offset);
  const line = outline.lines[outline.at];
  if (!line) return [];
  const before = line.text.slice(0, offset - line.start);
  if (/(^|\s)#/.test(before)) return [];
  const value = line.key === undefined ? undefined : /^(\s*(?:-\s+)*(?:"[^"]*"|'[^']*'|[^\s:]+)\s*:)(\s+)/.exec(before);
  if (value) {
    const start = line.start + value[0].length;
    const rest = line.text
      .slice(value[0].length)
      .replace(/\s+#.*$/, '')
      .trimEnd();
    return values(text, outline, line, { start, end: start + rest.length }, descriptions, cluster);
  }
  const partial = /^(\s*(?:-\s+)*)([\w./-]*)$/.exec(before);
  if (!partial) return [];
  const column = partial[1]!.length;
  const written = /^[\w./-]*/.exec(line.text.slice(column))![0];
  const span = { start: line.start + column, end: line.start + column + written.length };
  const hasColon = /^\s*:/.test(line.text.slice(column + written.length));
  const empty = outline.lines.every((one) => one === line || /^\s*(#|$|---)/.test(one.text));
  return [
    ...(empty && column === 0 ? snippets.map((snippet) => ({ ...snippet, span, kind: 'snippet' as const })) : []),
    ...fields(outline, column, span, hasColon, descriptions),
  ];
}

function fields(outline: Outline, column: number, span: Span, hasColon: boolean, descriptions: Descriptions): Completion[] {
  const line = outline.lines[outline.at]!;
  const dashes = line.dashes.filter((dash) => dash < column);
  const owner = ownerPath(outline, outline.at, column, dashes);
  if (!owner) return [];
  const taken = siblingKeys(outline, outline.at, column);
  const struct = outline.kind === '' && owner.length === 0 ? topFields : structFields(outline, owner);
  return struct
    .filter(({ name }) => !taken.has(name) && !(serverOwned.has(name) && owner.length < 2))
    .sort((a, b) => rank(a) - rank(b) || (a.name < b.name ? -1 : 1))
    .map((field) => {
      const inline = field.type.kind !== 'struct' && field.type.kind !== 'list' && field.type.kind !== 'map';
      return {
        label: field.name,
        insert: hasColon ? field.name : `${field.name}:${inline ? ' ' : ''}`,
        span,
        kind: 'field',
        detail: shownType(field.type),
        documentation: 'owner' in field ? descriptions.about(String(field.owner), field.name) : undefined,
      };
    });
}

type Listed = Pick<Field, 'name' | 'type'> & { readonly owner?: string };

/** Of a document that does not say yet what it is. */
const topFields = ['apiVersion', 'kind', 'metadata'].map((name): Listed => ({ name, type: { kind: 'string', go: 'string' } }));

function structFields(outline: Outline, owner: readonly PathStep[]): readonly Listed[] {
  let declared = declaredAt(gvkOf(outline), owner);
  // a dash is still to come, or the list's item has just begun
  if (declared?.type.kind === 'list') declared = { ...declared, type: declared.type.element };
  if (declared?.type.kind !== 'struct') return [];
  const { struct } = declared.type;
  return [...struct.fields.values()].map((field) => ({ ...field, owner: struct.name }));
}

function values(
  whole: string,
  outline: Outline,
  line: OutlineLine,
  span: Span,
  descriptions: Descriptions,
  cluster: ClusterContext,
): Completion[] {
  const owner = ownerPath(outline, outline.at, line.column, line.dashes);
  if (!owner || line.key === undefined) return [];
  const offer = (list: Iterable<string>, detail?: string): Completion[] =>
    [...new Set(list)].map((one) => ({ label: one, insert: yamlScalar(one), span, kind: 'value', detail }));
  const raw = (list: readonly (readonly [string, string])[]): Completion[] =>
    list.map(([one, detail]) => ({ label: one, insert: one, span, kind: 'value', detail }));
  if (owner.length === 0 && line.key === 'apiVersion') return offer(commonGroupVersions);
  if (owner.length === 0 && line.key === 'kind') {
    const first = ['Secret', 'Pod', 'ConfigMap', 'Namespace', 'ServiceAccount', 'Service', 'Deployment', 'Job'];
    const kinds = kindsOf(outline.apiVersion || 'v1');
    return offer([...first.filter((kind) => kinds.includes(kind)), ...kinds]);
  }
  const steps = [...owner, line.key];
  const named = namesFor(steps, outline, whole, cluster);
  if (named) return offer(named);
  if (line.key === 'defaultMode' || line.key === 'mode') {
    return raw([
      ['0440', 'r--r-----'],
      ['0400', 'r--------'],
      ['0444', 'r--r--r--'],
      ['0644', 'rw-r--r--'],
    ]);
  }
  const declared = declaredAt(gvkOf(outline), steps);
  if (declared?.type.kind === 'bool')
    return raw([
      ['true', ''],
      ['false', ''],
    ]);
  if (outline.kind === 'Secret' && line.key === 'type' && owner.length === 0) return offer(secretTypes);
  const known = declared?.struct && declared.field ? descriptions.valuesOf(declared.struct.name, declared.field.name) : undefined;
  return offer(known ?? []);
}

const secretTypes = [
  'Opaque',
  'kubernetes.io/basic-auth',
  'kubernetes.io/ssh-auth',
  'kubernetes.io/tls',
  'kubernetes.io/dockerconfigjson',
  'kubernetes.io/dockercfg',
  'kubernetes.io/service-account-token',
  'bootstrap.kubernetes.io/token',
];

/** Fields that name an object of the cluster or the manifest, by how their path ends. */
const nameFields: readonly (readonly [RegExp, string])[] = [
  [/(^|\.)(secret\.secretName|secretKeyRef\.name|secretRef\.name|sources\.secret\.name|imagePullSecrets\.name)$/, 'Secret'],
  [/(^|\.)(configMap\.name|configMapKeyRef\.name|configMapRef\.name)$/, 'ConfigMap'],
  [/(^|\.)serviceAccountName$/, 'ServiceAccount'],
  [/^metadata\.namespace$/, 'Namespace'],
];
/** Fields that name a key of an object, and where that object is named. */
const keyFields: readonly (readonly [RegExp, string, string, number])[] = [
  [/secretKeyRef\.key$/, 'Secret', 'name', 1],
  [/configMapKeyRef\.key$/, 'ConfigMap', 'name', 1],
  [/volumes\.secret\.items\.key$/, 'Secret', 'secretName', 3],
  [/volumes\.configMap\.items\.key$/, 'ConfigMap', 'name', 3],
  [/sources\.secret\.items\.key$/, 'Secret', 'name', 3],
];

function namesFor(steps: readonly PathStep[], outline: Outline, whole: string, cluster: ClusterContext): string[] | undefined {
  const path = steps.filter((step) => typeof step === 'string').join('.');
  if (/volumeMounts\.name$/.test(path)) return volumeNames(outline);
  const namespace = cluster.namespace ?? 'default';
  const written = readManifest(whole).documents.flatMap(({ value }) =>
    (value === null ? [] : objectsIn(value)).map(({ object }) => object),
  );
  const kind = nameFields.find(([pattern]) => pattern.test(path))?.[1];
  if (kind) {
    const own = written.filter((object) => object.kind === kind).map((object) => String(object.metadata?.name ?? ''));
    return [...own, ...(cluster.names?.(kind, kind === 'Namespace' ? '' : namespace) ?? [])].filter(Boolean);
  }
  const key = keyFields.find(([pattern]) => pattern.test(path));
  if (!key) return undefined;
  const [, of, field, up] = key;
  const name = textAt(outline, [...steps.slice(0, -up), field]);
  const object = written.find((one) => one.kind === of && one.metadata?.name === name) ?? cluster.lookup?.(of, namespace, name);
  return object ? keysOf(object) : [];
}

/** What is written at a path. */
function textAt(outline: Outline, steps: readonly PathStep[]): string {
  const wanted = JSON.stringify(steps);
  const key = steps.at(-1);
  for (const [i, line] of outline.lines.entries()) {
    if (line.key !== key) continue;
    const owner = ownerPath(outline, i, line.column, line.dashes);
    if (owner && JSON.stringify([...owner, line.key]) === wanted)
      return line.text
        .slice(line.valueColumn)
        .replace(/\s+#.*$/, '')
        .replace(/^["']|["']$/g, '')
        .trim();
  }
  return '';
}

function volumeNames(outline: Outline): string[] {
  return outline.lines.flatMap((line, i) => {
    if (line.key !== 'name') return [];
    const owner = ownerPath(outline, i, line.column, line.dashes);
    if (owner?.at(-2) !== 'volumes' || typeof owner.at(-1) !== 'number') return [];
    return [
      line.text
        .slice(line.valueColumn)
        .replace(/\s+#.*$/, '')
        .replace(/^["']|["']$/g, '')
        .trim(),
    ].filter(Boolean);
  });
}
