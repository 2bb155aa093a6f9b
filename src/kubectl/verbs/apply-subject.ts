import type { Mapping } from '../discovery';
import type { FileTarget } from '../resources';

/** How apply's failures name a resource. */
export const groupVersionResource = (mapping: Mapping, kind = mapping.kind): string =>
  `Resource: "${mapping.group}/${mapping.version}, Resource=${mapping.resource}", GroupVersionKind: "${mapping.group}/${mapping.version}, Kind=${kind}"`;

/** An object in apply's messages. */
export const subjectText = ({ mapping, name, namespace, object }: FileTarget): string =>
  `${groupVersionResource(mapping, object.kind)}\nName: "${name}", Namespace: "${namespace ?? ''}"`;
