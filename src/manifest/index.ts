export { complete } from './complete';
export { decodingProblem, objectsIn, validationProblem } from './client';
export type * from './diagnostic';
export { diagnose } from './diagnose';
export { decodeText, readManifest } from './documents';
export { hover } from './hover';
export { goJson, isFields, sortKeys, withoutNulls } from './go-json';
export type { ClusterContext } from './view';
export { readYaml, type YamlBody } from './yaml-body';
