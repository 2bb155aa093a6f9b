export { compose } from './compose';
export { YamlError } from './error';
export { JsonError, JsonReader } from './json';
export type { Mapping, Node, Scalar } from './node';
export { repeatedKeys } from './repeated';
export { ConversionError, isMerge, valueOf } from './value';
