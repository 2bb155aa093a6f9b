import { decode, DecodeError, FieldPath, fieldErrorText, goQuoted, kindsOf, type KubeObject, setDefaults, structOfKind } from '../kube/api';
import { base64, type FieldError, validateCreate, validationWarnings } from '../kube/api';
import { advise } from './advice';
import { type ClientProblem, decodingProblem, isList, objectsIn, validationProblem } from './client';
import { closest } from './closest';
import { explainDecode, explainUnknown } from './decode-words';
import type { Diagnostic, Span, Words } from './diagnostic';
import { type ManifestDocument, readManifest, type ReadProblem } from './documents';
import { allowedBy, remedyFor } from './fixes';
import { isFields } from './go-json';
import { lineSpan, stepsOf, visibleSpan } from './locate';
import { fill, plainWords } from './rule-words';
import { clusterKinds, commonGroupVersions } from './schema-path';
import { explainSyntax } from './syntax-words';
import { type ClusterContext, fixOf, View } from './view';

/** More than this of one manifest helps nobody. */
const most = 500;

/**
 * What `kubectl apply -f FILE` would print of a manifest, each problem where it stands in the text, in the text's order,
 * and advice where the server says nothing. Never throws for what is in the text.
 */
export function diagnose(text: string, cluster: ClusterContext = {}): Diagnostic[] {
  const file = cluster.file ?? 'FILE';
  const { documents, problem } = readManifest(text);
  const found: Diagnostic[] = [];
  const views: View[] = [];
  let stopped = false;
  for (const document of documents) {
    if (document.value === null) continue;
    const invalid = validationProblem(document.value);
    if (invalid) {
      found.push(ofClient(text, document, invalid, `error: error validating "${file}": ${invalid.message}`));
      stopped = true;
      break;
    }
    const undecodable = decodingProblem(document.value);
    if (undecodable) {
      found.push(ofClient(text, document, undecodable, `error: unable to decode "${file}": ${undecodable.message}`));
      continue;
    }
    for (const { object, path } of objectsIn(document.value)) views.push(new View(text, document, object, path, cluster));
  }
  const written = new Written(views);
  for (const view of views) {
    if (found.length > most) break;
    found.push(...(fromKubectl(view, file) ?? fromServer(view, written)));
    found.push(...advise(view, (kind, namespace, name) => written.get(kind, namespace, name)));
  }
  if (problem && !stopped) found.push(ofSyntax(text, problem, file));
  return found.sort((a, b) => a.span.start - b.span.start).slice(0, most);
}

/** The objects of the manifest itself, which are there once it is applied. */
class Written {
  private readonly objects = new Map<string, KubeObject>();
  constructor(views: readonly View[]) {
    for (const view of views) {
      const name = view.object.metadata?.name;
      const namespace = clusterKinds.has(view.gvk.kind) ? '' : view.namespace;
      if (typeof name === 'string') this.objects.set(`${view.gvk.kind} ${namespace} ${name}`, view.object);
    }
  }
  get(kind: string, namespace: string, name: string): KubeObject | undefined {
    return this.objects.get(`${kind} ${namespace} ${name}`);
  }
}

function ofSyntax(text: string, problem: ReadProblem, file: string): Diagnostic {
  const { rule, plain, fix, span } = explainSyntax(problem, text);
  return {
    severity: 'error',
    span: visibleSpan(text, span ?? lineSpan(text, problem.at)),
    message: `error: error parsing ${file}: ${problem.message}`,
    source: 'kubectl',
    rule,
    plain,
    fix,
  };
}

/** The object that a document most likely is, by the fields it has. */
function likelyKind(value: unknown): string | undefined {
  if (!isFields(value)) return undefined;
  if ('stringData' in value) return 'Secret';
  const { spec } = value;
  return isFields(spec) && 'containers' in spec ? 'Pod' : undefined;
}

function ofClient(text: string, document: ManifestDocument, problem: ClientProblem, message: string): Diagnostic {
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
  return {
    ...base,
    span: view.span(path),
    rule: 'no-object',
    plain: { en: 'This is no object with an apiVersion and a kind.', zh: '这不是带 apiVersion 和 kind 的对象。' },
  };
}

/** What kubectl refuses of an object that it could read; undefined: it asks the server. */
function fromKubectl(view: View, file: string): Diagnostic[] | undefined {
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
  const bad = !name ? 'resource name may not be empty' : badSegment(name);
  if (!bad) return undefined;
  const group = gvk.group ? `${gvk.group}/` : '/';
  const subject = `Resource: "${group}${gvk.version}, Resource=${plural(served)}", GroupVersionKind: "${group}${gvk.version}, Kind=${served}"`;
  const namespace = clusterKinds.has(served) ? '' : view.namespace;
  return [
    {
      ...base,
      span: view.span(['metadata', 'name']),
      message: `error: error when retrieving current configuration of:\n${subject}\nName: "${name}", Namespace: "${namespace}"\nfrom server for: "${file}": ${bad}`,
      rule: name ? 'object-name' : 'missing-name',
      plain: name
        ? { en: 'A name is part of an address on the server, so it cannot have this.', zh: '名字是服务器地址的一部分，不能含有这个。' }
        : { en: 'The object has no name.', zh: '对象没有名字。' },
    },
  ];
}

function badSegment(name: string): string | undefined {
  if (name === '.' || name === '..') return `invalid resource name "${name}": [may not be '${name}']`;
  const wrong = ['/', '%'].filter((sign) => name.includes(sign)).map((sign) => `may not contain '${sign}'`);
  return wrong.length > 0 ? `invalid resource name ${goQuoted(name)}: [${wrong.join(', ')}]` : undefined;
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
    message: `error: resource mapping not found for name: "${object.metadata?.name ?? ''}" namespace: "${object.metadata?.namespace ?? ''}" from "${file}": no matches for kind "${gvk.kind}" in version "${apiVersion}"\nensure CRDs are installed first`,
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

/** What the server would answer: its gates one after another, of which the first that does not open hides the others. */
function fromServer(view: View, written: Written): Diagnostic[] {
  const { gvk, object } = view;
  const base = { severity: 'error', source: 'server' } as const;
  if (!structOfKind(gvk)) {
    const right = kindsOf(String(object.apiVersion)).find((kind) => kind.toLowerCase() === gvk.kind) ?? gvk.kind;
    const node = view.scalar(['kind']);
    return [
      {
        ...base,
        span: view.span(['kind']),
        field: 'kind',
        message: `${gvk.kind} in version "${gvk.version}" cannot be handled as a ${right}: no kind "${gvk.kind}" is registered for version "${String(object.apiVersion)}" in scheme "pkg/api/legacyscheme/scheme.go:30"`,
        rule: 'unknown-kind',
        plain: { en: `A kind is written with a capital: ${right}.`, zh: `kind 要大写开头：${right}。` },
        fix: node && fixOf(`Change to ${right}`, `改成 ${right}`, view.replace(node, right)),
      },
    ];
  }
  const handled = `${gvk.kind} in version "${gvk.version}" cannot be handled as a ${gvk.kind}: `;
  let decoded: ReturnType<typeof decode>;
  try {
    decoded = decode(object, gvk);
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    const path = error.path ?? FieldPath.root;
    return [{ ...base, span: view.span(path), field: fieldOf(path), message: handled + error.message, ...explainDecode(view, error) }];
  }
  if (decoded.strict.length > 0) {
    return decoded.strict.map((error) => ({
      ...base,
      span: view.span(error.path, 'key'),
      field: fieldOf(error.path),
      message: `${handled}strict decoding error: ${error.message}`,
      ...explainUnknown(view, error),
    }));
  }
  const refused = refusedBefore(view, written);
  if (refused) return [refused];
  const full = whole(view, decoded.object);
  const errors = validateCreate(gvk, full);
  return errors.length > 0 ? errors.slice(0, most).map((error) => ofField(view, error)) : remarks(view, full);
}

const fieldOf = (path: FieldPath): string | undefined => (path.steps().length > 0 ? path.toString() : undefined);

/** The object as the server checks it: defaults filled in, stringData in data. */
function whole(view: View, decoded: KubeObject): KubeObject {
  const full = structuredClone(decoded);
  if (view.gvk.kind === 'Secret' && isFields(full.stringData)) {
    const { stringData, ...rest } = full;
    const encoder = new TextEncoder();
    const encoded = Object.entries(stringData as Record<string, string>).map(([key, text]) => [key, base64(encoder.encode(text))]);
    Object.assign(full, rest, { data: { ...(rest.data as object | undefined), ...Object.fromEntries(encoded) } });
    delete full.stringData;
  }
  setDefaults(full, view.gvk);
  full.metadata ??= {};
  if (!clusterKinds.has(view.gvk.kind)) full.metadata.namespace ||= view.namespace;
  return full;
}

/** Admission: what must be in the cluster before the object is looked at. */
function refusedBefore(view: View, written: Written): Diagnostic | undefined {
  const { cluster, object, gvk, namespace } = view;
  if (!cluster.lookup || clusterKinds.has(gvk.kind)) return undefined;
  const there = (kind: string, inside: string, name: string): boolean =>
    written.get(kind, inside, name) !== undefined || cluster.lookup!(kind, inside, name) !== undefined;
  const base = { severity: 'error', source: 'server' } as const;
  if (!there('Namespace', '', namespace)) {
    return {
      ...base,
      span: view.span(['metadata', 'namespace']),
      field: 'metadata.namespace',
      message: `namespaces "${namespace}" not found`,
      rule: 'no-namespace',
      plain: { en: `There is no namespace ${namespace} yet.`, zh: `还没有 ${namespace} 这个命名空间。` },
    };
  }
  const account = isFields(object.spec) ? (object.spec.serviceAccountName ?? object.spec.serviceAccount) : undefined;
  if (gvk.kind === 'Pod' && typeof account === 'string' && account && !there('ServiceAccount', namespace, account)) {
    return {
      ...base,
      span: view.span(['spec', 'serviceAccountName']),
      field: 'spec.serviceAccountName',
      message: `pods "${object.metadata?.name ?? ''}" is forbidden: error looking up service account ${namespace}/${account}: serviceaccount "${account}" not found`,
      rule: 'no-service-account',
      plain: { en: `There is no ServiceAccount ${account} in ${namespace}.`, zh: `${namespace} 里没有 ServiceAccount ${account}。` },
    };
  }
  return undefined;
}

function ofField(view: View, error: FieldError): Diagnostic {
  const steps = error.path.steps();
  // what stands under stringData the server sees under data
  const own = steps[0] === 'data' && view.gvk.kind === 'Secret' && !view.place(steps)?.exact ? ['stringData', ...steps.slice(1)] : steps;
  const here = view.place(own)?.exact ? own : steps;
  const field = String(steps.findLast((step) => typeof step === 'string') ?? view.gvk.kind);
  const value = typeof error.value === 'string' || typeof error.value === 'number' ? String(error.value) : '';
  const onKey = /-key$/.test(error.rule ?? '') && error.type !== 'FieldValueRequired';
  return {
    severity: 'error',
    source: 'server',
    span: view.span(here, onKey ? 'key' : 'value'),
    message: fieldErrorText(error),
    field: error.path.toString(),
    rule:
      error.rule ??
      error.type
        .replace(/^FieldValue/, '')
        .replace(/(?<!^)[A-Z]/g, (c) => `-${c}`)
        .toLowerCase(),
    plain: plainWords(error, { field, value, allowed: allowedBy(error) }),
    ...remedyFor(view, error),
  };
}

/** Warnings that come with an object that is taken. */
function remarks(view: View, full: KubeObject): Diagnostic[] {
  return validationWarnings(view.gvk, full).map((text) => {
    const path = /^([\w.[\]-]+): /.exec(text)?.[1];
    const steps = path ? stepsOf(path) : [];
    const hides = /hides previous definition/.test(text);
    const plain: Words = hides
      ? { en: 'The same variable stands above; this one wins.', zh: '上面有同名变量，以这一个为准。' }
      : fill(['The server takes it, with this remark.', '服务器接受，但有提醒。'], { field: '', value: '', allowed: [] });
    const span: Span = steps.length > 0 ? view.span(steps) : view.span(['kind']);
    return {
      severity: 'warning',
      source: 'server',
      span,
      message: `Warning: ${text}`,
      field: path,
      rule: hides ? 'hidden-variable' : 'remark',
      plain,
    };
  });
}
