import { DecodeError, FieldPath, goQuoted, kindsOf, type KubeObject } from '../kube/api';
import { type ClientProblem, isList } from './client';
import { closest } from './closest';
import { explainDecode, explainUnknown, type Told } from './decode-words';
import type { Diagnostic, Fix } from './diagnostic';
import { type ManifestDocument, readManifest, type ReadProblem } from './documents';
import { isFields } from './go-json';
import { lineSpan, visibleSpan } from './locate';
import { clusterKinds, commonGroupVersions } from './schema-path';
import { explainSyntax } from './syntax-words';
import { fixOf, View } from './view';

/** A text that kubectl cannot read. */
export function ofSyntax(text: string, problem: ReadProblem, file: string): Diagnostic {
  const { rule, plain, fixes, span } = explainSyntax(problem, text);
  return {
    severity: 'error',
    span: visibleSpan(text, span ?? lineSpan(text, problem.at)),
    message: `error: error parsing ${file}: ${problem.message}`,
    source: 'kubectl',
    rule,
    plain,
    fix: fixes.find((fix) => gainsBy(fix, text, problem)),
  };
}

/** Longer texts are not read again for each fix that could be offered. */
const mostToTry = 200_000;

/** Whether kubectl could read on once the text is mended. */
function gainsBy(fix: Fix, text: string, problem: ReadProblem): boolean {
  if (text.length > mostToTry) return true;
  const edits = [...fix.edits].sort((a, b) => b.span.start - a.span.start);
  const mended = edits.reduce((now, edit) => now.slice(0, edit.span.start) + edit.text + now.slice(edit.span.end), text);
  const left = readManifest(mended).problem;
  return left === undefined || left.message !== problem.message;
}

/** The object that a document most likely is, by the fields it has. */
function likelyKind(value: unknown): string | undefined {
  if (!isFields(value)) return undefined;
  if ('stringData' in value) return 'Secret';
  const { spec } = value;
  return isFields(spec) && 'containers' in spec ? 'Pod' : undefined;
}

/** What kubectl's own validation finds first in an item of a List; undefined for what is no ValidationError. */
function ofListItem(text: string, document: ManifestDocument, path: FieldPath, message: string): Told | undefined {
  const [list, index, ...steps] = path.steps();
  const items = isFields(document.value) ? document.value.items : undefined;
  const item: unknown = Array.isArray(items) && typeof index === 'number' ? items[index] : undefined;
  const found = /ValidationError\([^)]*\): (unknown field|missing required field|invalid type)/.exec(message)?.[1];
  if (!found || !isFields(item)) return undefined;
  const field = String(steps.findLast((step) => typeof step === 'string') ?? '');
  if (found === 'unknown field') {
    const view = new View(text, document, item as KubeObject, FieldPath.of(list!, index!), {});
    return explainUnknown(view, { problem: 'unknown', path: FieldPath.of(...steps), message });
  }
  return found === 'invalid type'
    ? { rule: 'wrong-type', plain: { en: `${field} is of another type.`, zh: `${field} 的类型不对。` } }
    : { rule: 'missing-field', plain: { en: `${field} is missing here.`, zh: `这里缺少 ${field}。` } };
}

/** A document that kubectl does not send. */
export function ofClient(text: string, document: ManifestDocument, problem: ClientProblem, message: string): Diagnostic {
  const object = (isFields(document.value) ? document.value : {}) as KubeObject;
  const view = new View(text, document, object, FieldPath.root, {});
  const path = problem.path ?? FieldPath.root;
  const base = { severity: 'error', message, source: 'kubectl', field: path === FieldPath.root ? undefined : path.toString() } as const;
  const missing = /^error validating data: .*\b(apiVersion|kind) not set/.exec(problem.message)?.[1];
  if (missing) {
    const value = missing === 'apiVersion' ? 'v1' : likelyKind(document.value);
    const known = document.value !== null && isFields(document.value) && !isList(document.value);
    const place = document.root?.kind === 'mapping' && !document.root.flow ? document.root.entries[0]?.key : undefined;
    const start = place && document.base + place.start;
    const indent = place ? view.indentOf(place) : '';
    const field = `${missing}: ${value}`;
    return {
      ...base,
      span: view.span(path),
      rule: 'no-kind',
      plain: {
        en: 'Every manifest begins with apiVersion and kind: they say what it describes.',
        zh: '每份清单都要有 apiVersion 和 kind，说明它描述的是什么。',
      },
      fix:
        known && value && start !== undefined && !/\S/.test(indent)
          ? fixOf(`Add ${field}`, `添加 ${field}`, { span: { start, end: start }, text: `${field}\n${indent}` })
          : undefined,
    };
  }
  if (problem.stage === 'decoding' && problem.path) {
    return { ...base, span: view.span(path), ...explainDecode(view, new DecodeError(problem.message, problem.path)) };
  }
  const told = ofListItem(text, document, path, problem.message);
  if (told) return { ...base, span: view.span(path, told.rule === 'wrong-type' ? 'value' : 'key'), ...told };
  return {
    ...base,
    span: view.span(path),
    rule: 'no-object',
    plain: { en: 'This is no object with an apiVersion and a kind.', zh: '这不是带 apiVersion 和 kind 的对象。' },
  };
}

/** What kubectl refuses of an object that it could read; undefined: it asks the server. */
export function fromKubectl(view: View, file: string): Diagnostic[] | undefined {
  const { object, gvk } = view;
  const apiVersion = String(object.apiVersion ?? '');
  const name = object.metadata?.name ?? '';
  const kinds = kindsOf(apiVersion);
  const served = kinds.find((kind) => kind === gvk.kind || kind.toLowerCase() === gvk.kind);
  if (!served) return [unknownKind(view, file, apiVersion, kinds)];
  const base = { severity: 'error', source: 'kubectl', field: 'metadata.name' } as const;
  if (!name && object.metadata?.generateName) {
    return [
      {
        ...base,
        span: view.span(['metadata', 'generateName'], 'key'),
        message: `error: from ${object.metadata.generateName}: cannot use generate name with apply`,
        rule: 'generate-name',
        plain: {
          en: 'apply needs to know the name; use kubectl create for a generated one.',
          zh: 'apply 需要知道名字；要自动生成名字请用 kubectl create。',
        },
      },
    ];
  }
  const { namespace } = view;
  const bad = !name ? 'resource name may not be empty' : (badSegment('namespace', namespace) ?? badSegment('resource name', name));
  if (!bad) return undefined;
  const group = gvk.group ? `${gvk.group}/` : '/';
  const subject = `Resource: "${group}${gvk.version}, Resource=${plural(served)}", GroupVersionKind: "${group}${gvk.version}, Kind=${served}"`;
  return [
    {
      ...base,
      span: view.span(['metadata', bad.startsWith('invalid namespace') ? 'namespace' : 'name']),
      message: `error: error when retrieving current configuration of:\n${subject}\nName: "${name}", Namespace: "${clusterKinds.has(served) ? '' : namespace}"\nfrom server for: "${file}": ${bad}`,
      rule: name ? 'object-name' : 'missing-name',
      plain: name
        ? { en: 'A name is part of an address on the server, so it cannot have this.', zh: '名字是服务器地址的一部分，不能含有这个。' }
        : { en: 'The object has no name.', zh: '对象没有名字。' },
    },
  ];
}

const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

/** A warning about an object that is there, but was not made by apply. */
export function madeOtherwise(view: View): Diagnostic[] {
  const { gvk, object, cluster } = view;
  const name = object.metadata?.name ?? '';
  const live = cluster.lookup?.(gvk.kind, clusterKinds.has(gvk.kind) ? '' : view.namespace, name);
  if (!live || live.metadata.annotations?.[lastApplied] !== undefined) return [];
  return [
    {
      severity: 'warning',
      source: 'kubectl',
      span: view.span(['metadata', 'name']),
      message: `Warning: resource ${plural(gvk.kind)}/${name} is missing the ${lastApplied} annotation which is required by kubectl apply. kubectl apply should only be used on resources created declaratively by either kubectl create --save-config or kubectl apply. The missing annotation will be patched automatically.`,
      rule: 'made-otherwise',
      plain: {
        en: 'It was made without apply; apply changes it, and keeps track from now on.',
        zh: '它不是用 apply 创建的；apply 会修改它，并从此记录配置。',
      },
    },
  ];
}

function badSegment(what: string, name: string): string | undefined {
  if (name === '.' || name === '..') return `invalid ${what} "${name}": [may not be '${name}']`;
  const wrong = ['/', '%'].filter((sign) => name.includes(sign)).map((sign) => `may not contain '${sign}'`);
  return wrong.length > 0 ? `invalid ${what} ${goQuoted(name)}: [${wrong.join(', ')}]` : undefined;
}

const plural = (kind: string): string => {
  const word = kind.toLowerCase();
  if (word === 'endpoints') return word;
  return /[^aeiou]y$/.test(word) ? `${word.slice(0, -1)}ies` : /(s|x|ch)$/.test(word) ? `${word}es` : `${word}s`;
};

function unknownKind(view: View, file: string, apiVersion: string, kinds: readonly string[]): Diagnostic {
  const { object, gvk } = view;
  const base = {
    severity: 'error',
    source: 'kubectl',
    message: `error: resource mapping not found for name: ${goQuoted(object.metadata?.name ?? '')} namespace: ${goQuoted(object.metadata?.namespace ?? '')} from ${goQuoted(file)}: no matches for kind ${goQuoted(gvk.kind)} in version ${goQuoted(apiVersion)}\nensure CRDs are installed first`,
    rule: 'unknown-kind',
  } as const;
  const elsewhere = commonGroupVersions.find((version) => version !== apiVersion && kindsOf(version).includes(gvk.kind));
  const versionNode = view.scalar(['apiVersion']);
  if (elsewhere && versionNode) {
    return {
      ...base,
      span: view.span(['apiVersion']),
      field: 'apiVersion',
      plain: { en: `A ${gvk.kind} is of apiVersion ${elsewhere}.`, zh: `${gvk.kind} 的 apiVersion 是 ${elsewhere}。` },
      fix: fixOf(`Change to ${elsewhere}`, `改成 ${elsewhere}`, view.replace(versionNode, elsewhere)),
    };
  }
  const near = closest(gvk.kind, kinds.length > 0 ? kinds : commonGroupVersions.flatMap((version) => kindsOf(version)));
  const kindNode = view.scalar(['kind']);
  if (kinds.length === 0) {
    const version = closest(apiVersion, commonGroupVersions);
    return {
      ...base,
      span: view.span(['apiVersion']),
      field: 'apiVersion',
      plain: { en: `The server knows no apiVersion ${apiVersion}.`, zh: `服务器没有 ${apiVersion} 这个 apiVersion。` },
      fix: version && versionNode ? fixOf(`Change to ${version}`, `改成 ${version}`, view.replace(versionNode, version)) : undefined,
    };
  }
  return {
    ...base,
    span: view.span(['kind']),
    field: 'kind',
    plain: { en: `The server knows no kind ${gvk.kind} in ${apiVersion}.`, zh: `服务器的 ${apiVersion} 里没有 ${gvk.kind} 这种对象。` },
    fix: near && kindNode ? fixOf(`Change to ${near}`, `改成 ${near}`, view.replace(kindNode, near)) : undefined,
  };
}
