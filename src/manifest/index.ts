export { complete } from './complete';
export { type ClientProblem, decodingProblem, isList, objectsIn, type Placed, validationProblem } from './client';
export type * from './diagnostic';
export { diagnose } from './diagnose';
export { decodeText, type Manifest, type ManifestDocument, readManifest, type ReadProblem } from './documents';
export { hover } from './hover';
export { goJson, isFields, sortKeys, withoutNulls } from './go-json';
export type { ClusterContext } from './view';
