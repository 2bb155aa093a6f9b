import type { Transport } from '../kube/api';
import type { Program } from '../kernel';
import { main } from './dispatch';
import { root } from './root';
import { yamlText } from './yaml';

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

/** kubectl v1.36.4 as a program; `transport` is how it reaches the API server. */
export function createKubectl({ transport }: { transport: Transport }): Program {
  return (proc) => main(root, proc, transport);
}
