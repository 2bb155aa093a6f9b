import { afterAll, beforeAll, expect, it } from 'vitest';
import { boot, type Box } from './boot';

/** Nodes whose kubelet is stopped. */
let box: Box;
beforeAll(async () => (box = await boot({ bare: true, nodes: 2 })), 60_000);
afterAll(async () => {
  expect(box.faults).toEqual([]);
  await box.close();
});

const sleeper = (name: string, node: string): string =>
  `kubectl run ${name} --image=alpine:3.8 --overrides='{"spec":{"nodeName":"${node}"}}' -- sleep 10000`;
const readiness = (node: string): Promise<string> => box.text(`kubectl get node ${node} --no-headers | awk '{print $2}'`);
const taints = (node: string): Promise<string> =>
  box.text(`kubectl get node ${node} -o jsonpath='{range .spec.taints[*]}{.key}:{.effect} {end}'`);
const kubelet = (index: number) => box.sandbox.cluster!.nodes[index]!.services.units.find(({ file }) => file.name === 'kubelet')!;

it('one of two nodes is not ready after a while, tainted, and its pods are evicted five minutes later', async () => {
  await box.run(`${sleeper('away', 'k8s-minion2')}; ${sleeper('here', 'k8s-minion1')}; sleep 5`);
  await box.clock.runUntil(kubelet(1).stop());
  await box.run('sleep 40');
  expect(await readiness('k8s-minion2')).toBe('Ready\n');
  await box.run('sleep 22');
  expect(await readiness('k8s-minion2')).toBe('NotReady\n');
  expect(await taints('k8s-minion2')).toBe('node.kubernetes.io/unreachable:NoSchedule node.kubernetes.io/unreachable:NoExecute ');
  const conditions = `-o jsonpath='{range .status.conditions[*]}{.type}={.status} {.message}{"\\n"}{end}'`;
  expect(await box.text(`kubectl get node k8s-minion2 ${conditions}`)).toBe(
    ['MemoryPressure', 'DiskPressure', 'PIDPressure', 'Ready'].map((type) => `${type}=Unknown Kubelet stopped posting node status.\n`).join(''),
  ); // prettier-ignore
  expect(await box.text(`kubectl get pod away ${conditions} | grep ^Ready`)).toBe('Ready=False \n');
  expect(await box.text('kubectl logs away')).toBe('Error from server: Get "https://192.168.49.3:10250/containerLogs/default/away/away": dial tcp 192.168.49.3:10250: connect: connection refused\n'); // prettier-ignore
  await box.run('sleep 302');
  expect(await box.text(`kubectl get pods --no-headers | awk '{print $1, $3}'`)).toBe('away Terminating\nhere Running\n');
  await box.clock.runUntil(kubelet(1).start());
  await box.run('sleep 35');
  expect(await readiness('k8s-minion2')).toBe('Ready\n');
  expect(await taints('k8s-minion2')).toBe('');
  expect(await box.text(`kubectl get pods --no-headers | awk '{print $1, $3}'`)).toBe('here Running\n');
});

it('systemctl stops and starts it; what runs goes on, and when no node is ready nobody is evicted', async () => {
  await box.clock.runUntil(kubelet(1).stop());
  expect(await box.text('systemctl stop kubelet; systemctl is-active kubelet; pidof kubelet')).toBe('inactive\n');
  await box.run('sleep 400');
  expect(await taints('k8s-minion1')).toBe('node.kubernetes.io/unreachable:NoSchedule ');
  expect(await box.text('kubectl get pod here --no-headers')).toMatch(/^here +1\/1 +Running /);
  expect(await box.text('kubectl exec here -- true')).toBe('Error from server: error dialing backend: dial tcp 192.168.49.2:10250: connect: connection refused\n'); // prettier-ignore
  expect(await box.text('systemctl status kubelet | sed -n 1,5p')).toMatch(/^○ kubelet\.service - kubelet: The Kubernetes Node Agent\n[^]* Active: inactive \(dead\) since .*; 6min 40s ago\n$/); // prettier-ignore
  await box.run('systemctl start kubelet; sleep 12');
  expect(await box.text('kubectl exec here -- echo there')).toBe('there\n');
  expect(await box.text(`kubectl get pod here -o jsonpath='{.status.conditions[?(@.type=="Ready")].status}'`)).toBe('True');
  expect(await box.text(`journalctl -u kubelet -o cat | grep -c ^Started`)).toBe('2\n');
  expect(await box.text('kubectl describe node k8s-minion1 | grep -c "NodeReady.*status is now: NodeReady"')).toBe('1\n');
});

it('a pod of a node that is gone, or was never there, is taken away', async () => {
  await box.run(`${sleeper('lost', 'nowhere')}; sleep 30`);
  expect(await box.text('kubectl get pod lost --no-headers')).toMatch(/^lost +0\/1 +Pending /);
  await box.run('sleep 40');
  expect(await box.text('kubectl get pod lost')).toBe('Error from server (NotFound): pods "lost" not found\n');
});
