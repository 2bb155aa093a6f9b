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
    readinessProbe: {exec: {command: ["true"]}, periodSeconds: 1}
    volumeMounts: [{name: words, mountPath: /words}]
  - {name: crash, image: "alpine:3.8", command: ["false"]}
  volumes: [{name: words, configMap: {name: words}}]
`;

describe('pods that are deleted', () => {
  let box: Box | undefined;
  afterEach(() => box?.close());

  it('leave no process, mount, directory or timer behind', async () => {
    const clock = new CountingClock(nodeHostTime);
    box = await boot({ bare: true, clock });
    await box.run('kubectl create configmap words --from-literal=a=b');
    const look = async (): Promise<Record<string, unknown>> => ({
      processes: (await box!.run('ps -e -o args')).stdout,
      mounts: (await box!.run('cat /proc/mounts')).stdout,
      directories: (await box!.run('ls -A /var/lib/kubelet/pods /var/log/pods /run/containerd/*/k8s.io 2>/dev/null')).stdout.replace(
        /^\/.*:$|^$/gm,
        '',
      ),
      timers: clock.waiting.size,
    });
    const round = async (): Promise<void> => {
      for (let i = 0; i < 6; i++) await box!.file(`p${i}.yaml`, pod(`p${i}`));
      await box!.run('for i in 0 1 2 3 4 5; do kubectl apply -f p$i.yaml; done; sleep 30');
      expect((await box!.run('kubectl get pods --no-headers | wc -l')).stdout.trim()).toBe('6');
      expect((await box!.run('ps -e -o args | grep -c ^/pause')).stdout.trim()).toBe('6');
      await box!.run('kubectl delete pods --all --now; sleep 40');
    };
    await round();
    const before = await look();
    for (let i = 0; i < 3; i++) await round();
    const after = await look();
    expect(after).toEqual(before);
    expect(box.faults).toEqual([]);
  }, 60_000);
});
