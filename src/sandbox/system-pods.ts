import type { KubeObject } from '../kube/api';
import { controlPlaneImages } from './images';

const imageOf = (name: string): string => controlPlaneImages().flatMap((image) => image.tags).find((tag) => tag.includes(`/${name}:`)) ?? name; // prettier-ignore

interface SystemPod {
  readonly name: string;
  readonly container: string;
  readonly image: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Pods of the control plane are static: they use the node's network. */
  readonly isStatic: boolean;
  readonly cpu: string;
}

function pod(nodeName: string, spec: SystemPod): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: spec.name, namespace: 'kube-system', labels: { ...spec.labels } },
    spec: {
      nodeName,
      ...(spec.isStatic && { hostNetwork: true }),
      priorityClassName: spec.isStatic ? 'system-node-critical' : 'system-cluster-critical',
      tolerations: [{ operator: 'Exists' }],
      containers: [
        { name: spec.container, image: imageOf(spec.image), imagePullPolicy: 'IfNotPresent', resources: { requests: { cpu: spec.cpu } } },
      ],
    },
  };
}

/** The pods a kubeadm cluster of one node has in kube-system. */
export function systemPods(nodeName: string): KubeObject[] {
  const control = (component: string, cpu: string): KubeObject =>
    pod(nodeName, {
      name: `${component}-${nodeName}`,
      container: component,
      image: component,
      labels: { component, tier: 'control-plane' },
      isStatic: true,
      cpu,
    });
  return [
    control('etcd', '100m'),
    control('kube-apiserver', '250m'),
    control('kube-controller-manager', '200m'),
    control('kube-scheduler', '100m'),
    pod(nodeName, {
      name: 'kube-proxy-7xk2p',
      container: 'kube-proxy',
      image: 'kube-proxy',
      labels: { 'k8s-app': 'kube-proxy' },
      isStatic: true,
      cpu: '0',
    }),
    pod(nodeName, {
      name: 'coredns-7d764666f9-4hq8n',
      container: 'coredns',
      image: 'coredns',
      labels: { 'k8s-app': 'kube-dns' },
      isStatic: false,
      cpu: '100m',
    }),
  ];
}

/** The service by which pods find the cluster's DNS, as kubeadm makes it. */
export const dnsService: KubeObject = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: {
    name: 'kube-dns',
    namespace: 'kube-system',
    labels: { 'k8s-app': 'kube-dns', 'kubernetes.io/cluster-service': 'true', 'kubernetes.io/name': 'CoreDNS' },
    annotations: { 'prometheus.io/port': '9153', 'prometheus.io/scrape': 'true' },
  },
  spec: {
    clusterIP: '10.96.0.10',
    selector: { 'k8s-app': 'kube-dns' },
    ports: [
      { name: 'dns', port: 53, protocol: 'UDP', targetPort: 53 },
      { name: 'dns-tcp', port: 53, protocol: 'TCP', targetPort: 53 },
      { name: 'metrics', port: 9153, protocol: 'TCP', targetPort: 9153 },
    ],
  },
};
