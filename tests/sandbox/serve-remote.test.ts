import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RealClock } from '../../src/clock';
import { createSandbox, loginEnvironment, runCommand, type Output, type Sandbox } from '../../src/sandbox';
import { nodeNetwork } from '../../src/sandbox/host-network';
import { nodeHostTime } from '../../src/sandbox/host-node';
import { createPlainHost, createWasi, loadPause } from '../../src/wasi';
import { realKubectl } from './real-kubectl';
import { serve, type Served } from './served';

const pod = `apiVersion: v1
kind: Pod
metadata:
  name: secret-pod
spec:
  terminationGracePeriodSeconds: 1
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
`;

let served: Served;
let near: Sandbox;
let stopHost: () => Promise<void>;
const clock = new RealClock(nodeHostTime);

beforeAll(async () => {
  served = await serve({});
  const host = createPlainHost();
  stopHost = () => host.close();
  const pause = await loadPause();
  const { ready } = await createSandbox({
    clock,
    assets: {
      pause: { '3.10': pause.v310, '3.0': pause.v30 },
      pauseSource: pause.source,
      deviations: async () => '',
      home: {
        'username.txt': 'admin',
        'password.txt': 's3cr3t',
        'secret-pod.yaml': pod,
        'far.yaml': readFileSync(served.kubeconfig, 'utf8'),
      },
    },
    formats: [createWasi(host, clock)],
    network: nodeNetwork(clock),
    kind: 'cluster',
    bare: true,
    privileged: false,
    report: (error) => {
      throw error;
    },
  });
  near = await ready;
}, 120_000);

afterAll(async () => {
  near.stop();
  await served.close();
  await stopHost();
});

/** A command line on the sandbox beside the served one. */
const run = (text: string): Promise<Output> =>
  runCommand({
    kernel: near.machine.kernel,
    clock,
    place: near.machine.place,
    command: { argv: ['bash', '-c', text], env: loginEnvironment({}), cwd: '/root' },
  });

/** In order: the first exercise, on the cluster of another sandbox. */
const exercise: readonly (readonly [command: string, stdout: string | RegExp])[] = [
  ['kubectl create secret generic admin-access --from-file=username.txt --from-file=password.txt', 'secret/admin-access created\n'],
  ['kubectl get secret admin-access', /^NAME +TYPE +DATA +AGE\nadmin-access +Opaque +2 +\d+s\n$/],
  ['kubectl describe secret admin-access', /password\.txt: +6 bytes\nusername\.txt: +5 bytes\n/],
  ["kubectl get secret admin-access -o jsonpath='{.data.username\\.txt}' | base64 -d", 'admin'],
  ['kubectl apply -f secret-pod.yaml', 'pod/secret-pod created\n'],
  ['kubectl wait --for=condition=Ready pod/secret-pod --timeout=60s', 'pod/secret-pod condition met\n'],
  // a container runs, and is ready, before its program has written
  ['until kubectl logs secret-pod | grep .; do sleep 0.2; done', 'admin\n'],
  ['kubectl exec secret-pod -- cat /etc/foo/password.txt', 's3cr3t'],
  ['echo hello | kubectl exec -i secret-pod -- cat', 'hello\n'],
  ['kubectl get pods -w --request-timeout=4s', /^NAME +READY +STATUS +RESTARTS +AGE\nsecret-pod +1\/1 +Running +0 +\d+s\n/],
  ['kubectl delete pod secret-pod', 'pod "secret-pod" deleted from default namespace\n'],
  ['kubectl delete secret admin-access', 'secret "admin-access" deleted from default namespace\n'],
];

describe('kubectl works on another server', () => {
  for (const [command, stdout] of exercise)
    test(command, { timeout: 90_000 }, async () => {
      const ran = await run(`export KUBECONFIG=far.yaml; ${command}`);
      expect(ran).toMatchObject({ stderr: '', code: 0 });
      if (typeof stdout === 'string') expect(ran.stdout).toBe(stdout);
      else expect(ran.stdout).toMatch(stdout);
    });

  test('by --server too, and the cluster at hand is another one', async () => {
    expect((await run(`kubectl --server=${served.url} create configmap far && kubectl get configmap far`)).stderr).toBe(
      'Error from server (NotFound): configmaps "far" not found\n',
    );
    expect((await served.ours(['get', 'configmap', 'far', '-o', 'name'])).stdout).toBe('configmap/far\n');
  });

  test('a command that fails there has its exit status', async () => {
    await run('KUBECONFIG=far.yaml kubectl run once --image=alpine:3.8 -- sleep 60');
    await run('KUBECONFIG=far.yaml kubectl wait --for=condition=Ready pod/once --timeout=60s');
    expect(await run("KUBECONFIG=far.yaml kubectl exec once -- sh -c 'echo out; echo err >&2; exit 3'")).toEqual({
      stdout: 'out\n',
      stderr: 'err\ncommand terminated with exit code 3\n',
      code: 3,
    });
  }, 90_000);
});

describe('ports are forwarded', () => {
  beforeAll(async () => {
    await served.ours(['run', 'web', '--image=nginx']);
    await served.ours(['wait', '--for=condition=Ready', 'pod/web', '--timeout=60s']);
  }, 90_000);

  /** What the real kubectl prints of each port that it forwards, and its end. */
  async function realForward(args: readonly string[], use: (ports: readonly number[]) => Promise<void>): Promise<Output> {
    const child = spawn(realKubectl().path, ['port-forward', '--address=127.0.0.1', ...args], {
      env: { ...process.env, KUBECONFIG: served.kubeconfig },
    });
    let stdout = '';
    let stderr = '';
    const count = args.length - 1;
    const ended = new Promise<number>((resolve) => child.once('close', (code) => resolve(code ?? -1)));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString('utf8')));
    const ports = await new Promise<number[]>((resolve) => {
      child.stdout.on('data', (chunk: Buffer) => {
        stdout += chunk.toString('utf8');
        const found = [...stdout.matchAll(/^Forwarding from 127\.0\.0\.1:(\d+) -> \d+\n/gm)].map((match) => Number(match[1]));
        if (found.length === count) resolve(found);
      });
      void ended.then(() => resolve([]));
    });
    await use(ports);
    child.kill('SIGINT');
    return { code: await ended, stdout: stdout.replace(/\b\d{5}\b/g, '<PORT>'), stderr };
  }

  test('by the real kubectl, any number of connections and of large ones', { timeout: 60_000 }, async () => {
    const ran = await realForward(['pod/web', ':80', ':80'], async ([first, second]) => {
      for (const port of [first, second, first])
        expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toContain('Welcome to nginx!');
      const many = await Promise.all(Array.from({ length: 20 }, () => fetch(`http://127.0.0.1:${first}/nosuch`)));
      expect(many.map(({ status }) => status)).toEqual(Array<number>(20).fill(404));
      const large = await fetch(`http://127.0.0.1:${second}/`, { method: 'POST', body: 'x'.repeat(3_000_000) });
      expect(large.status).toBe(405);
    });
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(ran.stdout).toMatch(/^(Forwarding from 127\.0\.0\.1:<PORT> -> 80\n){2}(Handling connection for <PORT>\n){24}$/);
  });

  test('by ours on another server; both end when nobody listens in the pod', { timeout: 60_000 }, async () => {
    const real = await realForward(['pod/web', ':81'], async ([port]) => {
      await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow();
    });
    const forward = (port: number): string =>
      `export KUBECONFIG=far.yaml; kubectl port-forward --address=127.0.0.1 pod/web :${port} >out & until grep -q . out; do sleep 0.1; done; ` +
      `curl -s localhost:$(sed 's/.*:\\([0-9]*\\) .*/\\1/;q' out)`;
    const ours = await run(`${forward(81)} >/dev/null; wait $!; status=$?; cat out; exit $status`);
    const told = (text: string): string => text.replace(/E\d{4} \S+ +\d+/g, 'E').replace(/forwarding \d{5}/g, 'forwarding <PORT>');
    expect({ ...ours, stderr: told(ours.stderr), stdout: ours.stdout.replace(/\b\d{5}\b/g, '<PORT>') }).toEqual({
      ...real,
      stderr: told(real.stderr),
    });
    expect((await run(`${forward(80)} | grep -c Welcome; kill -INT $!; wait $!`)).stdout).toBe('2\n');
  });
});

describe('servers that cannot be reached are told of as kubectl does', () => {
  const cases: readonly (readonly [command: string, lastLine: string | RegExp])[] = [
    ['HOME=/none kubectl get pods', 'The connection to the server localhost:8080 was refused - did you specify the right host or port?'],
    [
      'kubectl --server=127.0.0.1:1 get pods',
      'The connection to the server 127.0.0.1:1 was refused - did you specify the right host or port?',
    ],
    [
      'kubectl --server=https://127.0.0.1:1 get --raw /',
      'The connection to the server 127.0.0.1:1 was refused - did you specify the right host or port?',
    ],
    [
      'kubectl --server=http://nosuch.invalid get --raw /',
      'Unable to connect to the server: dial tcp: lookup nosuch.invalid: no such host',
    ],
    [
      'kubectl --server=127.0.0.1:1 create configmap x',
      'error: failed to create configmap: Post "https://127.0.0.1:1/api/v1/namespaces/default/configmaps?fieldManager=kubectl-create&fieldValidation=Strict": dial tcp 127.0.0.1:1: connect: connection refused',
    ],
    ['kubectl --cluster=nosuch get pods', 'error: no server found for cluster "nosuch"'],
    ['kubectl --user=nosuch get pods', 'error: auth info "nosuch" does not exist'],
    ['kubectl --context=nosuch get pods', 'Error in configuration: context was not found for specified context: nosuch'],
    ['kubectl --kubeconfig=nosuch get pods', 'error: stat nosuch: no such file or directory'],
    ['kubectl --as-group=g get pods', 'error: requesting uid, groups or user-extra for kubernetes-admin without impersonating a user'],
    [
      'kubectl --server=https://127.0.0.1:1 --certificate-authority=nosuch get pods',
      'error: unable to read certificate-authority nosuch for kubernetes due to open nosuch: no such file or directory',
    ],
  ];
  for (const [command, lastLine] of cases)
    test(command, async () => {
      const { stdout, stderr, code } = await run(command);
      expect({ stdout, code, last: stderr.trimEnd().split('\n').at(-1) }).toEqual({ stdout: '', code: 1, last: lastLine });
    });

  test('HTTPS to a server without TLS', async () => {
    const far = served.url.replace('http:', 'https:');
    await run(`kubectl --kubeconfig=plain.yaml config set-cluster plain --server=${far} --insecure-skip-tls-verify`);
    expect((await run('kubectl --kubeconfig=plain.yaml --cluster=plain --token=x get --raw /')).stderr).toBe(
      'Unable to connect to the server: http: server gave HTTP response to HTTPS client\n',
    );
  });
});
