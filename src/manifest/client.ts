import { decode, DecodeError, FieldPath, type KubeObject } from '../kube/api';
import { goJson, isFields, sortKeys } from './go-json';
import { listItemProblems } from './list-schema';

/** What kubectl finds before it asks the server. */
export interface ClientProblem {
  /** `validating`: what stands after `error validating FILE: `; `decoding`: after `unable to decode FILE: `. */
  readonly stage: 'validating' | 'decoding';
  readonly message: string;
  readonly path?: FieldPath | undefined;
}

export const isList = (value: unknown): boolean => isFields(value) && value.kind === 'List' && value.apiVersion === 'v1';

interface Finding {
  readonly text: string;
  readonly path: FieldPath;
}

const notAnObject = 'invalid object to validate';

/** apiVersion and kind, which every object has. */
function typeFindings(value: unknown, at: FieldPath): Finding[] {
  if (!isFields(value)) return [{ text: notAnObject, path: at }];
  return ['apiVersion', 'kind'].flatMap((key) => {
    const found = value[key];
    const path = at.child(key);
    if (found === undefined || found === null) return [{ text: `${key} not set`, path }];
    if (typeof found !== 'string') return [{ text: `${key} isn't string type`, path }];
    if (key === 'apiVersion' && found.split('/').length > 2) return [{ text: `unexpected GroupVersion string: ${found}`, path }];
    return [];
  });
}

function findings(value: unknown): Finding[] {
  const found = typeFindings(value, FieldPath.root);
  if (found.length > 0 || !isList(value)) return found;
  const { items } = value as { items?: unknown };
  if (!Array.isArray(items)) return [{ text: notAnObject, path: FieldPath.of('items') }];
  return items.flatMap((item: unknown, i) => {
    const path = FieldPath.of('items', i);
    const wrong = typeFindings(item, path);
    if (wrong.length > 0) return wrong;
    return listItemProblems(item as KubeObject).map(({ text, steps }) => ({ text, path: FieldPath.of('items', i, ...steps) }));
  });
}

/** What kubectl's own validation says of a document, unless it is turned off (--validate=false). */
export function validationProblem(value: unknown): ClientProblem | undefined {
  const found = findings(value);
  if (found.length === 0) return undefined;
  const texts = [...new Set(found.map(({ text }) => text))];
  const all = texts.length === 1 ? texts[0]! : `[${texts.join(', ')}]`;
  const message = `error validating data: ${all}; if you choose to ignore these errors, turn validation off with --validate=false`;
  return { stage: 'validating', message, path: found[0]!.path };
}

const jsonKind = (value: unknown): string =>
  Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value === 'object' ? 'object' : typeof value;

/** What keeps a document from being an object to kubectl: its type and metadata are read here, all else by the server. */
export function decodingProblem(value: unknown): ClientProblem | undefined {
  const problem = (message: string, path?: FieldPath): ClientProblem => ({ stage: 'decoding', message, path });
  if (!isFields(value)) return problem(`json: cannot unmarshal ${jsonKind(value)} into Go value of type unstructured.detector`);
  if (typeof value.kind !== 'string' || value.kind === '')
    return problem(`Object 'Kind' is missing in '${goJson(sortKeys(value))}'`, FieldPath.of('kind'));
  const { apiVersion } = value;
  if (apiVersion !== undefined && apiVersion !== null && typeof apiVersion !== 'string') {
    return problem(
      `json: cannot unmarshal ${jsonKind(apiVersion)} into Go struct field metadataOnlyObject.TypeMeta.apiVersion of type string`,
      FieldPath.of('apiVersion'),
    );
  }
  try {
    // any kind would do: only the metadata is looked at
    decode({ metadata: value.metadata }, { group: '', version: 'v1', kind: 'ConfigMap' });
    return undefined;
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return problem(error.message.replace('field ConfigMap.metadata', 'field metadataOnlyObject.metadata'), error.path);
  }
}

/** An object of a document, and where in it. */
export interface Placed {
  readonly object: KubeObject;
  readonly path: FieldPath;
  readonly inList: boolean;
}

/** A document's objects: itself, or the items of a List, also of Lists inside. */
export function objectsIn(value: unknown, path = FieldPath.root): Placed[] {
  if (!isList(value)) return [{ object: value as KubeObject, path, inList: path !== FieldPath.root }];
  const { items } = value as { items?: unknown };
  if (!Array.isArray(items)) return [];
  return items.flatMap((item, i) => objectsIn(item, path.child('items').index(i)));
}
