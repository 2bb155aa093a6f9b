import { invalidValue, type FieldError } from '../field-error';
import type { FieldPath } from '../field-path';

const hasBackstep = (path: string): boolean => path.split('/').includes('..');

/** No element of the path is `..`; any number of them is one error. */
export const backstepErrors = (value: string, path: FieldPath): FieldError[] =>
  hasBackstep(value) ? [invalidValue(path, value, "must not contain '..'", 'no-parent-directory')] : [];

/** Relative, and without `..`: what stays below the place it is joined to. */
export const descendingPathErrors = (value: string, path: FieldPath): FieldError[] => [
  ...(value.startsWith('/') ? [invalidValue(path, value, 'must be a relative path', 'relative-path')] : []),
  ...backstepErrors(value, path),
];

/** A file's place in a volume that the kubelet writes: names that begin with `..` are the kubelet's own. */
export const volumeFilePathErrors = (value: string, path: FieldPath): FieldError[] => [
  ...descendingPathErrors(value, path),
  ...(value.startsWith('..') && !value.startsWith('../')
    ? [invalidValue(path, value, "must not start with '..'", 'no-parent-directory')]
    : []),
];

/** Permission bits, shown in decimal as JSON has them. */
export const modeErrors = (mode: number | undefined, path: FieldPath): FieldError[] =>
  mode !== undefined && (mode < 0 || mode > 0o777)
    ? [invalidValue(path, mode, 'must be a number between 0 and 0777 (octal), both inclusive', 'octal-mode')]
    : [];
