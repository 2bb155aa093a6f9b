import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { boot, fold, type Box } from './boot';

/** Each state of a Pod's life, reached by a manifest a learner could write. */
let box: Box;
beforeAll(async () => {
  box = await boot({ bare: true });
  await box.run('kubectl create secret generic access --from-literal=username=admin --from-literal=password=1f2d1e2e67df');
}, 60_000);
afterAll(async () => {
  expect(box.faults).toEqual([]);
  await box.close();
});

const sleeper = `image: alpine:3.8, command: [sleep, '10000']`;

/** A pod of one container, given as a flow mapping's inside, and more of its spec. */
const pod = (name: string, container: string, spec = ''): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}, labels: {app: ${name}}}\nspec:\n${spec && `${spec.replace(/^/gm, '  ')}\n`}  containers:\n  - {name: main, ${container}}\n`;

/** Applies it and lets `seconds` pass. */
async function apply(name: string, text: string, seconds: number): Promise<void> {
  await box.file(`${name}.yaml`, text);
  expect((await box.run(`kubectl apply -f ${name}.yaml`)).stderr).toBe('');
  await box.run(`sleep ${seconds}`);
}

/** `READY STATUS RESTARTS`. */
const row = async (name: string): Promise<string> =>
  (await box.text(`kubectl get pod ${name} --no-headers`)).trim().replace(/ \(.* ago\)/, '').split(/ +/).slice(1, 4).join(' '); // prettier-ignore
const field = (name: string, path: string): Promise<string> => box.text(`kubectl get pod ${name} -o jsonpath='{${path}}'`);
/** `Type Reason Message` of the pod's events, oldest first. */
const events = async (name: string): Promise<string[]> =>
  (await box.text(`kubectl get events --field-selector involvedObject.name=${name} -o jsonpath='{range .items[*]}{.type} {.reason} {.message}{"\\n"}{end}'`)).trim().split('\n').map(fold); // prettier-ignore

describe('memory limits', () => {
  it('kill a process that grows beyond them, and everything in its container with it', async () => {
    await apply('hog', pod('hog', `image: alpine:3.8, command: [sh, -c, 'tail /dev/zero & wait'], resources: {limits: {memory: 32Mi}}`), 3);
    expect(await field('hog', '.status.containerStatuses[0].lastState.terminated.reason')).toBe('OOMKilled');
    expect(await field('hog', '.status.containerStatuses[0].lastState.terminated.exitCode')).toBe('137');
    await box.run('sleep 10');
    expect(await row('hog')).toMatch(/^0\/1 (OOMKilled|CrashLoopBackOff) \d$/);
  });

  it('count what is written to a volume in memory', async () => {
    const volume = `restartPolicy: Never\nvolumes: [{name: ram, emptyDir: {medium: Memory}}]`;
    const container = `image: alpine:3.8, command: [dd, if=/dev/zero, of=/ram/x, bs=1M, count=100], resources: {limits: {memory: 24Mi}}, volumeMounts: [{name: ram, mountPath: /ram}]`;
    await apply('ram', pod('ram', container, volume), 3);
    // with a limit the volume is no larger than it, and dd meets that first or is killed for it
    expect(await field('ram', '.status.containerStatuses[0].state.terminated.reason')).toBe('OOMKilled');
    expect(await row('ram')).toBe('0/1 OOMKilled 0');
  });

  it('show in the cgroup; what is too small to start in is told at once', async () => {
    await apply('cg', pod('cg', `${sleeper}, resources: {requests: {cpu: 100m, memory: 16Mi}, limits: {cpu: 250m, memory: 64Mi}}`), 2);
    const read = await box.text(
      'kubectl exec cg -- sh -c "cd /sys/fs/cgroup; cat memory.max cpu.max memory.oom.group; cat /proc/1/oom_score_adj"',
    );
    expect(read).toBe('67108864\n25000 100000\n1\n999\n');
    const uid = await field('cg', '.metadata.uid');
    expect(await box.text(`cat /sys/fs/cgroup/kubepods/burstable/pod${uid}/memory.max`)).toBe('67108864\n');
    const beside = `  - {name: other, ${sleeper}}\n`;
    await apply('tiny', pod('tiny', `${sleeper}, resources: {limits: {memory: 1Mi}}`, 'restartPolicy: Never') + beside, 2);
    expect(await row('tiny')).toBe('1/2 StartError 0');
    expect(await field('tiny', '.status.containerStatuses[0].state.terminated.message')).toContain('unable to start container process: container init was OOM-killed (memory limit too low?)'); // prettier-ignore
    // with a limit on every container the pod's own cgroup has one, and its sandbox meets it first
    await apply('tiny2', pod('tiny2', `${sleeper}, resources: {limits: {memory: 1Mi}}`), 2);
    expect(await row('tiny2')).toBe('0/1 ContainerCreating 0');
    expect((await events('tiny2')).find((e) => e.includes('FailedCreatePodSandBox'))).toMatch(
      /^Warning FailedCreatePodSandBox Failed to create pod sandbox: rpc error: code = Unknown desc = failed to start sandbox "\w+": failed to create containerd task: .*OOM-killed \(memory limit too low\?\)$/,
    );
    await box.run('kubectl delete pod tiny tiny2 --now');
  });
});

describe('a resize', () => {
  const resize = (name: string, resources: string): Promise<string> =>
    box.text(`kubectl patch pod ${name} --subresource resize -p '{"spec":{"containers":[{"name":"main","resources":${resources}}]}}'`);
  const conditions = (name: string): Promise<string> =>
    box.text(
      `kubectl get pod ${name} -o jsonpath='{range .status.conditions[?(@.status=="True")]}{.type} {.reason} {.message}{"\\n"}{end}' | grep Resize`,
    );

  it('is made in place', async () => {
    await apply('grow', pod('grow', `${sleeper}, resources: {requests: {cpu: 100m}, limits: {cpu: 200m, memory: 32Mi}}`), 2);
    expect(await resize('grow', '{"limits":{"cpu":"400m","memory":"64Mi"}}')).toBe('pod/grow patched\n');
    await box.run('sleep 2');
    expect(await box.text('kubectl exec grow -- cat /sys/fs/cgroup/memory.max /sys/fs/cgroup/cpu.max')).toBe('67108864\n40000 100000\n');
    expect(await field('grow', '.status.containerStatuses[0].resources.limits.memory')).toBe('64Mi');
    expect(await field('grow', '.status.containerStatuses[0].restartCount')).toBe('0');
    expect(await conditions('grow')).toBe('');
    expect((await events('grow')).filter((e) => e.includes('Resize'))).toEqual([
      expect.stringMatching(/^Normal ResizeStarted Pod resize started: \{"containers":\[\{"name":"main",.*"generation":2\}$/),
      expect.stringMatching(/^Normal ResizeCompleted Pod resize completed: /),
    ]);
  });

  it('is refused for good when the node is too small, and waits when it is only full', async () => {
    await apply('big', pod('big', `${sleeper}, resources: {requests: {cpu: 100m}}`), 2);
    await resize('big', '{"requests":{"cpu":"64"}}');
    await box.run('sleep 1');
    expect(await conditions('big')).toBe(
      "PodResizePending Infeasible Node didn't have enough capacity: cpu, requested: 64000, capacity: 2000\n",
    );
    await apply('other', pod('other', `${sleeper}, resources: {requests: {cpu: '1'}}`), 2);
    await resize('big', '{"requests":{"cpu":"1500m"}}');
    await box.run('sleep 1');
    expect(await conditions('big')).toMatch(
      /^PodResizePending Deferred Node didn't have enough resource: cpu, requested: 1500, used: \d+, capacity: 2000\n$/,
    );
    await box.run('kubectl delete pod other cg grow hog --now; sleep 5');
    expect(await conditions('big')).toBe('');
    expect(await field('big', '.status.containerStatuses[0].resources.requests.cpu')).toBe('1500m');
    await box.run('kubectl delete pod big --now');
  });

  it('restarts the container where its resizePolicy says so', async () => {
    const policy = `resizePolicy: [{resourceName: memory, restartPolicy: RestartContainer}]`;
    await apply('again', pod('again', `${sleeper}, resources: {limits: {memory: 32Mi}}, ${policy}`), 2);
    await resize('again', '{"limits":{"memory":"64Mi"},"requests":{"memory":"64Mi"}}');
    await box.run('sleep 40');
    expect(await row('again')).toBe('1/1 Running 1');
    expect(await events('again')).toContain('Normal Killing Container main resize requires restart');
    expect(await box.text('kubectl exec again -- cat /sys/fs/cgroup/memory.max')).toBe('67108864\n');
  });
});

describe('probes', () => {
  it('readiness by exec: the pod is ready while the file is there', async () => {
    const probe = `readinessProbe: {exec: {command: [cat, /tmp/ready]}, periodSeconds: 2, failureThreshold: 1}`;
    await apply('ready', pod('ready', `${sleeper}, ${probe}`), 5);
    expect(await row('ready')).toBe('0/1 Running 0');
    expect(await events('ready')).toContain(
      "Warning Unhealthy Readiness probe failed: cat: can't open '/tmp/ready': No such file or directory",
    );
    await box.run('kubectl exec ready -- touch /tmp/ready; sleep 4');
    expect(await row('ready')).toBe('1/1 Running 0');
    await box.run('kubectl exec ready -- rm /tmp/ready; sleep 4');
    expect(await row('ready')).toBe('0/1 Running 0');
  });

  it('liveness that fails restarts the container after its grace period', async () => {
    const probe = `livenessProbe: {exec: {command: ['false']}, periodSeconds: 1, failureThreshold: 3, terminationGracePeriodSeconds: 4}`;
    await apply('alive', pod('alive', `${sleeper}, ${probe}`), 9);
    expect(await events('alive')).toContain('Normal Killing Container main failed liveness probe, will be restarted');
    expect(await events('alive')).toContain('Warning Unhealthy Liveness probe failed:');
    await box.run('sleep 4');
    expect(await field('alive', '.status.containerStatuses[0].restartCount')).toBe('1');
    expect(await field('alive', '.status.containerStatuses[0].lastState.terminated.exitCode')).toBe('137');
  });

  it('a command that is not there is an error and no result', async () => {
    await apply('nocmd', pod('nocmd', `${sleeper}, livenessProbe: {exec: {command: [nosuch]}, periodSeconds: 1, failureThreshold: 1}`), 5);
    expect(await row('nocmd')).toBe('1/1 Running 0');
    expect((await events('nocmd')).find((e) => e.includes('Unhealthy'))).toMatch(
      /^Warning Unhealthy Liveness probe errored and resulted in unknown state: rpc error: code = Unknown desc = failed to exec in container: .*exec: "nosuch": executable file not found in \$PATH/,
    );
  });

  it('http and tcp reach the server in the pod', async () => {
    const probes = `startupProbe: {tcpSocket: {port: 80}, periodSeconds: 1}, readinessProbe: {httpGet: {path: /, port: 80}, periodSeconds: 1}`;
    await apply('web', pod('web', `image: nginx, ${probes}`), 25);
    expect(await row('web')).toBe('1/1 Running 0');
    expect(await box.text('kubectl logs web --tail=1')).toMatch(/ "GET \/ HTTP\/1\.1" 200 \d+ "-" "kube-probe\/1\.36" "-"\n$/);
    const wrong = `readinessProbe: {httpGet: {path: /healthz, port: 80}, periodSeconds: 1}, livenessProbe: {tcpSocket: {port: 8080}, periodSeconds: 1, failureThreshold: 1}`;
    await apply('web2', pod('web2', `image: nginx, ${wrong}`), 4);
    const told = await events('web2');
    expect(told).toContain('Warning Unhealthy Readiness probe failed: HTTP probe failed with statuscode: 404');
    expect(told).toContain('Warning Unhealthy Liveness probe failed: dial tcp <IP>:8080: connect: connection refused');
  });

  it('startup that never passes restarts the container; until it passes the others wait', async () => {
    const probes = `startupProbe: {exec: {command: ['false']}, periodSeconds: 1, failureThreshold: 2}, livenessProbe: {exec: {command: ['false']}, periodSeconds: 1, failureThreshold: 1}`;
    await apply('slow', pod('slow', `${sleeper}, ${probes}`, 'terminationGracePeriodSeconds: 2'), 7);
    const told = await events('slow');
    expect(told).toContain('Normal Killing Container main failed startup probe, will be restarted');
    expect(told.some((e) => e.includes('Liveness'))).toBe(false);
  });
});

describe('lifecycle hooks', () => {
  it('a postStart hook that fails takes the container with it', async () => {
    await apply(
      'poststart',
      pod(
        'poststart',
        `${sleeper}, lifecycle: {postStart: {exec: {command: [sh, -c, 'echo no; exit 3']}}}`,
        'terminationGracePeriodSeconds: 1',
      ),
      5,
    );
    const told = await events('poststart');
    expect(told).toContain('Warning FailedPostStartHook PostStartHook failed');
    expect(told).toContain('Normal Killing FailedPostStartHook');
  });

  it('until a postStart hook ends the container counts as being made', async () => {
    await apply('waits', pod('waits', `${sleeper}, lifecycle: {postStart: {exec: {command: [sleep, '6']}}}`), 4);
    expect(await row('waits')).toBe('0/1 ContainerCreating 0');
    await box.run('sleep 4');
    expect(await row('waits')).toBe('1/1 Running 0');
  });

  it('a preStop hook runs before TERM, within the grace period', async () => {
    const trap = `image: alpine:3.8, command: [sh, -c, 'trap "echo term; exit 0" TERM; while :; do sleep 1; done']`;
    await apply(
      'prestop',
      pod('prestop', `${trap}, lifecycle: {preStop: {exec: {command: [sh, -c, 'sleep 3; echo bye > /proc/1/fd/1']}}}`),
      2,
    );
    const { stdout } = await box.run('kubectl logs -f prestop > log & kubectl delete pod prestop > out; wait; cat log out');
    expect(stdout).toBe('bye\nterm\npod "prestop" deleted from default namespace\n');
    await apply('badstop', pod('badstop', `${trap}, lifecycle: {preStop: {exec: {command: ['false']}}}`), 2);
    await box.run('kubectl delete pod badstop');
    expect(await events('badstop')).toContain('Warning FailedPreStopHook PreStopHook failed');
  });
});

describe('how a pod ends', () => {
  it('activeDeadlineSeconds', async () => {
    await apply('deadline', pod('deadline', sleeper, 'activeDeadlineSeconds: 5\nterminationGracePeriodSeconds: 1'), 12);
    expect(await row('deadline')).toBe('0/1 Error 0');
    expect(await field('deadline', '.status.phase')).toBe('Failed');
    expect(await field('deadline', '.status.reason')).toBe('DeadlineExceeded');
    expect(await field('deadline', '.status.message')).toBe('Pod was active on the node longer than the specified deadline');
  });

  it('a message left behind is in the status, by its policy', async () => {
    await apply(
      'words',
      pod('words', `image: alpine:3.8, command: [sh, -c, 'echo done > /dev/termination-log']`, 'restartPolicy: Never'),
      3,
    );
    expect(await field('words', '.status.containerStatuses[0].state.terminated.message')).toBe('done\n');
    await apply(
      'logged',
      pod(
        'logged',
        `image: alpine:3.8, terminationMessagePolicy: FallbackToLogsOnError, command: [sh, -c, 'echo why; exit 2']`,
        'restartPolicy: Never',
      ),
      3,
    );
    expect(await field('logged', '.status.containerStatuses[0].state.terminated.message')).toBe('why\n');
  });

  it('a container may have a restart policy and rules of its own', async () => {
    const rules = `restartPolicy: Never, restartPolicyRules: [{action: Restart, exitCodes: {operator: In, values: [42]}}]`;
    await apply('rules', pod('rules', `image: alpine:3.8, command: [sh, -c, 'exit 42'], ${rules}`, 'restartPolicy: Never'), 15);
    expect(Number(await field('rules', '.status.containerStatuses[0].restartCount'))).toBeGreaterThan(0);
    await apply('norule', pod('norule', `image: alpine:3.8, command: [sh, -c, 'exit 1'], ${rules}`, 'restartPolicy: Never'), 5);
    expect(await row('norule')).toBe('0/1 Error 0');
  });

  it('init containers run in order, one that keeps running beside the others', async () => {
    const init = `initContainers:\n- {name: first, image: alpine:3.8, command: [sh, -c, 'sleep 2']}\n- {name: side, ${sleeper}, restartPolicy: Always}`;
    await apply(
      'init',
      pod('init', `image: alpine:3.8, command: [sleep, '3']`, `restartPolicy: Never\nterminationGracePeriodSeconds: 1\n${init}`),
      1,
    );
    expect(await row('init')).toBe('0/2 Init:0/2 0');
    await box.run('sleep 4');
    expect(await row('init')).toBe('2/2 Running 0');
    await box.run('sleep 8');
    expect(await row('init')).toBe('0/2 Completed 0');
    expect(await field('init', '.status.phase')).toBe('Succeeded');
  });

  it('a changed image makes the container anew', async () => {
    await apply('newer', pod('newer', sleeper, 'terminationGracePeriodSeconds: 1'), 2);
    await box.run('kubectl set image pod/newer main=alpine:3.20; sleep 10');
    expect(await events('newer')).toContain('Normal Killing Container main definition changed, will be restarted');
    expect(await row('newer')).toBe('1/1 Running 1');
    expect(await field('newer', '.status.containerStatuses[0].image')).toBe('docker.io/library/alpine:3.20');
  });
});

describe('what a container may do', () => {
  it('no new privileges and a seccomp profile show in /proc; pause has both', async () => {
    const security = `securityContext: {allowPrivilegeEscalation: false, seccompProfile: {type: RuntimeDefault}}`;
    await apply('bound', pod('bound', `${sleeper}, ${security}`, 'shareProcessNamespace: true'), 2);
    await apply('free', pod('free', sleeper), 2);
    const read = (name: string, pid: string): Promise<string> =>
      box.text(`kubectl exec ${name} -- sh -c "grep -hE '^(NoNewPrivs|Seccomp)' /proc/${pid}/status" | cut -f2 | tr '\\n' ' '`);
    expect([await read('bound', '1'), await read('bound', 'self'), await read('free', '1')]).toEqual(['1 2 1 ', '1 2 1 ', '0 0 0 ']);
  });

  it('on the node its shim has threads and is in the session of containerd; pause holds what a static program does', async () => {
    const ps = await box.text('ps -eo stat,sid,vsz,rss,comm | grep -E "containerd|pause" | sort -u');
    const sid = /Ssl +(\d+) +\d+ +\d+ containerd$/m.exec(ps)?.[1];
    expect(ps).toMatch(new RegExp(`^Sl +${sid} .* containerd-shim$`, 'm'));
    expect(ps).toMatch(/^Ss +\d+ +996 +680 pause$/m);
  });

  it('its root is an overlay of numbered snapshots, one of the image and its own', async () => {
    const read = async (name: string): Promise<string> => box.text(`kubectl exec ${name} -- mount | head -1`);
    const path = '/var/lib/containerd/io.containerd.snapshotter.v1.overlayfs/snapshots';
    const [bound, free] = [await read('bound'), await read('free')];
    expect(bound).toMatch(new RegExp(`lowerdir=${path}/\\d+/fs,upperdir=(${path}/\\d+)/fs,workdir=\\1/work,uuid=on\\)`));
    expect(/lowerdir=[^,]*/.exec(free)![0]).toBe(/lowerdir=[^,]*/.exec(bound)![0]);
    expect(free).not.toBe(bound);
  });

  it('a secret mounted over its root leaves it nothing to start from', async () => {
    const volumes = `restartPolicy: Never\nvolumes: [{name: all, secret: {secretName: access}}]`;
    await apply('root', pod('root', `${sleeper}, volumeMounts: [{name: all, mountPath: /}]`, volumes), 2);
    expect(await row('root')).toBe('0/1 StartError 0');
    expect((await events('root')).at(-1)).toMatch(/to rootfs at "\/etc\/hosts": mkdir .*\/rootfs\/etc: read-only file system$/);
  });

  it('sh -c as PID 1 ends of INT once its child has, though TERM and KILL do nothing to it', async () => {
    await apply('loop', pod('loop', `image: alpine:3.8, command: [sh, -c, 'while true; do sleep 1; done']`), 2);
    await box.run('for s in TERM KILL; do kubectl exec loop -- kill -$s 1; sleep 2; done');
    expect(await row('loop')).toBe('1/1 Running 0');
    expect(await box.run('kubectl exec loop -- kill -INT 1; sleep 3')).toMatchObject({ stderr: '', code: 0 });
    expect(await row('loop')).toBe('1/1 Running 1');
    expect(await field('loop', '.status.containerStatuses[0].lastState.terminated.exitCode')).toBe('130');
  });
});

describe('a grace period that is made shorter', () => {
  const ends = async (name: string): Promise<number> => {
    const since = Number(await box.text('date +%s'));
    await box.run(`kubectl wait --for=delete pod/${name} --timeout=60s`);
    return Number(await box.text('date +%s')) - since;
  };
  const trapping = `image: alpine:3.8, command: [sh, -c, 'trap "echo told" TERM; while true; do sleep 1; done']`;

  it('ends a pod sooner that is being deleted; it is signalled once', async () => {
    await apply('late', pod('late', trapping), 2);
    await box.run('kubectl delete pod late --wait=false; sleep 3; kubectl delete pod late --grace-period=4 --wait=false; sleep 2');
    expect(await box.text('kubectl logs late')).toBe('told\n');
    expect(await ends('late')).toBeLessThan(5);
    expect(await events('late')).toContain('Normal Killing Stopping container main');
  });

  it('ends a container sooner that was being stopped for its probe', async () => {
    await apply('sick', pod('sick', `${sleeper}, livenessProbe: {exec: {command: ['false']}, periodSeconds: 1, failureThreshold: 1}`), 6);
    expect(await events('sick')).toContain('Normal Killing Container main failed liveness probe, will be restarted');
    await box.run('kubectl delete pod sick --now --wait=false');
    expect(await ends('sick')).toBeLessThan(5);
  });
});
