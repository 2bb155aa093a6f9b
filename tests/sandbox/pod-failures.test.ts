import { afterAll, beforeAll, expect, it } from 'vitest';
import { boot, fold, type Box } from './boot';

interface Failure {
  readonly name: string;
  /** The inside of the container's flow mapping, after its name; `image` and `command` have defaults. */
  readonly container?: string;
  /** More of the spec. */
  readonly spec?: string;
  /** The STATUS column some time later. */
  readonly status: string;
  /** `Reason Message` of an event, folded. */
  readonly event: string | RegExp;
}

const key = (name: string, at: string): string =>
  `image: alpine:3.8, command: [env], env: [{name: A, valueFrom: {secretKeyRef: {name: ${name}, key: ${at}}}}]`;

const failures: readonly Failure[] = [
  { name: 'no-tag', container: 'image: alpine:9.9', status: 'ImagePullBackOff|ErrImagePull', event: /^Failed Failed to pull image "alpine:9\.9": .*docker\.io\/library\/alpine:9\.9: not found$/ },
  { name: 'no-repo', container: 'image: nosuchimage', status: 'ImagePullBackOff|ErrImagePull', event: /^Failed Failed to pull image "nosuchimage": .*pull access denied, repository does not exist or may require authorization/ },
  { name: 'bad-name', container: 'image: Alpine:3.8', status: 'InvalidImageName', event: 'Failed Error: InvalidImageName' },
  { name: 'never', container: 'image: busybox:1.28, imagePullPolicy: Never', status: 'ErrImageNeverPull', event: 'ErrImageNeverPull Container image "busybox:1.28" is not present with pull policy of Never' },
  { name: 'no-secret', container: key('nosuch', 'a'), status: 'CreateContainerConfigError', event: 'Failed Error: secret "nosuch" not found' },
  { name: 'no-key', container: key('access', 'user'), status: 'CreateContainerConfigError', event: "Failed Error: couldn't find key user in Secret default/access" },
  { name: 'root', container: 'image: alpine:3.8, securityContext: {runAsNonRoot: true}', status: 'CreateContainerConfigError', event: /^Failed Error: container has runAsNonRoot and image will run as root \(pod: "root_default\(<UID>\)", container: main\)$/ },
  { name: 'no-program', container: 'image: alpine:3.8, command: [nosuch]', spec: 'restartPolicy: Never', status: 'StartError', event: /^Failed Error: failed to create containerd task: .*exec: "nosuch": executable file not found in \$PATH$/ },
  { name: 'no-right', container: 'image: alpine:3.8, command: [/etc/passwd]', spec: 'restartPolicy: Never', status: 'StartError', event: /exec: "\/etc\/passwd": permission denied$/ },
  { name: 'no-dir', container: 'image: alpine:3.8, workingDir: /etc/passwd, command: [ls]', spec: 'restartPolicy: Never', status: 'StartError', event: /chdir to cwd \("\/etc\/passwd"\) set in config\.json failed: not a directory$/ },
  { name: 'run-error', container: 'image: alpine:3.8, command: [nosuch]', status: 'CrashLoopBackOff|RunContainerError', event: /^BackOff Back-off restarting failed container main in pod run-error_default\(<UID>\)$/ },
  { name: 'crash', container: 'image: alpine:3.8, command: ["false"]', status: 'CrashLoopBackOff|Error', event: /^BackOff Back-off restarting failed container main in pod crash_default\(<UID>\)$/ },
  { name: 'no-volume', container: 'image: alpine:3.8, volumeMounts: [{name: v, mountPath: /v}]', spec: 'volumes: [{name: v, secret: {secretName: nosuch}}]', status: 'ContainerCreating', event: 'FailedMount MountVolume.SetUp failed for volume "v" : secret "nosuch" not found' },
  { name: 'no-item', container: 'image: alpine:3.8, volumeMounts: [{name: v, mountPath: /v}]', spec: 'volumes: [{name: v, secret: {secretName: access, items: [{key: user, path: u}]}}]', status: 'ContainerCreating', event: 'FailedMount MountVolume.SetUp failed for volume "v" : references non-existent secret key: user' },
  { name: 'no-path', container: 'image: alpine:3.8, volumeMounts: [{name: v, mountPath: /v}]', spec: 'volumes: [{name: v, hostPath: {path: /nosuch, type: Directory}}]', status: 'ContainerCreating', event: 'FailedMount MountVolume.SetUp failed for volume "v" : hostPath type check failed: /nosuch is not a directory' },
  { name: 'no-socket', container: 'image: alpine:3.8, volumeMounts: [{name: v, mountPath: /v}]', spec: 'volumes: [{name: v, hostPath: {path: /etc/hosts, type: Socket}}]', status: 'ContainerCreating', event: 'FailedMount MountVolume.SetUp failed for volume "v" : hostPath type check failed: /etc/hosts is not a socket file' },
  { name: 'no-device', container: 'image: alpine:3.8, volumeMounts: [{name: v, mountPath: /v}]', spec: 'volumes: [{name: v, hostPath: {path: /etc/hosts, type: CharDevice}}]', status: 'ContainerCreating', event: 'FailedMount MountVolume.SetUp failed for volume "v" : hostPath type check failed: /etc/hosts is not a character device' },
  { name: 'no-file', container: 'image: alpine:3.8, volumeMounts: [{name: v, mountPath: /v}]', spec: 'volumes: [{name: v, hostPath: {path: /etc, type: FileOrCreate}}]', status: 'ContainerCreating', event: 'FailedMount MountVolume.SetUp failed for volume "v" : hostPath type check failed: /etc is not a file' },
  { name: 'no-folder', container: 'image: alpine:3.8, volumeMounts: [{name: v, mountPath: /v}]', spec: 'volumes: [{name: v, hostPath: {path: /etc/hosts, type: DirectoryOrCreate}}]', status: 'ContainerCreating', event: 'FailedMount MountVolume.SetUp failed for volume "v" : hostPath type check failed: /etc/hosts is not a directory' },
  { name: 'no-registry', container: 'image: localhost:5000/app', status: 'ImagePullBackOff|ErrImagePull', event: /Head "http:\/\/localhost:5000\/v2\/app\/manifests\/latest": dial tcp 127\.0\.0\.1:5000: connect: connection refused$/ },
  { name: 'no-map', container: 'image: alpine:3.8, volumeMounts: [{name: v, mountPath: /v}]', spec: 'volumes: [{name: v, configMap: {name: nosuch}}]', status: 'ContainerCreating', event: 'FailedMount MountVolume.SetUp failed for volume "v" : configmap "nosuch" not found' },
  { name: 'no-env-map', container: 'image: alpine:3.8, command: [env], envFrom: [{configMapRef: {name: nosuch}}]', status: 'CreateContainerConfigError', event: 'Failed Error: configmap "nosuch" not found' },
  { name: 'init', container: 'image: alpine:3.8', spec: "restartPolicy: Never\n  initContainers: [{name: first, image: 'alpine:3.8', command: ['false']}]", status: 'Init:Error', event: 'Started Container started' },
  { name: 'no-room', container: "image: alpine:3.8, resources: {requests: {memory: 1Ti}}", status: 'Pending', event: /^FailedScheduling 0\/1 nodes are available: 1 Insufficient memory\. / },
]; // prettier-ignore

let box: Box;
beforeAll(async () => {
  box = await boot({ bare: true });
  await box.run('kubectl create secret generic access --from-literal=username=admin');
  for (const { name, container = 'image: alpine:3.8', spec } of failures) {
    const text = `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}}\nspec:\n${spec ? `  ${spec}\n` : ''}  containers:\n  - {name: main, ${container}}\n`;
    await box.file(`${name}.yaml`, text);
    const { stderr } = await box.run(`kubectl apply -f ${name}.yaml`);
    if (stderr) throw new Error(stderr);
  }
  await box.run('sleep 25');
}, 120_000);
afterAll(async () => {
  expect(box.faults).toEqual([]);
  await box.close();
});

it.each(failures)('$name: $status', async ({ name, status, event }) => {
  const shown = (await box.text(`kubectl get pod ${name} --no-headers`)).trim().split(/ +/)[2];
  expect(status.split('|')).toContain(shown);
  const events = (await box.text(`kubectl get events --field-selector involvedObject.name=${name} -o jsonpath='{range .items[*]}{.reason} {.message}{"\\n"}{end}'`)).trim().split('\n').map(fold); // prettier-ignore
  expect(events).toContainEqual(typeof event === 'string' ? event : expect.stringMatching(event));
});
