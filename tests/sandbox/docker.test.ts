import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { boot, type Box } from './boot';

describe('docker on the node', () => {
  let box: Box;
  beforeAll(async () => (box = await boot()), 60_000);
  afterAll(() => box.close());

  it('builds the image of the exercise and runs it as PID 1', async () => {
    await box.run('mkdir bin; cp /pause bin/pause-linux-amd64');
    const built = await box.run('docker build --build-arg ARCH=amd64 -t pause-amd64:mine .');
    expect(built.stdout).toMatch(/^Step 1\/5 : FROM scratch\n[^]*Successfully tagged pause-amd64:mine\n$/);
    expect(built.code).toBe(0);
    expect((await box.run('docker images')).stdout).toMatch(/^pause-amd64 +mine +[0-9a-f]{12} +Less than a second ago +\d/m);
    expect(await box.run('docker run --rm pause-amd64:mine -v')).toEqual({ stdout: 'pause.c v3.10\n', stderr: '', code: 0 });
    await box.run('docker run -d --name mine pause-amd64:mine');
    expect((await box.run('docker ps --filter name=^mine$ --format "{{.Image}} {{.Command}} {{.Status}}"')).stdout).toMatch(
      /^pause-amd64:mine "\/pause" Up /,
    );
    expect((await box.run('docker stop mine; docker logs mine')).stderr).toBe('Shutting down, got signal: Terminated\n');
    expect((await box.run('docker ps -a --filter name=^mine$ --format "{{.Status}}"')).stdout).toMatch(/^Exited \(0\) /);
    expect((await box.run('docker rm mine; docker rmi pause-amd64:mine')).stdout).toMatch(/^mine\nUntagged: pause-amd64:mine\n/);
  });

  it('runs containers in namespaces of their own, with the status of their program', async () => {
    const { stdout, code } = await box.run("docker run --rm --hostname box alpine:3.8 sh -c 'hostname; ps -o pid,args; exit 3'");
    expect(stdout).toMatch(/^box\nPID +COMMAND\n +1 sh -c .*\n +\d+ ps -o pid,args\n$/);
    expect(code).toBe(3);
    expect((await box.run('echo in | docker run -i --rm alpine:3.8 cat')).stdout).toBe('in\n');
    expect(await box.run('docker run --rm alpine:3.8 nosuch')).toMatchObject({ code: 127 });
    expect((await box.run('docker run nosuchimage')).stderr).toContain("pull access denied for nosuchimage, repository does not exist or may require 'docker login'"); // prettier-ignore
    expect((await box.run('docker ps -a --format "{{.Names}}" | grep -v ^k8s_')).stdout).toMatch(/^$|^\w+_\w+\n/);
  });

  it('starts containers again by their policy until they are stopped; names, volumes and files can be changed', async () => {
    await box.run(
      "docker run -d --restart=always --name again alpine:3.8 sh -c 'sleep 1; exit 1'; docker run -d --name kept alpine:3.8 sleep 900; sleep 8",
    );
    const told = (): Promise<string> => box.text("docker inspect -f '{{.State.Status}} {{.RestartCount}}' again");
    expect(await told()).toMatch(/^(running|restarting) [34]\n$/);
    expect(await box.text("docker stop again; sleep 5; docker ps -a -f name=again --format '{{.Status}}'")).toMatch(
      /^again\nExited \(1\) /,
    );
    expect(
      await box.text('docker rename kept other; docker run --rm -v disk:/d alpine:3.8 sh -c "echo hi > /d/x"; docker volume ls -q'),
    ).toBe('disk\n');
    expect(await box.text('echo there > f; docker cp f other:/tmp/; docker exec other cat /tmp/f; docker cp other:/none .')).toBe(
      'there\nSuccessfully copied 2.05kB to other:/tmp/\nError response from daemon: Could not find the file /none in container other\n',
    );
    expect(await box.text('docker rm -f again other; docker volume rm disk; docker volume ls -q')).toBe('again\nother\ndisk\n');
  });

  it('ends a pod by a signal to its pause, and the kubelet makes it anew', async () => {
    await box.run('kubectl apply -f shared-pid.yaml; kubectl wait --for=condition=Ready pod/shared');
    expect((await box.run('docker exec $(docker ps -q --filter name=k8s_worker_shared) ps')).stdout).toMatch(/ 1 65535 +0:00 \/pause\n/);
    expect((await box.run('docker top $(docker ps -q --filter name=k8s_worker_shared)')).stdout).toMatch(
      /^UID +PID .*\nroot .* sleep 100000\n$/,
    );
    await box.run('docker kill --signal TERM $(docker ps -q --filter name=k8s_POD_shared); sleep 4');
    expect((await box.run('kubectl get pod shared --no-headers')).stdout).toMatch(/^shared +1\/1 +Running +1 /);
    expect((await box.run('docker ps --filter name=k8s_POD_shared --format "{{.Names}}"')).stdout).toMatch(/_1\n$/);
    expect(box.faults).toEqual([]);
  });
});
