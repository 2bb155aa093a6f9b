import type { PodTemplate } from '../workloads';
import { fnv32a, safeEncode } from './hash';

export function templateHash(template: PodTemplate, collisionCount?: number): string {
  const bytes = new TextEncoder().encode(JSON.stringify(template) + (collisionCount ?? ''));
  return safeEncode(String(fnv32a(bytes)));
}
