import { expect, test } from 'vitest';
import { parse } from 'yaml';
import type { KubeObject } from '../../../src/kube/api';
import { fnv32a, safeEncode } from '../../../src/kube/control/deployment/hash';
import { templateDump, templateHash } from '../../../src/kube/control/deployment/template-hash';
import type { PodTemplate } from '../../../src/kube/control/workloads';
import { cluster } from '../server/cluster';

const deploymentsRef = { groupVersion: 'apps/v1', resource: 'deployments' };
const nginx = parse(`
apiVersion: apps/v1
kind: Deployment
metadata: {name: nginx}
spec:
  selector: {matchLabels: {app: nginx}}
  template:
    metadata: {labels: {app: nginx}}
    spec: {containers: [{name: nginx, image: nginx}]}
`) as KubeObject;

/** The manifest that kubeadm makes for CoreDNS in a cluster of 1.34. */
const coredns = parse(`
apiVersion: apps/v1
kind: Deployment
metadata: {name: coredns}
spec:
  selector: {matchLabels: {k8s-app: kube-dns}}
  template:
    metadata: {labels: {k8s-app: kube-dns}}
    spec:
      priorityClassName: system-cluster-critical
      serviceAccountName: coredns
      affinity:
        podAntiAffinity:
          preferredDuringSchedulingIgnoredDuringExecution:
          - weight: 100
            podAffinityTerm:
              labelSelector: {matchExpressions: [{key: k8s-app, operator: In, values: [kube-dns]}]}
              topologyKey: kubernetes.io/hostname
      tolerations:
      - {key: CriticalAddonsOnly, operator: Exists}
      - {key: node-role.kubernetes.io/control-plane, effect: NoSchedule}
      nodeSelector: {kubernetes.io/os: linux}
      containers:
      - name: coredns
        image: registry.k8s.io/coredns/coredns:v1.12.1
        resources: {limits: {memory: 170Mi}, requests: {cpu: 100m, memory: 70Mi}}
        args: ["-conf", /etc/coredns/Corefile]
        volumeMounts: [{name: config-volume, mountPath: /etc/coredns, readOnly: true}]
        ports:
        - {containerPort: 53, name: dns, protocol: UDP}
        - {containerPort: 53, name: dns-tcp}
        - {containerPort: 9153, name: metrics}
        - {containerPort: 8080, name: liveness-probe}
        - {containerPort: 8181, name: readiness-probe}
        livenessProbe: {httpGet: {path: /health, port: liveness-probe}, initialDelaySeconds: 60, timeoutSeconds: 5, failureThreshold: 5}
        readinessProbe: {httpGet: {path: /ready, port: readiness-probe}}
        securityContext:
          allowPrivilegeEscalation: false
          capabilities: {add: [NET_BIND_SERVICE], drop: [ALL]}
          readOnlyRootFilesystem: true
      dnsPolicy: Default
      volumes: [{name: config-volume, configMap: {name: coredns, items: [{key: Corefile, path: Corefile}]}}]
`) as KubeObject;

async function templateOf(deployment: KubeObject): Promise<PodTemplate> {
  const { client } = cluster();
  const made = await client.create(deploymentsRef, { ...deployment, metadata: { ...deployment.metadata, namespace: 'default' } });
  return (made['spec'] as { template: PodTemplate }).template;
}

// What the structs have gained since 1.34: without it the dump is what a cluster of 1.34 hashes.
const newSince34 = / SchedulingGroup:\(\*v1\.PodSchedulingGroup\)<nil>/;

test.each([
  ['nginx', nginx, '66686b6766'],
  ['coredns', coredns, '66bc5c9577'],
])('the template of %s has the hash that it has on real clusters', async (_name, deployment, hash) => {
  const dump = templateDump(await templateOf(deployment)).replace(newSince34, '');
  expect(safeEncode(String(fnv32a(new TextEncoder().encode(dump))))).toBe(hash);
});

test('a hash is of the template alone, and another one after a collision', async () => {
  const template = await templateOf(nginx);
  expect(templateHash(template)).toBe(templateHash(structuredClone(template)));
  expect(templateHash(template, 0)).not.toBe(templateHash(template));
  expect(templateHash(template, 1)).not.toBe(templateHash(template, 0));
});
