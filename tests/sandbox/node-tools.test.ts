import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { boot, type Box } from './boot';

/** The node seen from below: docker's own containers, crictl and ctr. */
let box: Box;
beforeAll(async () => {
  box = await boot();
  await box.run('kubectl apply -f shared-pid.yaml; kubectl wait --for=condition=Ready pod/shared');
}, 60_000);
afterAll(async () => {
  expect(box.faults).toEqual([]);
  await box.close();
});

const worker = '$(crictl ps -q --name worker)';
const pod = '$(crictl pods -q --name shared)';
const wide = (text: string): string => text.replace(/ +/g, ' ').replace(/ $/gm, '');

describe('a pod by hand', () => {
  it('shares the namespaces of a pause container, and ends with it', async () => {
    await box.run('docker run -d --name pause -p 8880:80 --ipc=shareable gcr.io/google_containers/pause-amd64:3.0');
    await box.run('docker run -d --name nginx --net=container:pause --ipc=container:pause --pid=container:pause nginx');
    const processes = await box.text('docker exec nginx ps -eo pid,user,args');
    expect(processes).toMatch(/^ +PID USER +COMMAND\n +1 root +\/pause\n +\d+ root +nginx.*\n[^]*ps -eo pid,user,args\n$/);
    expect(await box.text('curl -s localhost:8880 | grep title')).toBe('<title>Welcome to nginx!</title>\n');
    expect(await box.text('docker run --rm --net container:pause alpine:3.8 wget -qO- localhost | grep -c nginx')).toContain('2\n');
    const namespaces = (name: string): Promise<string> =>
      box.text(`p=$(docker inspect -f '{{.State.Pid}}' ${name}); readlink /proc/$p/ns/net /proc/$p/ns/ipc /proc/$p/ns/pid`);
    expect(await namespaces('nginx')).toBe(await namespaces('pause'));
    expect(await box.text('docker exec nginx hostname')).toBe(await box.text('docker ps -q -f name=^pause$'));
    expect(await box.text("docker inspect -f '{{.HostConfig.NetworkMode}}' nginx")).toMatch(/^container:[0-9a-f]{64}\n$/);
    expect(wide(await box.text("docker ps -f name=^pause$ --format 'table {{.Names}}\\t{{.Ports}}'"))).toBe(
      'NAMES PORTS\npause 0.0.0.0:8880->80/tcp, [::]:8880->80/tcp\n',
    );
    await box.run('docker kill -s TERM pause; sleep 1');
    expect(await box.text("docker ps -a -f name=pause -f name=nginx --format '{{.Names}} {{.Status}}'")).toMatch(
      /^nginx Exited \(137\) .*\npause Exited \(0\) .*\n$/,
    );
    expect(await box.text('docker start nginx')).toMatch(/^Error response from daemon: cannot join network of a non running container: /);
    expect(await box.text('docker start pause nginx; docker exec nginx cat /etc/hosts | tail -1')).toMatch(
      /^pause\nnginx\n172\.17\.0\.\d+\t[0-9a-f]{12}\n$/,
    );
    await box.run('docker rm -f pause nginx');
    expect(await box.text('curl -s localhost:8880; echo $?; ls /var/lib/docker/containers | wc -l; mount | grep -c docker')).toBe(
      '7\n0\n0\n',
    );
  });

  it('may be that of the cluster, and the kubelet makes it anew when it is taken away', async () => {
    const pause = '$(docker ps -q -f name=k8s_POD_shared)';
    expect(await box.text(`docker run --rm --net container:${pause} --pid container:${pause} debian:12 sh -c 'hostname; ps -o pid,args -p 1'`)).toMatch(/^shared\n +PID COMMAND\n +1 \/pause\n/); // prettier-ignore
    const before = await box.text("kubectl get pod shared -o jsonpath='{.status.podIP}'");
    await box.run(`docker rm -f ${pause}; sleep 6`);
    expect(await box.text('kubectl get pod shared --no-headers')).toMatch(/^shared +1\/1 +Running /);
    expect(await box.text("kubectl get pod shared -o jsonpath='{.status.podIP}'")).not.toBe(before);
  });

  it.each([
    ['docker run --net container:nosuch alpine:3.8', 125, 'docker: Error response from daemon: No such container: nosuch\n\nRun '],
    ['docker run --name x alpine:3.8', 125, 'docker: Error response from daemon: Invalid container name (x), only '],
    ['docker run -m 1m alpine:3.8', 125, 'docker: Error response from daemon: Minimum memory limit allowed is 6MB\n'],
    ['docker run --net host -it alpine:3.8', 1, 'the input device is not a TTY\n'],
    ['docker ps -f colour=red', 1, "Error response from daemon: invalid filter 'colour'\n"],
    ['docker ps --foo', 125, "unknown flag: --foo\n\nUsage:  docker ps [OPTIONS]\n\nRun 'docker ps --help' for more information\n"],
    ['docker stop', 1, "docker: 'docker stop' requires at least 1 argument\n\nUsage:  docker stop [OPTIONS] CONTAINER [CONTAINER...]\n"],
    ['docker frobnicate', 1, "docker: unknown command: docker frobnicate\n\nRun 'docker --help' for more information\n"],
    ['docker exec nosuch ls', 1, 'Error response from daemon: No such container: nosuch\n'],
    ["docker ps --format '{{.Nosuch}}'", 1, 'failed to execute template: template: :1:2: executing "" at <.Nosuch>: '],
  ])('%s', async (command, code, stderr) => {
    const ran = await box.run(command);
    expect(ran.code).toBe(code);
    expect(ran.stderr.slice(0, stderr.length)).toBe(stderr);
  });

  it('limits, mounts, environment and users are as asked for', async () => {
    const options = '-e A=1 --env-file vars -m 64m -v /tmp/shared:/data:ro -w /tmp --user 33:33 -l tier=back --read-only';
    await box.run('echo B=2 > vars');
    await box.run(`docker run -d --name odd ${options} debian:12 sleep 1000`);
    expect(await box.text('docker exec odd sh -c "echo $A $B; id -u; pwd; cat /sys/fs/cgroup/memory.max; touch /data/x; touch /x"')).toBe(
      "\n33\n/tmp\n67108864\ntouch: cannot touch '/data/x': Read-only file system\ntouch: cannot touch '/x': Read-only file system\n",
    );
    expect(await box.text('docker exec -e C=3 odd env | grep ^[ABC]=')).toBe('B=2\nA=1\nC=3\n');
    expect(await box.text('docker ps -q -f label=tier=back | wc -l; docker stats --no-stream odd | tail -1')).toMatch(
      /^1\n[0-9a-f]{12} +odd +0\.00% +[\d.]+[KM]iB \/ 64MiB +/,
    );
    await box.run('docker rm -f odd');
  });

  it('images have names that are given and taken', async () => {
    expect(await box.text('docker pull busybox:1.28 | tail -1; docker tag busybox:1.28 mine:1; docker images -q mine')).toMatch(
      /^docker\.io\/library\/busybox:1\.28\n[0-9a-f]{12}\n$/,
    );
    expect(await box.text('docker rmi mine:1')).toBe('Untagged: mine:1\n');
    expect(await box.text('docker rmi busybox:1.28')).toMatch(/^Untagged: busybox:1\.28\nDeleted: sha256:[0-9a-f]{64}\n$/);
  });
});

describe('crictl', () => {
  it('lists by what is asked for, in the form that is asked for', async () => {
    expect(await box.text(`crictl pods --label io.kubernetes.pod.name=shared --state ready -q`)).toBe(
      await box.text('crictl pods --name ^shared$ -q'),
    );
    const listed = JSON.parse(await box.text('crictl ps --namespace default -o json')) as { containers: Record<string, unknown>[] };
    expect(Object.keys(listed.containers[0]!)).toEqual(['id', 'podSandboxId', 'metadata', 'image', 'imageRef', 'state', 'createdAt', 'labels', 'annotations', 'imageId']); // prettier-ignore
    expect(listed.containers[0]).toMatchObject({ metadata: { name: 'worker', attempt: 0 }, state: 'CONTAINER_RUNNING' });
    expect(await box.text('crictl pods --name shared -o yaml')).toContain('\n  metadata:\n    attempt: 0\n    name: shared\n');
    expect(wide(await box.text('crictl ps -l -r | cut -c1-60'))).toContain('docker.io/library/alpine:3.8');
    expect(wide(await box.text('crictl images --digests registry.k8s.io/pause:3.10'))).toMatch(
      /^IMAGE TAG DIGEST IMAGE ID SIZE\nregistry.k8s.io\/pause 3.10 [0-9a-f]{13} [0-9a-f]{13} 306kB\n$/,
    );
  });

  it('shows details as JSON, YAML, a table or by a template', async () => {
    expect(await box.text(`crictl inspect -o go-template --template '{{.info.pid}} {{.status.metadata.name}}' ${worker}`)).toMatch(/^\d+ worker\n$/); // prettier-ignore
    expect(await box.text(`crictl inspectp -q ${pod} | jq -r '.status.state, .info'`)).toBe('SANDBOX_READY\nnull\n');
    expect(await box.text(`crictl inspectp -o table -q ${pod} | head -6`)).toMatch(
      /^ID: [0-9a-f]{64}\nName: shared\nUID: .*\nNamespace: default\nAttempt: 0\nStatus: SANDBOX_READY\n$/,
    );
    expect(await box.text('crictl inspecti -o yaml registry.k8s.io/pause:3.10 | grep -A1 uid:')).toBe('  uid:\n    value: "65535"\n');
  });

  it.each([
    ['crictl pods --state up', 1, '--state should be ready or notready'],
    ['crictl inspect nosuch', 1, 'get the status of containers: get container status: rpc error: code = NotFound desc = an error occurred when try to find container \\"nosuch\\": not found'],
    ['crictl logs', 1, 'ID cannot be empty'],
    [`crictl rm ${worker}`, 1, /^container \\"[0-9a-f]{64}\\" is running, please stop it first$/],
    [`crictl rmp ${pod}`, 1, /^pod sandbox \\"[0-9a-f]{64}\\" is running, please stop it first$/],
    ['crictl pull nosuch', 1, /^pulling image: rpc error: code = Unknown desc = failed to pull and unpack image \\"docker\.io\/library\/nosuch:latest\\": /],
    ['crictl ps --colour', 1, 'flag provided but not defined: -colour'],
    ['crictl runp nosuch.json', 1, 'load podSandboxConfig: config at nosuch.json not found'],
  ])('%s', async (command, code, message) => {
    const ran = await box.run(command);
    expect(ran.code).toBe(code);
    const told = /^time="[^"]*" level=fatal msg="(.*)"\n$/.exec(ran.stderr)?.[1];
    if (typeof message === 'string') expect(told).toBe(message);
    else expect(told).toMatch(message);
  }); // prettier-ignore

  it('makes a pod and a container of its own', async () => {
    await box.file(
      'pod.json',
      '{"metadata": {"name": "hand", "namespace": "default", "uid": "u1"}, "log_directory": "/tmp/hand", "linux": {}}',
    );
    await box.file('container.yaml', "metadata: {name: box}\nimage: {image: 'alpine:3.8'}\ncommand: [sh, -c, 'hostname; sleep 1000']\nlog_path: box.log\nlinux: {}\n"); // prettier-ignore
    const made = await box.text('p=$(crictl runp pod.json); c=$(crictl create $p container.yaml pod.json); crictl ps -a --name box -o json | jq -r .containers[].state; crictl start $c > /dev/null; sleep 1; crictl logs $c'); // prettier-ignore
    expect(made).toBe('CONTAINER_CREATED\nhand\n');
    expect(await box.text('crictl rmp -f $(crictl pods --name hand -q); crictl pods --name hand -q; crictl ps -a --name box -q')).toMatch(
      /^Stopped sandbox [0-9a-f]{64}\nRemoved sandbox [0-9a-f]{64}\n$/,
    );
  });
});

describe('ctr', () => {
  it('shows tasks, their processes and records', async () => {
    expect(await box.text(`ctr -n k8s.io tasks ps ${worker}`)).toMatch(/^PID +INFO\n\d+ +-\n$/);
    expect(await box.text(`ctr -n k8s.io c info ${worker} | jq -r '.Runtime.Name, .Spec.process.args[0]'`)).toBe(
      'io.containerd.runc.v2\nsleep\n',
    );
    expect(await box.text(`ctr -n k8s.io tasks exec --exec-id e1 ${worker} hostname`)).toBe('shared\n');
    expect(await box.text(`ctr -n k8s.io snapshots ls | grep -c $(crictl pods -q --name shared)`)).toBe('1\n');
  });
  it.each([
    ['ctr -n k8s.io tasks ps nosuch', 1, 'ctr: container "nosuch" in namespace "k8s.io": not found\n'],
    ['ctr tasks exec x ls', 1, 'ctr: Required flag "exec-id" not set\n'],
    ['ctr -n k8s.io t kill -s FOO x', 1, 'ctr: unknown signal "FOO"\n'],
    ['ctr frobnicate', 3, "No help topic for 'frobnicate'\n"],
  ])('%s', async (command, code, stderr) => expect(await box.run(command)).toEqual({ stdout: '', stderr, code }));
});

it('the kubelet and containerd keep their files where a node has them', async () => {
  const uid = (await box.text("kubectl get pod shared -o jsonpath='{.metadata.uid}'")).trim();
  expect(await box.text(`ls /var/lib/kubelet/pods/${uid} /var/lib/kubelet/pods/${uid}/containers/worker`)).toMatch(
    /:\ncontainers\netc-hosts\nvolumes\n\n.*:\n[0-9a-f]{8}\n$/,
  );
  const log = `/var/log/pods/default_shared_${uid}/worker/0.log`;
  expect(await box.text(`readlink /var/log/containers/shared_default_worker-${worker}.log; stat -c %a ${log}`)).toBe(`${log}\n640\n`);
  expect(await box.text(`cat /proc/$(crictl inspect -o go-template --template '{{.info.pid}}' ${worker})/cgroup`)).toMatch(
    new RegExp(`^0::/kubepods/besteffort/pod${uid}/[0-9a-f]{64}\n$`),
  );
  expect(await box.text(`cat /var/lib/containerd/io.containerd.grpc.v1.cri/sandboxes/${pod}/hostname`)).toBe('shared\n');
});
