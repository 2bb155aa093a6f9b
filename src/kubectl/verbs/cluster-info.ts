import type { Command, Invocation } from '../command';

export const clusterInfo: Command = {
  use: 'cluster-info',
  short: 'Display cluster information',
  group: 'cluster',
  long: `Display addresses of the control plane and services with label kubernetes.io/cluster-service=true. To further debug and diagnose cluster problems, use 'kubectl cluster-info dump'.`,
  example: `  # Print the address of the control plane and cluster services
  kubectl cluster-info`,
  async run({ k }: Invocation) {
    const config = await k.config();
    const context = await k.context();
    const server = config?.clusters?.find((cluster) => cluster.name === context?.cluster)?.cluster.server ?? 'https://127.0.0.1:6443';
    await k.text('GET', '/api/v1/namespaces/kube-system/services?labelSelector=kubernetes.io%2Fcluster-service%3Dtrue');
    const terminal = k.proc.isatty(1);
    const paint = (text: string, color: number): string => (terminal ? `\u001b[0;${color}m${text}\u001b[0m` : text);
    await k.out(`${paint('Kubernetes control plane', 32)} is running at ${paint(server, 33)}\n\n`);
    await k.out(`To further debug and diagnose cluster problems, use 'kubectl cluster-info dump'.\n`);
    return 0;
  },
};
