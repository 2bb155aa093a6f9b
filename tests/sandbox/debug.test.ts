import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { boot, fold, type Box } from './boot';

const debuggerName = /debugger-[a-z0-9]{5}(?![a-z0-9-])/g;
const status = (pod: string): string => `kubectl get pod ${pod} -o jsonpath='{.status.ephemeralContainerStatuses[0].state}'`;

/** What a terminal shows of a command whose input is typed a second apart. */
async function typed(box: Box, command: string, lines: readonly string[]): Promise<string> {
  const input = lines.map((line, i) => [i === 0 ? 4 : 1, line]);
  const answer = await box.ask({ exec: ['bash', '-c', command], input, size: [300, 24], env: { TERM: 'xterm' } });
  return String(answer.stdout).replace(/\x1b\[(?:J|6n)/g, '').replace(/\r/g, '').replace(debuggerName, '<NAME>'); // prettier-ignore
}

describe('ephemeral containers', () => {
  let box: Box;
  beforeAll(async () => {
    box = await boot({ bare: true });
    await box.run('kubectl run app --image=alpine:3.8 --command -- sleep 3600; kubectl wait --for=condition=Ready pod/app');
  });
  afterAll(() => box.close());

  it("show the target's process as PID 1 to a shell on a terminal, and end with it", async () => {
    const shown = await typed(box, 'kubectl debug -it app --image=busybox:1.28 --target=app', [
      'ps -o pid,args\n',
      'hostname\n',
      'exit 3\n',
    ]);
    expect(shown).toContain(
      `Targeting container "app". If you don't see processes from this container it may be because the container runtime doesn't support this feature.\nDefaulting debug container name to <NAME>.\nAll commands`,
    );
    expect(shown).toContain("If you don't see a command prompt, try pressing enter.\n");
    expect(shown).toMatch(/PID +COMMAND\n +1 sleep 3600\n +\d+ sh\n +\d+ ps -o pid,args\n/);
    expect(shown).toContain('hostname\napp\n');
    expect(shown).toMatch(
      /Session ended, the ephemeral container will not be restarted but may be reattached using 'kubectl attach app -c <NAME> -n default -i -t' if it is still running\n$/,
    );
    const { stdout } = await box.run(`sleep 2; ${status('app')}`);
    expect(JSON.parse(stdout)).toMatchObject({ terminated: { exitCode: 3, reason: 'Error' } });
  });

  it('run once, without counting for the readiness of the pod', async () => {
    const { stdout } = await box.run('sleep 120; kubectl get pod app -o json');
    const pod = JSON.parse(stdout) as { status: { phase: string; ephemeralContainerStatuses: object[]; containerStatuses: object[] } };
    expect(pod.status.phase).toBe('Running');
    expect(pod.status.ephemeralContainerStatuses).toHaveLength(1);
    expect(pod.status.ephemeralContainerStatuses[0]).toMatchObject({ ready: false, restartCount: 0, lastState: {} });
    expect(pod.status.ephemeralContainerStatuses[0]).not.toHaveProperty('started');
    expect(pod.status.containerStatuses[0]).toMatchObject({ ready: true, restartCount: 0 });
    expect(fold((await box.run('kubectl get pod app --no-headers')).stdout)).toBe('app 1/1 Running 0 <AGE>\n');
  });

  it('are seen by describe, events and docker ps', async () => {
    const described = fold((await box.run('kubectl describe pod app')).stdout).replace(debuggerName, '<NAME>');
    expect(described).toMatch(/Ephemeral Containers:\n <NAME>:\n Container ID: containerd:\S+\n Image: busybox:1.28\n/);
    for (const event of ['Pulling image', 'Successfully pulled image', 'Container created', 'Container started'])
      expect(described).toContain(`spec.ephemeralContainers{<NAME>}: ${event}`);
    const names = (await box.run('docker ps -a --format "{{.Names}}"')).stdout.replace(debuggerName, '<NAME>');
    expect(names).toMatch(/^k8s_<NAME>_app_default_/m);
  });

  it('have logs and take exec; without a target they have a PID namespace of their own', async () => {
    const out = await box.run(
      "kubectl debug app -c peek --image=busybox:1.28 -q -- sh -c 'echo from $(hostname); sleep 600'; sleep 3; kubectl logs app -c peek; kubectl exec app -c peek -- ps -o pid,args",
    );
    expect(out.stderr).toBe('');
    expect(out.stdout).toMatch(/^from app\nPID +COMMAND\n +1 sleep 600\n +\d+ ps -o pid,args\n$/);
  });

  it('end when their target does', async () => {
    await box.run(
      'kubectl run brief --image=alpine:3.8 --restart=Never --command -- sleep 20; kubectl wait --for=condition=Ready pod/brief',
    );
    await box.run('kubectl debug brief --image=busybox:1.28 --target=brief -- sleep 600; sleep 25');
    const { stdout } = await box.run(`${status('brief')}; kubectl get pod brief -o jsonpath=' {.status.phase}'`);
    expect(stdout).toMatch(/"exitCode":137.* Succeeded$/);
  });

  it('are given their target only while it runs', async () => {
    const run = (name: string, seconds: number): object => ({ name, image: 'alpine:3.8', command: ['sleep', String(seconds)] });
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'gone' }, spec: { restartPolicy: 'Never', containers: [run('main', 3600), run('once', 1)] } }; // prettier-ignore
    await box.file('/tmp/gone.json', JSON.stringify(pod));
    await box.run('kubectl apply -f /tmp/gone.json; sleep 8');
    await box.run('kubectl debug gone -c late --image=busybox:1.28 --target=once -- ps; sleep 20');
    const { waiting } = JSON.parse((await box.run(status('gone'))).stdout) as { waiting: { reason: string; message: string } };
    expect(waiting.reason).toBe('CreateContainerError');
    expect(waiting.message).toMatch(/^failed to generate container "\w{64}" spec: invalid target container: container "\w{64}" is not running - in state CONTAINER_EXITED$/); // prettier-ignore
  });

  it('start beside an init container that does not end, see the volumes they mount', async () => {
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'slow' },
      spec: {
        volumes: [{ name: 'work', emptyDir: {} }],
        initContainers: [
          {
            name: 'setup',
            image: 'alpine:3.8',
            command: ['sh', '-c', 'echo half > /work/done; sleep 3600'],
            volumeMounts: [{ name: 'work', mountPath: '/work' }],
          },
        ],
        containers: [{ name: 'main', image: 'alpine:3.8', command: ['sleep', '3600'] }],
      },
    };
    const look = {
      name: 'look',
      image: 'busybox:1.28',
      command: ['cat', '/mnt/done'],
      volumeMounts: [{ name: 'work', mountPath: '/mnt' }],
    };
    const ephemeral = { spec: { ephemeralContainers: [look] } };
    await box.file('/tmp/slow.json', JSON.stringify(pod));
    const out = await box.run(
      `kubectl apply -f /tmp/slow.json; sleep 5; kubectl patch pod slow --subresource=ephemeralcontainers -p '${JSON.stringify(ephemeral)}' >/dev/null; sleep 5; kubectl logs slow -c look; kubectl get pod slow --no-headers`,
    );
    expect(fold(out.stdout)).toBe('pod/slow created\nhalf\nslow 0/1 Init:0/1 0 <AGE>\n');
  });

  it('are in the PID namespace of a pod that shares it, whatever they target', async () => {
    const overrides = JSON.stringify({ spec: { shareProcessNamespace: true } });
    await box.run(`kubectl run shared --image=alpine:3.8 --overrides='${overrides}' --command -- sleep 3600; kubectl wait --for=condition=Ready pod/shared`); // prettier-ignore
    const out = await box.run(
      'kubectl debug shared -q -c peek --image=busybox:1.28 --target=shared -- ps -o pid,args; sleep 4; kubectl logs shared -c peek',
    );
    expect(out.stdout).toMatch(/^PID +COMMAND\n +1 \/pause\n +\d+ sleep 3600\n +\d+ ps -o pid,args\n$/);
  });

  it('whose image is not there keep kubectl waiting, which Ctrl-C ends', async () => {
    const shown = await typed(box, 'kubectl debug -it app --image=busybox:nope', [...Array.from({ length: 20 }, () => ''), '\x03']);
    expect(shown).toMatch(/^Defaulting.*\n(?:\x1b\[33;1mWarning:\x1b\[0m container <NAME>: .*busybox:nope.*\n)+\^C$/);
    const states = (await box.run("kubectl get pod app -o jsonpath='{.status.ephemeralContainerStatuses[*].state.waiting.reason}'")).stdout;
    expect(states).toMatch(/^(ErrImagePull|ImagePullBackOff)$/);
  });

  it.each([
    ['Always', { waiting: { reason: 'RunContainerError' } }, { terminated: { exitCode: 128, reason: 'StartError' } }],
    ['Never', { terminated: { exitCode: 128, reason: 'StartError' } }, {}],
  ])('whose program is not there have one try, in a pod with restartPolicy %s', async (policy, state, lastState) => {
    const name = `try-${policy.toLowerCase()}`;
    await box.run(`kubectl run ${name} --restart=${policy} --image=alpine:3.8 --command -- sleep 600; kubectl wait --for=condition=Ready pod/${name}`); // prettier-ignore
    const out = await box.run(
      `kubectl debug ${name} -q --image=busybox:1.28 -- nosuch; sleep 60; kubectl get pod ${name} -o jsonpath='{.status.ephemeralContainerStatuses[0]}'`,
    );
    expect(JSON.parse(out.stdout)).toMatchObject({ state, lastState, restartCount: 0 });
    expect((await box.run('docker ps -a --format "{{.Names}}"')).stdout.match(new RegExp(`_${name}_`, 'g'))).toHaveLength(3);
    await box.run(`kubectl delete pod ${name} --now`);
  });

  it('end with their pod', async () => {
    await box.run('kubectl delete pod app shared slow gone brief --now');
    const left = (await box.run('docker ps -a --format "{{.Names}}"')).stdout;
    expect(left).not.toMatch(/_default_/);
    expect((await box.run('ps -e -o args')).stdout).not.toMatch(/^sleep/m);
    expect(box.faults).toEqual([]);
  });
});

describe('kubectl debug', () => {
  let box: Box;
  beforeAll(async () => {
    box = await boot({ bare: true });
    await box.run('kubectl create deployment web --image=alpine:3.8 -- sleep 3600');
  });
  afterAll(() => box.close());

  it.each([
    ['web', 'error: you must specify --image when not using --copy-to.\n'],
    ['--image=busybox', 'error: NAME or filename is required for debug\n'],
    ['web --image=Busybox', 'error: invalid image name "Busybox": invalid reference format\n'],
    ['web --image=busybox -t', 'error: -i/--stdin is required for containers with -t/--tty=true\n'],
    ['web --image=busybox --image-pull-policy=Maybe', 'error: invalid image pull policy: Maybe\n'],
    ['web --image=busybox --profile=root', 'error: unknown profile: root\n'],
    ['deploy/web --image=busybox', 'error: "apps/v1, Kind=Deployment" not supported by debug\n'],
    ['namespace/default --image=busybox', 'error: "/v1, Kind=Namespace" not supported by debug\n'],
    ['web --image=busybox --replace', 'error: --replace may only be used with --copy-to.\n'],
    ['web --copy-to=other', 'error: you must specify --image, --set-image or command arguments.\n'],
    [
      'web --copy-to=other --target=web --image=busybox',
      'error: --target is incompatible with --copy-to. Use --share-processes instead.\n',
    ],
    ['web --copy-to=other --set-image=web=Alpine', 'error: invalid image name "Alpine" for container "web": invalid reference format\n'],
    ['nope --image=busybox', 'Error from server (NotFound): pods "nope" not found\n'],
  ])('refuses %s', async (words, stderr) => {
    expect(await box.run(`kubectl debug ${words}`)).toMatchObject({ stdout: '', stderr, code: 1 });
  });

  it('makes a pod in the namespaces of a node, with its files', async () => {
    const node = (await box.run("kubectl get nodes -o jsonpath='{.items[0].metadata.name}'")).stdout;
    const out = await box.run(
      `kubectl debug node/${node} --image=busybox:1.28 -- sh -c 'hostname; ls -d /host/etc/machine-id; ps -o pid,args | head -n 2'; sleep 5; kubectl logs -l app.kubernetes.io/managed-by=kubectl-debug; kubectl get pods -l app.kubernetes.io/managed-by=kubectl-debug --no-headers`,
    );
    expect(out.stderr).toBe('');
    expect(fold(out.stdout)).toMatch(
      new RegExp(
        `^Creating debugging pod node-debugger-${node}-\\w{5} with container debugger on node ${node}\\.\n${node}\n/host/etc/machine-id\nPID COMMAND\n +1 /sbin/init\nnode-debugger-${node}-\\w{5} 0/1 Completed 0 <AGE>\n$`,
      ),
    );
  });

  it('copies a pod with a container more, which shares its processes; probes and labels stay behind', async () => {
    const readinessProbe = { exec: { command: ['true'] } };
    const one = { name: 'one', image: 'alpine:3.8', command: ['sleep', '3600'], readinessProbe };
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'probed', labels: { a: 'b' } }, spec: { containers: [one] } };
    await box.file('/tmp/probed.json', JSON.stringify(pod));
    const out = await box.run(
      "kubectl apply -f /tmp/probed.json >/dev/null; kubectl debug probed --image=busybox:1.28 --copy-to=twin -- sh -c 'sleep 2; ps -o pid,args; sleep 600'; sleep 9; kubectl get pod twin -o json",
    );
    expect(out.stderr).toBe('');
    expect(out.stdout.split('\n')[0]).toMatch(/^Defaulting debug container name to debugger-\w{5}\.$/);
    const twin = JSON.parse(out.stdout.slice(out.stdout.indexOf('{'))) as {
      metadata: object;
      spec: { shareProcessNamespace: boolean; containers: { name: string; securityContext?: object }[]; volumes: object[] };
      status: { containerStatuses: { ready: boolean }[] };
    };
    expect(twin.metadata).not.toHaveProperty('labels');
    expect(twin.spec.shareProcessNamespace).toBe(true);
    expect(twin.spec.volumes).toHaveLength(1);
    expect(twin.spec.containers).toHaveLength(2);
    expect(twin.spec.containers[0]).not.toHaveProperty('readinessProbe');
    expect(twin.spec.containers[1]!.securityContext).toEqual({ capabilities: { add: ['SYS_PTRACE'] } });
    expect(twin.status.containerStatuses.every(({ ready }) => ready)).toBe(true);
    expect((await box.run(`kubectl logs twin -c ${twin.spec.containers[1]!.name}`)).stdout).toMatch(/\n +1 \/pause\n +\d+ sleep 3600\n/);
  });

  it('copies a pod with another command or other images, in its place', async () => {
    await box.run('kubectl run job --image=alpine:3.8 --labels=a=b --command -- sleep 3600; kubectl wait --for=condition=Ready pod/job');
    const shown = await typed(box, 'kubectl debug -it job --copy-to=copy --container=job --replace -- sh', ['echo $0\n', 'exit\n']);
    expect(shown).toContain('echo $0\nsh\n');
    expect(shown).toContain("Session ended, resume using 'kubectl attach copy -c job -n default -i -t' command\n");
    await box.run("kubectl debug copy --copy-to=third --set-image='*=busybox:1.28'");
    const { stdout } = await box.run(`kubectl get pods job copy third -o jsonpath='{range .items[*]}{.metadata.name} {.spec.containers[*].image} {.spec.containers[*].command}{"\\n"}{end}'`); // prettier-ignore
    expect(stdout).toBe('copy alpine:3.8 ["sh"]\nthird busybox:1.28 ["sh"]\n');
    expect(box.faults).toEqual([]);
  });
});
