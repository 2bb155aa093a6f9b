import type { KubeObject, ManagedFieldsEntry } from '../api/object';

export interface Writer {
  readonly manager: string;
  readonly apiVersion: string;
  readonly subresource?: string;
  readonly nowMs: number;
}

/** The managedFields of `next` once `writer` has replaced `old` by it. */
export function trackUpdate(old: KubeObject | undefined, _next: KubeObject, _writer: Writer): ManagedFieldsEntry[] | undefined {
  return old?.metadata.managedFields;
}
