import type { Transport } from '../kube/api';
import type { Completion, Diagnostic, Hover } from '../manifest';

/** What the page's editor asks about manifests. */
export interface Manifests {
  diagnose(path: string, text: string): Promise<readonly Diagnostic[]>;
  hover(text: string, offset: number): Promise<Hover | undefined>;
  complete(text: string, offset: number): Promise<readonly Completion[]>;
}

export function createManifests(_transport: Transport | undefined): Manifests {
  return { diagnose: async () => [], hover: async () => undefined, complete: async () => [] };
}
