export { compose } from './compose';
export { YamlError } from './error';
export type { Alias, Mapping, Node, Scalar, Sequence } from './node';
export { resolve } from './resolve';
export { ConversionError, isMerge, valueOf } from './value';
