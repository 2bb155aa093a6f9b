export { type ClientProblem, decodingProblem, isList, objectsIn, type Placed, validationProblem } from './client';
export type * from './diagnostic';
export { decodeText, type Manifest, type ManifestDocument, readManifest, type ReadProblem } from './documents';
export { goJson, isFields, sortKeys } from './go-json';
