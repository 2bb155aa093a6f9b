export { compose } from './compose';
export { YamlError } from './error';
export { JsonError, JsonReader } from './json';
export type { Alias, Mapping, Node, Scalar, Sequence } from './node';
export { resolve } from './resolve';
export { ConversionError, isMerge, maxValueDepth, valueOf } from './value';
