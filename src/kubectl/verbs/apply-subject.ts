import type { Mapping } from '../discovery';

/** How apply's failures name a resource. */
export const groupVersionResource = (mapping: Mapping): string =>
  `Resource: "${mapping.group}/${mapping.version}, Resource=${mapping.resource}", GroupVersionKind: "${mapping.group}/${mapping.version}, Kind=${mapping.kind}"`;
