import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { boot, fold, type Box } from './boot';

/** States of a Pod that are not in pod-life or pod-failures, each by a manifest that a learner could write. */
let box: Box;

const sleeper = `image: 'alpine:3.8', command: [sleep, '10000']`;
const never = 'restartPolicy: Never';

/** Pods of one container `main`, as flow mappings' insides: the container, and lines of its spec. */
const manifests: Readonly<Record<string, readonly [container: string, spec?: string, metadata?: string]>> = {
  selector: [sleeper, 'nodeSelector: {disk: ssd}'],
  gated: [sleeper, 'schedulingGates: [{name: example.com/wait}]'],
  claim: [`${sleeper}, volumeMounts: [{name: v, mountPath: /v}]`, 'volumes: [{name: v, persistentVolumeClaim: {claimName: data}}]'],
  port1: [`image: nginx, ports: [{containerPort: 80, hostPort: 8080}]`],
  port2: [`image: nginx, ports: [{containerPort: 80, hostPort: 8080}]`],
  halfdone: [`image: 'alpine:3.8', command: ['true']`, `restartPolicy: OnFailure\ncontainers: [{name: other, ${sleeper}}]`],
  initwaits: [sleeper, `initContainers: [{name: one, ${sleeper}}, {name: two, ${sleeper}}]`],
  initfails: [sleeper, `${never}\ninitContainers: [{name: one, image: 'alpine:3.8', command: [sh, -c, 'exit 3']}]`],
  initloops: [sleeper, `initContainers: [{name: ok, image: 'alpine:3.8', command: ['true']}, {name: bad, image: 'alpine:3.8', command: ['false']}]`],
  initimage: [sleeper, `initContainers: [{name: one, image: 'nosuch:1'}]`],
  hook: [`${sleeper}, lifecycle: {postStart: {exec: {command: ['false']}}}`, 'terminationGracePeriodSeconds: 1'],
  nothing: [`image: 'bare:1', imagePullPolicy: Never`],
  held: [sleeper, 'terminationGracePeriodSeconds: 1', `finalizers: [example.com/hold]`],
  grpc: [`image: nginx, livenessProbe: {grpc: {port: 80}, periodSeconds: 5, timeoutSeconds: 2}`],
  host: [`image: 'alpine:3.8', command: [sh, -c, 'hostname; echo $HOSTNAME; ps -o pid,args | head -2; ip -o -4 addr show eth0; head -1 /etc/hosts; cat /etc/resolv.conf /etc/hostname; readlink /proc/self/ns/ipc']`, `${never}\nhostPID: true\nhostIPC: true\nhostNetwork: true`],
  names: [`image: 'alpine:3.8', command: [sh, -c, 'hostname; hostname -f; hostname -d; tail -5 /etc/hosts; cat /etc/resolv.conf']`, `${never}\nhostname: box\nsubdomain: boxes\ndnsPolicy: None\nhostAliases: [{ip: 10.1.2.3, hostnames: [foo.local, bar.local]}]\ndnsConfig: {nameservers: [192.0.2.1], searches: [my.example], options: [{name: ndots, value: '2'}, {name: edns0}]}`],
  merged: [`image: 'alpine:3.8', command: [cat, /etc/resolv.conf]`, `${never}\ndnsConfig: {nameservers: [192.0.2.1], options: [{name: ndots, value: '1'}]}`],
  disk: [`image: 'alpine:3.8', command: [sh, -c, 'dd if=/dev/zero of=/v/x bs=1M count=9 2> /dev/null; sleep 10000'], volumeMounts: [{name: v, mountPath: /v}]`, 'volumes: [{name: v, emptyDir: {sizeLimit: 8Mi}}]\nterminationGracePeriodSeconds: 60'],
  root: [`image: 'alpine:3.8', command: [sh, -c, 'dd if=/dev/zero of=/x bs=1M count=9 2> /dev/null; sleep 10000'], resources: {limits: {ephemeral-storage: 8Mi}}`, 'terminationGracePeriodSeconds: 60'],
  modest: [`image: 'alpine:3.8', command: [sh, -c, 'dd if=/dev/zero of=/x bs=1M count=6 2> /dev/null; sleep 10000'], resources: {limits: {ephemeral-storage: 8Mi}}`],
  previous: [`image: 'alpine:3.8', command: [sh, -c, 'echo run $(date +%s); [ -e /d/x ] && exec sleep 10000; touch /d/x; exit 1'], volumeMounts: [{name: d, mountPath: /d}]`, 'volumes: [{name: d, emptyDir: {}}]'],
}; // prettier-ignore

const text = (name: string): string => {
  const [container, spec = '', metadata = ''] = manifests[name]!;
  const more = /^containers: \[(.*)\]$/m.exec(spec)?.[1];
  const lines = spec.split('\n').filter((line) => line && !line.startsWith('containers:'));
  return `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}${metadata && `, ${metadata}`}}\nspec:\n${lines.map((line) => `  ${line}\n`).join('')}  containers:\n  - {name: main, ${container}}\n${more ? `  - ${more}\n` : ''}`;
};

beforeAll(async () => {
  box = await boot({ bare: true });
  await box.file('Dockerfile', 'FROM scratch\nADD note /note\n');
  await box.file('note', 'nothing to run\n');
  await box.run('docker build -t bare:1 .');
  await box.run('kubectl get pods -w > changes & echo $! > watcher');
  for (const name of Object.keys(manifests)) {
    await box.file(`${name}.yaml`, text(name));
    const { stderr } = await box.run(`kubectl apply -f ${name}.yaml`);
    if (stderr) throw new Error(`${name}: ${stderr}`);
  }
  await box.run('sleep 45');
}, 120_000);
afterAll(async () => {
  expect(box.faults).toEqual([]);
  await box.close();
});

/** `READY STATUS`. */
const row = async (name: string): Promise<string> =>
  (await box.text(`kubectl get pod ${name} --no-headers`)).trim().split(/ +/).slice(1, 3).join(' ');
const field = (name: string, path: string): Promise<string> => box.text(`kubectl get pod ${name} -o jsonpath='{${path}}'`);
const events = async (name: string): Promise<string[]> =>
  (await box.text(`kubectl get events --field-selector involvedObject.name=${name} -o jsonpath='{range .items[*]}{.type} {.reason} {.message}{"\\n"}{end}'`)).trim().split('\n').map(fold); // prettier-ignore
/** All STATUS that a watch has shown. */
const shown = async (name: string): Promise<string[]> => [
  ...new Set((await box.text(`grep '^${name} ' changes | awk '{print $3}'`)).trim().split('\n')),
];

describe('a pod that is not scheduled', () => {
  const none = ' no new claims to deallocate, preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.';
  it.each([
    ['selector', `0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector.${none}`],
    ['claim', `0/1 nodes are available: persistentvolumeclaim "data" not found.${none}`],
    [
      'port2',
      "0/1 nodes are available: 1 node(s) didn't have free ports for the requested pod ports. no new claims to deallocate, preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod.",
    ],
  ])('%s', async (name, why) => {
    expect(await row(name)).toBe('0/1 Pending');
    expect(await events(name)).toContain(`Warning FailedScheduling ${why}`);
  });

  it('waits for its gates', async () => {
    expect(await row('gated')).toBe('0/1 SchedulingGated');
    await box.run(`kubectl patch pod gated --type json -p '[{"op":"remove","path":"/spec/schedulingGates"}]'; sleep 4`);
    expect(await row('gated')).toBe('1/1 Running');
  });

  it('comes when what it waits for is there', async () => {
    expect(await box.text('curl -s localhost:8080 | head -4 | tail -1')).toBe('<title>Welcome to nginx!</title>\n');
    await box.run('kubectl label node k8s-minion1 disk=ssd; kubectl delete pod port1 --now; sleep 25');
    expect([await row('selector'), await row('port2')]).toEqual(['1/1 Running', '1/1 Running']);
    expect(await box.text('curl -s -o /dev/null -w "%{http_code}" localhost:8080')).toBe('200');
  });
});

describe('a volume claim', () => {
  const claim = (name: string): string =>
    `{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: ${name}}, spec: {storageClassName: manual, accessModes: [ReadWriteOnce], resources: {requests: {storage: 3Gi}}}}`;
  const volume = '{apiVersion: v1, kind: PersistentVolume, metadata: {name: disk}, spec: {storageClassName: manual, capacity: {storage: 10Gi}, accessModes: [ReadWriteOnce], hostPath: {path: /mnt/disk}}}'; // prettier-ignore
  const phases = (): Promise<string> =>
    box.text(`kubectl get pvc,pv -o jsonpath='{range .items[*]}{.metadata.name}={.status.phase} {end}'`);

  it('is bound to the volume that suits it, lets its pod start, and stays as long as that', async () => {
    await box.file('claims.yaml', [volume, claim('data'), claim('more')].join('\n---\n'));
    await box.run('kubectl apply -f claims.yaml; sleep 12');
    expect(await phases()).toBe('data=Bound more=Pending disk=Bound ');
    expect(await box.text(`kubectl get events --field-selector involvedObject.name=more -o jsonpath='{.items[0].message}'`)).toBe('storageclass.storage.k8s.io "manual" not found'); // prettier-ignore
    expect(await row('claim')).toBe('1/1 Running');
    expect(await box.text('kubectl exec claim -- df /v; ls -d /mnt/disk')).toContain('/mnt/disk\n');
    expect(await box.text('kubectl delete pvc data --wait=false; kubectl get pvc data --no-headers')).toContain('Terminating');
    await box.run('kubectl delete pod claim --now; sleep 1');
    expect(await phases()).toBe('more=Pending disk=Released ');
  });
});

describe('init containers', () => {
  it('are counted while they run', async () => expect(await row('initwaits')).toBe('0/1 Init:0/2'));
  it('that fail end a pod that does not restart', async () => {
    expect(await row('initfails')).toBe('0/1 Init:Error');
    expect(await field('initfails', '.status.phase')).toBe('Failed');
    expect(await field('initfails', '.status.containerStatuses[0].state.waiting.reason')).toBe('PodInitializing');
  });
  it('that fail again and again back off', async () => {
    expect(await shown('initloops')).toEqual(expect.arrayContaining(['Init:0/2', 'Init:1/2', 'Init:Error', 'Init:CrashLoopBackOff']));
    expect(await events('initloops')).toContain('Warning BackOff Back-off restarting failed container bad in pod initloops_default(<UID>)');
  });
  it('have images of their own to be pulled', async () => {
    expect(await shown('initimage')).toEqual(expect.arrayContaining(['Init:0/1', 'Init:ErrImagePull', 'Init:ImagePullBackOff']));
  });
});

describe('containers', () => {
  it('that ended well beside one that runs leave the pod not ready', async () => {
    expect(await row('halfdone')).toBe('1/2 NotReady');
    expect(await field('halfdone', '.status.phase')).toBe('Running');
  });
  it('whose postStart hook failed show it', async () => {
    expect(await shown('hook')).toContain('PostStartHookError');
    expect(await field('hook', '.status.containerStatuses[0].lastState.terminated.exitCode')).toMatch(/^137$/);
  });
  it('of an image with nothing to run are not made', async () => {
    expect(await row('nothing')).toBe('0/1 CreateContainerError');
    expect((await events('nothing')).at(-1)).toMatch(
      /^Warning Failed Error: failed to generate container "\w+" spec: no command specified$/,
    );
  });
  it('are not asked in gRPC by anyone here: the probe runs into its timeout', async () => {
    expect(await events('grpc')).toContain('Warning Unhealthy Liveness probe failed: timeout: failed to connect service "<IP>:80" within 2s: context deadline exceeded'); // prettier-ignore
    expect(await events('grpc')).toContain('Normal Killing Container main failed liveness probe, will be restarted');
  });
  it('leave the log of the run before', async () => {
    const [now, before] = [await box.text('kubectl logs previous'), await box.text('kubectl logs previous --previous')];
    expect(now).toMatch(/^run \d+\n$/);
    expect(before).toMatch(/^run \d+\n$/);
    expect(Number(before.slice(4))).toBeLessThan(Number(now.slice(4)));
  });
});

describe('namespaces and names', () => {
  it('of the node', async () => {
    const lines = (await box.text('kubectl logs host')).trim().split('\n');
    expect(lines.slice(0, 4)).toEqual(['k8s-minion1', 'k8s-minion1', 'PID   COMMAND', '    1 /sbin/init']);
    expect(lines[4]).toContain('inet 192.168.49.2/24');
    expect(lines.slice(5, 8)).toEqual(['# Kubernetes-managed hosts file (host network).', 'nameserver 192.168.49.1', 'k8s-minion1']);
    expect(lines[8]).toBe((await box.text('readlink /proc/self/ns/ipc')).trim());
  });
  it('as the pod says', async () => {
    expect(fold(await box.text('kubectl logs names'))).toBe(
      'box\nbox.boxes.default.svc.cluster.local\nboxes.default.svc.cluster.local\nfe00::2\tip6-allrouters\n<IP>\tbox.boxes.default.svc.cluster.local\tbox\n\n# Entries added by HostAliases.\n10.1.2.3\tfoo.local\tbar.local\nsearch my.example\nnameserver 192.0.2.1\noptions ndots:2 edns0\n'.replace(
        /\t/g,
        ' ',
      ),
    );
    expect(await box.text('kubectl logs merged')).toBe(
      'search default.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.96.0.10\nnameserver 192.0.2.1\noptions ndots:1\n',
    );
  });
});

describe('what is written to the disk', () => {
  it.each([
    ['disk', 'Usage of EmptyDir volume "v" exceeds the limit "8Mi". '],
    ['root', 'Pod ephemeral local storage usage exceeds the total limit of containers 8Mi. '],
  ])('beyond a limit evicts: %s', async (name, message) => {
    expect([await field(name, '.status.phase'), await field(name, '.status.reason')]).toEqual(['Failed', 'Evicted']);
    expect(await field(name, '.status.message')).toBe(message);
    expect(await events(name)).toContain(`Warning Evicted ${message.trim()}`);
    expect(await field(name, '.status.containerStatuses[0].state.terminated.exitCode')).toBe('137');
  });
  it('within it may stay', async () => expect(await row('modest')).toBe('1/1 Running'));
});

describe('how a pod goes', () => {
  it('a finalizer keeps it until it is taken away', async () => {
    await box.run('kubectl delete pod held --wait=false; sleep 1');
    expect(await row('held')).toMatch(/^[01]\/1 Terminating$/);
    await box.run('sleep 10');
    expect(await field('held', '.metadata.deletionTimestamp')).not.toBe('');
    await box.run(`kubectl patch pod held -p '{"metadata":{"finalizers":null}}'`);
    expect(await box.text('kubectl get pod held')).toBe('Error from server (NotFound): pods "held" not found\n');
  });

  it('a NoExecute taint evicts at once, or when the toleration ends', async () => {
    const tolerate = `tolerations: [{key: down, operator: Exists, effect: NoExecute, tolerationSeconds: 20}]`;
    await box.file('stays.yaml', `apiVersion: v1\nkind: Pod\nmetadata: {name: stays}\nspec:\n  terminationGracePeriodSeconds: 1\n  ${tolerate}\n  containers:\n  - {name: main, ${sleeper}}\n`); // prettier-ignore
    await box.run('kubectl apply -f stays.yaml; sleep 2; kubectl taint node k8s-minion1 down=yes:NoExecute; sleep 10');
    expect(await events('modest')).toContain('Normal TaintManagerEviction Marking for deletion Pod default/modest');
    expect(await field('modest', '.status.conditions[?(@.type=="DisruptionTarget")].reason')).toBe('DeletionByTaintManager');
    expect(await row('stays')).toBe('1/1 Running');
    await box.run('sleep 15');
    expect(await box.text('kubectl get pod stays')).toContain('NotFound');
    await box.run('kubectl taint node k8s-minion1 down-');
  });
});
