import type { Program } from '../kernel';
import { main } from './dispatch';
import type { Reach } from './kubectl';
import { root } from './root';
import { yamlText } from './yaml';

export type { Reach } from './kubectl';
export { templateText } from './printers/go-template';
export { type Network, NetworkProblem, noNetwork, type Remote, type TlsOptions } from './network';

/** A kubeconfig (~/.kube/config) for an administrator of one cluster, as kubeadm names things. */
export function kubeconfigText(server: string): string {
  const name = 'kubernetes';
  const user = 'kubernetes-admin';
  return yamlText({
    apiVersion: 'v1',
    clusters: [{ cluster: { server }, name }],
    contexts: [{ context: { cluster: name, user }, name: `${user}@${name}` }],
    'current-context': `${user}@${name}`,
    kind: 'Config',
    users: [{ name: user, user: {} }],
  });
}

/** kubectl v1.36.4 as a program. */
export function createKubectl(reach: Reach): Program {
  return (proc) => main(root, proc, reach);
}
