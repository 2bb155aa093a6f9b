import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { boot, fold, type Box } from './boot';

/** Steps as a learner types them: a command and what it prints (folded), in order on one sandbox. */
type Steps = readonly (readonly [command: string, printed: string | RegExp, more?: object])[];

async function type(box: Box, steps: Steps): Promise<void> {
  for (const [command, printed, more] of steps) {
    const text = fold(await box.text(command, more));
    if (typeof printed === 'string') expect(text, command).toBe(printed);
    else expect(text, command).toMatch(printed);
  }
}

describe('exercise 1: a Secret', () => {
  let box: Box;
  beforeAll(async () => (box = await boot()), 60_000);
  afterAll(() => box.close());

  it('is made of two files, looked at, mounted, read and deleted', async () => {
    await type(box, [
      ['echo -n admin > ./username.txt; echo -n 1f2d1e2e67df > ./password.txt', ''],
      ['kubectl create secret generic admin-access --from-file=./username.txt --from-file=./password.txt', 'secret/admin-access created\n'],
      ['kubectl get secrets', 'NAME TYPE DATA AGE\nadmin-access Opaque 2 <AGE>\n'],
      [
        'kubectl get secret admin-access -o yaml',
        /data:\n password\.txt: MWYyZDFlMmU2N2Rm\n username\.txt: YWRtaW4=\nkind: Secret\n[^]*type: Opaque\n$/,
      ],
      [
        'kubectl describe secret admin-access',
        'Name: admin-access\nNamespace: default\nLabels: <none>\nAnnotations: <none>\n\nType: Opaque\n\nData\n====\npassword.txt: 12 bytes\nusername.txt: 5 bytes\n',
      ],
      ["kubectl get secret admin-access -o jsonpath='{.data.password\\.txt}' | base64 --decode", '1f2d1e2e67df'],
      ['kubectl apply -f secret-pod.yaml', 'pod/secret-pod created\n'],
      [
        'kubectl get pod -w',
        'NAME READY STATUS RESTARTS AGE\nsecret-pod 0/1 ContainerCreating 0 <AGE>\nsecret-pod 0/1 ContainerCreating 0 <AGE>\nsecret-pod 1/1 Running 0 <AGE>\nsecret-pod 0/1 Completed 0 <AGE>\nsecret-pod 0/1 Completed 0 <AGE>\n',
        { watch: 6 },
      ],
      [
        'kubectl get pod -o wide',
        'NAME READY STATUS RESTARTS AGE IP NODE NOMINATED NODE READINESS GATES\nsecret-pod 0/1 Completed 0 <AGE> <IP> k8s-minion1 <none> <none>\n',
      ],
      [
        'kubectl describe pod secret-pod',
        /Status: Succeeded\n[^]* Mounts:\n \/etc\/foo from credentials \(ro\)\n[^]* Type: Secret \(a volume populated by a Secret\)\n SecretName: admin-access\n[^]*Pulling image "alpine:3\.8"\n[^]*Container started\n$/,
      ],
      ['kubectl get pod secret-pod -o yaml', / secret:\n defaultMode: 288\n secretName: admin-access\n[^]* phase: Succeeded\n/],
      ['kubectl logs secret-pod', 'admin1f2d1e2e67df'],
      [
        'kubectl delete pod secret-pod ; kubectl delete secret admin-access',
        'pod "secret-pod" deleted from default namespace\nsecret "admin-access" deleted from default namespace\n',
      ],
      ['kubectl get pods,secrets', 'No resources found in default namespace.\n'],
    ]);
    expect(box.faults).toEqual([]);
  });

  it('says what is wrong with a manifest in the words of the server', async () => {
    const manifest = (await box.run('cat secret-pod.yaml')).stdout;
    const cases: readonly (readonly [from: string, to: string, said: string])[] = [
      [
        'name: secret-pod',
        'name: Secret-Pod',
        `metadata.name: Invalid value: "Secret-Pod": a lowercase RFC 1123 subdomain must consist of`,
      ],
      [
        '- name: credentials\n      mountPath',
        '- name: nosuch\n      mountPath',
        'spec.containers[0].volumeMounts[0].name: Not found: "nosuch"',
      ],
      ['restartPolicy', 'restartPolcy', 'strict decoding error: unknown field "spec.restartPolcy"'],
      ['defaultMode: 0440', 'defaultMode: "0440"', 'json: cannot unmarshal string into Go struct field'],
    ];
    for (const [from, to, said] of cases) {
      expect(manifest).toContain(from);
      await box.file('wrong.yaml', manifest.replace(from, to));
      const { stderr, code } = await box.run('kubectl apply -f wrong.yaml');
      expect(stderr).toContain(said);
      expect(code).toBe(1);
    }
  });
});

describe('exercise 2: the pause container', () => {
  let box: Box;
  beforeAll(async () => (box = await boot()), 60_000);
  afterAll(() => box.close());

  it('runs once for each pod', async () => {
    const pods = (await box.run('kubectl get pods -A --no-headers')).stdout.trim().split('\n');
    const pauses = (await box.run('docker ps | grep pause')).stdout.trim().split('\n');
    expect(pods.length).toBeGreaterThanOrEqual(6);
    expect(pauses).toHaveLength(pods.length);
    for (const line of pods) {
      const [namespace = '', name = '', ready, status] = line.split(/ +/);
      expect([ready, status], name).toEqual(['1/1', 'Running']);
      expect(pauses.some((pause) => pause.includes(`"/pause"`) && pause.includes(`k8s_POD_${name}_${namespace}_`))).toBe(true);
    }
  });

  it('is a small C program, which shuts down when it is told to', async () => {
    await type(box, [
      ['cat Dockerfile', /^FROM scratch\n[^]*ENTRYPOINT \["\/pause"\]\n$/],
      ['cat pause.c', /static void sigreap\(int signo\)/],
      ['/pause -v', 'pause.c v3.10\n'],
      [
        '/pause & kill -TERM $! ; wait $! ; echo $?',
        '0\nWarning: pause should be the first process\nShutting down, got signal: Terminated\n',
      ],
      ['unshare --pid --fork --mount-proc bash -c "ps; exit"', / 1 \? \d\d:\d\d:\d\d bash\n 2 \? \d\d:\d\d:\d\d ps\n$/],
    ]);
  });

  it('is PID 1 of a shared namespace, and the pod is made anew when it ends', async () => {
    await type(box, [
      ['kubectl apply -f shared-pid.yaml', 'pod/shared created\n'],
      ['kubectl wait --for=condition=Ready pod/shared', 'pod/shared condition met\n'],
      ['kubectl exec shared -- ps', /^PID USER TIME COMMAND\n 1 65535 0:00 \/pause\n \d+ root 0:00 sleep 100000\n \d+ root 0:00 ps\n$/],
      ['kubectl exec shared -- kill -KILL 1; kubectl get pod shared --no-headers', 'shared 1/1 Running 0 <AGE>\n'],
      ['kubectl exec shared -- kill -TERM 1', ''],
      ['sleep 4; kubectl get pod shared', 'NAME READY STATUS RESTARTS AGE\nshared 1/1 Running 1 (<AGE> ago) <AGE>\n'],
      ["kubectl get pod shared -o jsonpath='{.status.containerStatuses[0].lastState.terminated.exitCode}'", '137'],
      ['kubectl get events', /Normal SandboxChanged pod\/shared Pod sandbox changed, it will be killed and re-created\.\n/],
      ['docker ps | grep POD_shared', /"\/pause" \d+ seconds ago Up \d+ seconds k8s_POD_shared_default_[-0-9a-f]{36}_1\n$/],
    ]);
  });

  it('reaps what other containers orphan', async () => {
    const before = fold((await box.run("kubectl exec shared -- sh -c '(sleep 3 >/dev/null 2>&1 &) ; ps -o pid,ppid,stat,args'")).stdout);
    expect(before).toMatch(/\n \d+ 1 S sleep 3\n/);
    const after = fold((await box.run('sleep 4; kubectl exec shared -- ps -o pid,ppid,stat,args')).stdout);
    expect(after).not.toMatch(/sleep 3|\[sleep\]/);
    expect(after).toMatch(/^PID PPID STAT COMMAND\n 1 0 S \/pause\n \d+ 0 S sleep 100000\n/);
  });

  it('does not reap where the PID namespace is not shared', async () => {
    await type(box, [
      ['kubectl apply -f plain-pod.yaml', /^pod\/\w+ created\n$/],
      ['sleep 3; kubectl get pods --no-headers | grep -v shared', /1\/1 Running 0 <AGE>\n$/],
    ]);
    const name = (await box.run('kubectl get pods -o name | grep -v shared')).stdout.trim();
    await box.run(`kubectl exec ${name} -- sh -c '(sleep 1 >/dev/null 2>&1 &)'; sleep 3`);
    expect(fold((await box.run(`kubectl exec ${name} -- ps -o pid,ppid,stat,args`)).stdout)).toMatch(/\n \d+ 1 Z \[sleep\]\n/);
  });

  it('leaves nothing running when its pods are deleted', async () => {
    await box.run('kubectl delete pod --all --now');
    const left = (await box.run('docker ps --format "{{.Names}}"')).stdout;
    expect(left).not.toContain('default');
    const processes = (await box.run('ps -e -o args')).stdout.split('\n');
    expect(processes.filter((args) => args === '/pause')).toHaveLength((await box.run('kubectl get pods -A -o name')).stdout.trim().split('\n').length); // prettier-ignore
    expect(box.faults).toEqual([]);
  });
});
