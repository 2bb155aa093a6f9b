import type { KubeObject } from '../../api';
import { toServed } from '../conversion';
import type { Resource } from '../resources';
import type { Column, Printer } from './column';
import { printers } from './printers';

export type IncludeObject = 'None' | 'Metadata' | 'Object';

export interface TableRow {
  readonly cells: readonly (string | number | boolean)[];
  readonly object?: unknown;
}

export interface Table {
  readonly kind: 'Table';
  readonly apiVersion: 'meta.k8s.io/v1';
  readonly metadata: { resourceVersion?: string; continue?: string; remainingItemCount?: number };
  readonly columnDefinitions: readonly Column[];
  readonly rows: readonly TableRow[];
}

/** Objects of a resource as the server's Table, ages counted at `nowMs`. */
export function tableOf(resource: Resource, objects: readonly KubeObject[], nowMs: number, include: IncludeObject): Table {
  const printer: Printer = printers[resource.storage] ?? printers['']!;
  const rows = objects.map((object) => ({
    cells: printer.cells(object, nowMs),
    object:
      include === 'None'
        ? null
        : include === 'Object'
          ? toServed(resource, object)
          : { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: object.metadata },
  }));
  return { kind: 'Table', apiVersion: 'meta.k8s.io/v1', metadata: {}, columnDefinitions: printer.columns, rows };
}
