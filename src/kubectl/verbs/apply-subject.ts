import type { Mapping } from '../discovery';
import type { FileTarget } from '../resources';

/** How apply's failures name a resource. */
export const groupVersionResource = (mapping: Mapping): string =>
  `Resource: "${mapping.group}/${mapping.version}, Resource=${mapping.resource}", GroupVersionKind: "${mapping.group}/${mapping.version}, Kind=${mapping.kind}"`;

/** An object in apply's messages. */
export const subjectText = ({ mapping, name, namespace }: FileTarget): string =>
  `${groupVersionResource(mapping)}\nName: "${name}", Namespace: "${namespace ?? ''}"`;
