import type { Command, Invocation } from '../command';
import { dump } from './cluster-info-dump';

export const clusterInfo: Command = {
  use: 'cluster-info [flags]',
  commands: [dump],
  short: 'Display cluster information',
  group: 'cluster',
  long: `Display addresses of the control plane and services with label kubernetes.io/cluster-service=true. To further debug and diagnose cluster problems, use 'kubectl cluster-info dump'.`,
  example: `  # Print the address of the control plane and cluster services
  kubectl cluster-info`,
  async run({ k }: Invocation) {
    await k.connection();
    const { remote } = await k.connection();
    await k.text('GET', '/api/v1/namespaces/kube-system/services?labelSelector=kubernetes.io%2Fcluster-service%3Dtrue');
    const terminal = k.proc.isatty(1);
    const paint = (text: string, color: number): string => (terminal ? `\u001b[0;${color}m${text}\u001b[0m` : text);
    await k.out(`${paint('Kubernetes control plane', 32)} is running at ${paint(remote.url, 33)}\n\n`);
    await k.out(`To further debug and diagnose cluster problems, use 'kubectl cluster-info dump'.\n`);
    return 0;
  },
};
