import { afterEach, describe, expect, it } from 'vitest';
import { VirtualClock, type Timer } from '../../src/clock';
import { nodeHostTime } from '../../src/sandbox/host-node';
import { boot, type Box } from './boot';

/** Knows how many timers wait. */
class CountingClock extends VirtualClock {
  readonly waiting = new Set<object>();

  override after(delayMs: number, callback: () => void): Timer {
    const token = {};
    this.waiting.add(token);
    const timer = super.after(delayMs, () => {
      this.waiting.delete(token);
      callback();
    });
    return {
      cancel: () => {
        this.waiting.delete(token);
        timer.cancel();
      },
    };
  }
}

const pod = (name: string): string => `apiVersion: v1
kind: Pod
metadata: {name: ${name}}
spec:
  shareProcessNamespace: true
  containers:
  - name: main
    image: alpine:3.8
    command: ["sleep", "100000"]
    readinessProbe: {exec: {command: ["true"]}, periodSeconds: 5}
    volumeMounts: [{name: words, mountPath: /words}]
  - {name: crash, image: "alpine:3.8", command: ["false"]}
  volumes: [{name: words, configMap: {name: words}}]
`;

const container = `{name: main, image: 'alpine:3.8', command: [sleep, '100000']}`;
/** Pods that run, wait, fail and have ended, with what makes them. */
const everything = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template: {metadata: {labels: {app: web}}, spec: {terminationGracePeriodSeconds: 1, containers: [${container}]}}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: batch/v1
kind: Job
metadata: {name: once}
spec: {template: {spec: {restartPolicy: Never, containers: [{name: main, image: 'alpine:3.8', command: ['true']}]}}}
---
apiVersion: v1
kind: Pod
metadata: {name: waits}
spec: {volumes: [{name: v, secret: {secretName: nosuch}}], containers: [${container}]}
---
apiVersion: v1
kind: Pod
metadata: {name: loops}
spec: {containers: [{name: main, image: 'alpine:3.8', command: ['false']}]}
---
apiVersion: v1
kind: Pod
metadata: {name: lost}
spec: {nodeSelector: {disk: none}, containers: [${container}]}
---
apiVersion: v1
kind: Secret
metadata: {name: key}
stringData: {a: b}
`;

describe('what is deleted', () => {
  let box: Box | undefined;
  afterEach(() => box?.close());

  /** What a round of making and deleting may leave nothing of. */
  const look = async (clock: CountingClock): Promise<Record<string, unknown>> => ({
    processes: (await box!.run('ps -e -o args')).stdout,
    mounts: (await box!.run('cat /proc/mounts')).stdout,
    directories: (
      await box!.run(
        'ls -A /var/lib/kubelet/pods /var/log/pods /var/log/containers /run/containerd/*/k8s.io /run/containerd/*/sandboxes /var/lib/containerd/*/sandboxes /var/lib/docker/containers /sys/fs/cgroup/kubepods/besteffort 2>/dev/null',
      )
    ).stdout.replace(/^\/.*:$|^$/gm, ''),
    timers: clock.waiting.size,
  });

  it('pods leave no process, mount, directory or timer behind', async () => {
    const clock = new CountingClock(nodeHostTime);
    box = await boot({ bare: true, clock });
    await box.run('kubectl create configmap words --from-literal=a=b');
    const round = async (): Promise<void> => {
      for (let i = 0; i < 6; i++) await box!.file(`p${i}.yaml`, pod(`p${i}`));
      await box!.run('for i in 0 1 2 3 4 5; do kubectl apply -f p$i.yaml; done; sleep 30');
      expect((await box!.run('kubectl get pods --no-headers | wc -l')).stdout.trim()).toBe('6');
      expect((await box!.run('ps -e -o args | grep -c ^/pause')).stdout.trim()).toBe('6');
      await box!.run('kubectl delete pods --all --now; sleep 40');
    };
    await round();
    const before = await look(clock);
    for (let i = 0; i < 2; i++) await round();
    const after = await look(clock);
    expect(after).toEqual(before);
    expect(box.faults).toEqual([]);
  }, 180_000);

  it('a namespace leaves nothing of what was in it, nor do watchers that are killed and containers of docker', async () => {
    const clock = new CountingClock(nodeHostTime);
    box = await boot({ bare: true, clock });
    await box.file('all.yaml', everything);
    const round = async (): Promise<void> => {
      await box!.run('kubectl create namespace shop; kubectl apply -n shop -f all.yaml');
      await box!.run('for i in 1 2 3; do kubectl get pods -n shop -w > /dev/null & done; kubectl logs -n shop -f deploy/web > /dev/null & docker run -d --name lone -p 81:80 nginx; sleep 40'); // prettier-ignore
      expect((await box!.run('kubectl get pods -n shop --no-headers | wc -l')).stdout.trim()).toBe('6');
      await box!.run('docker rm -f lone; kubectl delete namespace shop; pkill kubectl; sleep 60');
      expect((await box!.run('kubectl get all,secrets,configmaps,endpointslices -A -o name | grep -v -e kubernetes -e kube-root-ca')).stdout).toBe(''); // prettier-ignore
    };
    await round();
    const before = await look(clock);
    await round();
    expect(await look(clock)).toEqual(before);
    expect(box.faults).toEqual([]);
  }, 180_000);
});
