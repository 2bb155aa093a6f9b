import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectAlike, serve, type Served } from './served';

const pod = `apiVersion: v1
kind: Pod
metadata:
  name: secret-pod
spec:
  containers:
  - name: shell
    image: alpine:3.8
    command: ["sh", "-c", "cat /etc/foo/username.txt; echo; exec sleep 3600"]
    volumeMounts:
    - name: foo
      mountPath: /etc/foo
      readOnly: true
  volumes:
  - name: foo
    secret:
      secretName: admin-access
      defaultMode: 0440
`;
/** A pod that nobody schedules, with much to describe. */
const rich = `apiVersion: v1
kind: Pod
metadata:
  name: rich
spec:
  schedulerName: nobody
  securityContext: {seccompProfile: {type: Localhost, localhostProfile: pod.json}}
  resources: {limits: {cpu: "4", memory: 128Mi}, requests: {cpu: "2"}}
  readinessGates: [{conditionType: example.com/gate}]
  topologySpreadConstraints:
  - {maxSkew: 1, topologyKey: zone, whenUnsatisfiable: ScheduleAnyway, labelSelector: {matchLabels: {app: rich}}}
  - {maxSkew: 2, topologyKey: host, whenUnsatisfiable: DoNotSchedule, labelSelector: {}}
  containers:
  - name: main
    image: alpine:3.8
    securityContext: {seccompProfile: {type: Localhost, localhostProfile: main.json}}
    resources: {limits: {cpu: 1500m, memory: 64Mi}}
    env:
    - {name: MEMORY, valueFrom: {resourceFieldRef: {resource: limits.memory}}}
    - {name: MEBIBYTES, valueFrom: {resourceFieldRef: {resource: limits.memory, divisor: 1Mi}}}
    - {name: CORES, valueFrom: {resourceFieldRef: {resource: limits.cpu}}}
    - {name: MILLICORES, valueFrom: {resourceFieldRef: {resource: limits.cpu, divisor: 1m}}}
    - {name: ASKED, valueFrom: {resourceFieldRef: {resource: requests.memory}}}
    livenessProbe: {httpGet: {path: "/a b?c=d", port: 80, host: "::1"}}
    readinessProbe: {grpc: {port: 9}}
    volumeDevices: [{name: disk, devicePath: /dev/x}]
  - name: second
    image: alpine:3.8
    env:
    - {name: CORES, valueFrom: {resourceFieldRef: {resource: limits.cpu}}}
    - {name: DISK, valueFrom: {resourceFieldRef: {resource: limits.ephemeral-storage}}}
  volumes:
  - {name: disk, persistentVolumeClaim: {claimName: some}}
  - {name: share, nfs: {server: nfs.example.com, path: /, readOnly: true}}
  - {name: driver, csi: {driver: csi.example.com, volumeAttributes: {b: "2", a: "1"}}}
  - {name: bare, csi: {driver: csi.example.com, fsType: ext4}}
  - {name: host, hostPath: {path: /tmp}}
`;
const files: Readonly<Record<string, string>> = {
  'username.txt': 'admin',
  'password.txt': 's3cr3t',
  'secret-pod.yaml': pod,
  'labelled-pod.yaml': pod.replace('name: secret-pod', 'name: secret-pod\n  labels:\n    tier: back'),
  'keyless-pod.yaml': pod.replace('    volumeMounts:\n', '    env:\n    - value: x\n    volumeMounts:\n'),
  'twice-pod.yaml': pod.replace('  volumes:\n', '  volumes:\n  - name: foo\n    emptyDir: {}\n'),
  'bad-pod.yaml': pod.replace('image:', 'imge:'),
  'broken-1.yaml': 'a: [',
  'broken-2.yaml': 'kind: Nothing',
  'rich.yaml': rich,
};

let served: Served;

beforeAll(async () => {
  served = await serve(files);
}, 120_000);

afterAll(() => served.close());

const exec = (command: string): string[] => ['exec', 'secret-pod', '--', 'sh', '-c', command];

/** In order; each is run by the real kubectl and by ours, each in a namespace of its own. */
const commands: readonly (string | readonly [args: readonly string[], stdin?: string])[] = [
  'create secret generic admin-access --from-file=./username.txt --from-file=./password.txt',
  'create secret generic admin-access --from-file=./username.txt',
  'get secret admin-access',
  'get secret admin-access -o yaml',
  'get secret admin-access -o json',
  'get secret admin-access -o jsonpath={.data.username\\.txt}',
  'get secrets -o name',
  'get secret nosuch',
  'describe secret admin-access',
  'create -f bad-pod.yaml',
  'apply -f secret-pod.yaml',
  'wait --for=condition=Ready pod/secret-pod --timeout=60s',
  'get pods',
  'get pods -o wide',
  'get pod secret-pod -o yaml',
  'logs secret-pod',
  'describe pod secret-pod',
  [exec('ls -lL /etc/foo')],
  [exec('echo out; echo err >&2; exit 3')],
  [['exec', '-i', 'secret-pod', '--', 'cat'], 'to the container\nand back\n'],
  'apply -f secret-pod.yaml',
  'diff -f labelled-pod.yaml',
  'label pod secret-pod tier=front',
  'get pods -l tier=front --show-labels',
  'get pods -l tier=none',
  'annotate pod secret-pod note=hello',
  [['patch', 'pod', 'secret-pod', '-p', '{"metadata":{"labels":{"more":"yes"}}}']],
  [['patch', 'pod', 'secret-pod', '-p', '{"spec":{"restartPolicy":"Never"}}']],
  'apply -f keyless-pod.yaml',
  'apply -f twice-pod.yaml',
  'diff -f keyless-pod.yaml',
  'apply --server-side -f labelled-pod.yaml',
  'apply --server-side --force-conflicts -f labelled-pod.yaml',
  'apply -f labelled-pod.yaml --dry-run=server',
  'set image pod/secret-pod shell=alpine:3.9 --dry-run=server',
  'describe secret admin-access --show-events=false',
  [['patch', 'secret', 'admin-access', '--type=json', '-p', '[{"op":"remove","path":"/data/nosuch"}]']],
  [['patch', 'secret', 'admin-access', '-p', '{"data":{"a":"not base64!"}}']],
  'create role reader --verb=get,list --resource=secrets',
  'create rolebinding reader --role=reader --user=jane',
  'describe role reader',
  'describe rolebinding reader',
  'get secrets --as=jane',
  'delete rolebinding reader',
  'auth whoami',
  'auth can-i --list --as=jane',
  'create token default',
  'create deployment web --image=nginx --replicas=2',
  'scale deployment web --replicas=3',
  'get deployments',
  'get deployment web -o yaml',
  'expose deployment web --port=80',
  'get service web -o jsonpath={.spec.ports}',
  'create job once --image=busybox -- echo hi',
  'get jobs',
  [['create', 'cronjob', 'often', '--image=busybox', '--schedule=61 * * * *']],
  'create service nodeport far --tcp=80 --node-port=80',
  'create ingress way --rule=a.example/*=web:80',
  'create quota some --hard=pods=30',
  'create pdb guard --selector=app=web --min-available=1',
  'create priorityclass high --value=10 --dry-run=server',
  'get roles,deployments,services',
  'delete deployment web',
  'get secret admin-access -o go-template={{.type}}',
  'get pods -o custom-columns=NAME:.metadata.name,IMAGE:.spec.containers[0].image',
  'get componentstatuses',
  'get endpoints',
  'api-versions',
  'get --raw /healthz',
  'wait --for=delete pod/nosuch --timeout=1s',
  'wait --for=condition=Ready pod/nosuch --timeout=1s',
  'get pods --field-selector=spec.nosuch=1',
  [['get', 'pods', '-l', 'a in (b']],
  'explain pod.spec.containers.image',
  'explain pod.spec --recursive',
  'explain deployment.spec.strategy',
  'explain pod.nosuch',
  'explain secret',
  'api-resources --no-headers',
  'auth can-i create pods',
  'auth can-i get secrets --as=jane',
  'get secret admin-access --as=jane',
  'create configmap settings --from-literal=colour=blue',
  'get configmap settings -o yaml',
  'get all',
  'create -f rich.yaml',
  'describe pod rich',
  'apply -f .',
  'create -f broken-*.yaml',
  'get -f ./s*-pod.yaml -o name',
  'get -f x*.yaml',
  'get -f [.yaml',
  'delete pod rich --now',
  'delete pod secret-pod --grace-period=1',
  'delete secret admin-access',
  'get pods',
];

describe('a real kubectl on a served sandbox prints what ours prints', () => {
  for (const entry of commands) {
    const [args, stdin] = typeof entry === 'string' ? [entry.split(' ')] : entry;
    test(`kubectl ${args.join(' ')}`, { timeout: 90_000 }, () => expectAlike(served, args, stdin));
  }
});

test('a client of plain HTTP lists, and watches from where it listed', { timeout: 60_000 }, async () => {
  const path = `${served.url}/api/v1/namespaces/real/configmaps`;
  const headers = { 'content-type': 'application/json' };
  const { metadata } = (await (await fetch(path)).json()) as { metadata: { resourceVersion: string } };
  const cancel = new AbortController();
  const watch = await fetch(`${path}?watch=true&resourceVersion=${metadata.resourceVersion}`, { signal: cancel.signal });
  expect(watch.status).toBe(200);
  const object = (colour: string): string => JSON.stringify({ metadata: { name: 'plain' }, data: { colour } });
  expect((await fetch(path, { method: 'POST', headers, body: object('blue') })).status).toBe(201);
  expect((await fetch(`${path}/plain`, { method: 'PUT', headers, body: object('red') })).status).toBe(200);
  expect((await fetch(`${path}/plain`, { method: 'DELETE' })).status).toBe(200);
  const seen: string[] = [];
  let rest = '';
  const decoder = new TextDecoder();
  for await (const chunk of watch.body as unknown as AsyncIterable<Uint8Array>) {
    rest += decoder.decode(chunk, { stream: true });
    const lines = rest.split('\n');
    rest = lines.pop()!;
    for (const line of lines) {
      const { type, object: what } = JSON.parse(line) as {
        type: string;
        object: { metadata: { name: string }; data?: { colour?: string } };
      };
      seen.push(`${type} ${what.metadata.name} ${what.data?.colour}`);
    }
    if (seen.length >= 3) break;
  }
  cancel.abort();
  expect(seen).toEqual(['ADDED plain blue', 'MODIFIED plain red', 'DELETED plain red']);
});
