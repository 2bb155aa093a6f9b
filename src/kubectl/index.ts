import type { Transport } from '../kube/api';
import type { Program } from '../kernel';
import { main } from './dispatch';
import { root } from './root';

/** kubectl v1.36.4 as a program; `transport` is how it reaches the API server. */
export function createKubectl({ transport }: { transport: Transport }): Program {
  return (proc) => main(root, proc, transport);
}
