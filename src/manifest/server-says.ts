import {
  base64,
  decode,
  DecodeError,
  type FieldError,
  fieldErrorText,
  FieldPath,
  kindsOf,
  type KubeObject,
  type PathStep,
  setDefaults,
  structOfKind,
  validateCreate,
  validationWarnings,
} from '../kube/api';
import { refusedBefore, type Written } from './admission';
import { explainDecode, explainUnknown } from './decode-words';
import type { Diagnostic, Span, Words } from './diagnostic';
import { allowedBy, remedyFor } from './fixes';
import { isFields, withoutNulls } from './go-json';
import { follow, stepsOf } from './locate';
import { fill, plainWords } from './rule-words';
import { clusterKinds } from './schema-path';
import { fixOf, type View } from './view';

/** What the server would answer: its gates one after another, of which the first that does not open hides the others. */
export function fromServer(view: View, written: Written): Diagnostic[] {
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
    decoded = decode(withoutNulls(object), gvk);
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
  return errors.length > 0 ? errors.map((error) => ofField(view, error)) : remarks(view, full);
}

const fieldOf = (path: FieldPath): string | undefined => (path.steps().length > 0 ? path.toString() : undefined);

/** The decoded object, made what the server checks: defaults filled in, stringData in data. */
function whole(view: View, object: KubeObject): KubeObject {
  if (view.gvk.kind === 'Secret' && isFields(object.stringData)) {
    const encoder = new TextEncoder();
    const encoded = Object.entries(object.stringData).map(([key, text]) => [key, base64(encoder.encode(String(text)))]);
    object.data = { ...(object.data as object | undefined), ...Object.fromEntries(encoded) };
    delete object.stringData;
  }
  setDefaults(object, view.gvk);
  if (!clusterKinds.has(view.gvk.kind)) object.metadata.namespace ||= view.namespace;
  if (view.gvk.kind === 'Pod' && isFields(object.spec)) object.spec.serviceAccountName ||= 'default';
  return object;
}

/** What the server finds in a field that it filled in itself is written in another. */
function writtenAs(view: View, steps: readonly PathStep[]): readonly PathStep[] {
  if (view.place(steps)?.exact) return steps;
  const filled = { data: 'stringData', requests: 'limits' } as const;
  const other = steps.map((step) => (typeof step === 'string' && Object.hasOwn(filled, step) ? filled[step as keyof typeof filled] : step));
  return view.place(other)?.exact ? other : steps;
}

/** Rules for what stands before the colon. */
const keyRules: ReadonlySet<string> = new Set(['data-key', 'label-key', 'annotation-key', 'data-key-twice', 'resource-name']);

/** Errors of labels and their like name the whole map: the entry is the one that has the bad text. */
function entrySpan(view: View, steps: readonly PathStep[], value: unknown): Span | undefined {
  const place = view.place(steps);
  const map = place?.exact ? follow(place.node) : undefined;
  if (map?.kind !== 'mapping' || typeof value !== 'string') return undefined;
  for (const entry of map.entries) {
    const found = [entry.key, entry.value].find((node) => node.kind === 'scalar' && node.text === value);
    if (found) return view.locator.of(found);
  }
  return undefined;
}

function ofField(view: View, error: FieldError): Diagnostic {
  const steps = error.path.steps();
  const here = writtenAs(view, steps);
  const field = String(steps.findLast((step) => typeof step === 'string') ?? view.gvk.kind);
  const value = typeof error.value === 'string' || typeof error.value === 'number' ? String(error.value) : '';
  const onKey = keyRules.has(error.rule ?? '') && error.type !== 'FieldValueRequired';
  return {
    severity: 'error',
    source: 'server',
    span: entrySpan(view, here, error.value) ?? view.span(here, onKey ? 'key' : 'value'),
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
