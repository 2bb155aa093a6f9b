import type { KubeObject } from '../../api';

export interface Column {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'boolean' | 'date';
  readonly format: string;
  readonly description: string;
  /** 0 is always shown, 1 with `-o wide`. */
  readonly priority: number;
}

export type Cell = string | number | boolean;

export interface Printer {
  readonly columns: readonly Column[];
  readonly cells: (object: KubeObject, nowMs: number) => readonly Cell[];
}

const nameDescription =
  'Name must be unique within a namespace. Is required when creating resources, although some resources may allow a client to request the generation of an appropriate name automatically. Name is primarily intended for creation idempotence and configuration definition. Cannot be updated. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/names#names';
const ageDescription =
  'CreationTimestamp is a timestamp representing the server time when this object was created. It is not guaranteed to be set in happens-before order across separate operations. Clients may not set this value. It is represented in RFC3339 form and is in UTC.\n\nPopulated by the system. Read-only. Null for lists. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata';

export const column = (name: string, description = '', priority = 0, type: Column['type'] = 'string'): Column => ({
  name,
  type,
  format: name === 'Name' ? 'name' : '',
  description: description || (name === 'Name' ? nameDescription : name === 'Age' ? ageDescription : ''),
  priority,
});

/** Columns from names; a leading `+` is shown only with `-o wide`, a trailing `#` is an integer, a trailing `?` a boolean. */
export const columns = (...names: readonly string[]): Column[] =>
  names.map((text) => {
    const wide = text.startsWith('+');
    const type = text.endsWith('#') ? 'integer' : text.endsWith('?') ? 'boolean' : 'string';
    return column(text.slice(wide ? 1 : 0, type === 'string' ? undefined : -1), '', wide ? 1 : 0, type);
  });
