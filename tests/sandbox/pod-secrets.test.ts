import { afterAll, beforeAll, expect, it } from 'vitest';
import { boot, fold, type Box } from './boot';

/** Secrets, ConfigMaps and the downward API in Pods, and what is wrong when they do not come up. */
let box: Box;
beforeAll(async () => {
  box = await boot({ bare: true });
  await box.run('kubectl create secret generic access --from-literal=username=admin --from-literal=password=1f2d1e2e67df');
  await box.run('kubectl create configmap colors --from-literal=red=ff0000');
}, 60_000);
afterAll(async () => {
  expect(box.faults).toEqual([]);
  await box.close();
});

/** Applies a pod of one container with volumes `v` and lets `seconds` pass. */
async function apply(name: string, container: string, volumes: string, seconds = 3, spec = ''): Promise<void> {
  const text = `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}, labels: {app: shop}}\nspec:\n${spec && `  ${spec}\n`}  volumes: ${volumes}\n  containers:\n  - {name: main, image: alpine:3.8, command: [sleep, '10000'], ${container}}\n`;
  await box.file(`${name}.yaml`, text);
  expect((await box.run(`kubectl apply -f ${name}.yaml`)).stderr).toBe('');
  await box.run(`sleep ${seconds}`);
}
const inside = (name: string, script: string): Promise<string> => box.text(`kubectl exec ${name} -- sh -c '${script}'`);
const events = async (name: string): Promise<string[]> =>
  (await box.text(`kubectl get events --field-selector involvedObject.name=${name} -o jsonpath='{range .items[*]}{.reason} {.message}{"\\n"}{end}'`)).trim().split('\n').map(fold); // prettier-ignore
const at = (path: string, more = ''): string => `volumeMounts: [{name: v, mountPath: ${path}${more}}]`;

it('all sources of a projected volume that are wrong are told together', async () => {
  const sources = `[{secret: {name: nosuch}}, {configMap: {name: colors, items: [{key: blue, path: b}]}}]`;
  await apply('wrong', at('/v'), `[{name: v, projected: {sources: ${sources}}}]`);
  expect(await events('wrong')).toContain(
    'FailedMount MountVolume.SetUp failed for volume "v" : [secret "nosuch" not found, references non-existent config key: blue]',
  );
  await box.run('kubectl delete pod wrong --now');
});

it('the downward API gives resources in units of the divisor; what has no limit has the node', async () => {
  const env = `env: [{name: CPU, valueFrom: {resourceFieldRef: {resource: limits.cpu}}}, {name: MEM, valueFrom: {resourceFieldRef: {resource: limits.memory, divisor: 1Mi}}}, {name: ASKED, valueFrom: {resourceFieldRef: {resource: requests.cpu, divisor: 1m}}}]`;
  const items = `[{path: labels, fieldRef: {fieldPath: metadata.labels}}, {path: mem, resourceFieldRef: {containerName: main, resource: limits.memory}}]`;
  await apply(
    'down',
    `resources: {requests: {cpu: 250m}, limits: {memory: 100Mi}}, ${env}, ${at('/etc/info')}`,
    `[{name: v, downwardAPI: {items: ${items}}}]`,
  );
  expect(await inside('down', 'echo $CPU $MEM $ASKED; cat /etc/info/labels; echo; cat /etc/info/mem')).toBe(
    '2 100 250\napp="shop"\n104857600',
  );
  await box.run('kubectl label pod down tier=front; sleep 70');
  expect(await inside('down', 'cat /etc/info/labels')).toBe('app="shop"\ntier="front"');
});

it('$(NAME) in env names what came before it in env, not what envFrom brings', async () => {
  const env = `envFrom: [{secretRef: {name: access}, prefix: DB_}], env: [{name: A, value: one}, {name: B, value: $(A)-$(DB_username)-$$(A)}]`;
  await apply('vars', env, '[]');
  expect(await inside('vars', 'echo $B $DB_username')).toBe('one-$(DB_username)-$(A) admin\n');
});

it('services of the namespace are variables, unless enableServiceLinks is false', async () => {
  await box.run('kubectl create service clusterip my-db --tcp=5432:5432');
  await apply('links', 'stdin: true', '[]');
  await apply('nolinks', 'stdin: true', '[]', 3, 'enableServiceLinks: false');
  expect(await inside('links', 'env | grep -c ^MY_DB_SERVICE_HOST=; env | grep ^MY_DB_PORT_5432_TCP_PORT=')).toBe(
    '1\nMY_DB_PORT_5432_TCP_PORT=5432\n',
  );
  expect(await inside('nolinks', 'env | grep -c MY_DB; echo $KUBERNETES_SERVICE_HOST')).toBe('0\n10.96.0.1\n');
});

it('an update comes after the sync period and all at once; a subPath keeps what it had; optional comes when it is there', async () => {
  const mounts = `volumeMounts: [{name: v, mountPath: /all}, {name: v, mountPath: /one/username, subPath: username}, {name: late, mountPath: /late}]`;
  await apply('update', mounts, `[{name: v, secret: {secretName: access}}, {name: late, secret: {secretName: later, optional: true}}]`);
  const token = await inside('update', 'readlink /var/run/secrets/kubernetes.io/serviceaccount/..data');
  expect(await inside('update', 'ls /late | wc -l')).toBe('0\n');
  await box.run('kubectl create secret generic later --from-literal=k=v');
  await box.run(`kubectl patch secret access -p '{"stringData":{"username":"root"}}'; sleep 95`);
  expect(await inside('update', 'cat /all/username /one/username /late/k; ls -A /all | sed s/2[0-9_.]*/STAMP/')).toBe(
    'rootadminv..STAMP\n..data\npassword\nusername\n',
  );
  // the token is renewed when most of its hour has passed, not at each sync
  expect(await inside('update', 'readlink /var/run/secrets/kubernetes.io/serviceaccount/..data')).toBe(token);
  await box.run('sleep 3000');
  expect(await inside('update', 'readlink /var/run/secrets/kubernetes.io/serviceaccount/..data')).not.toBe(token);
});

it('a token is for its user alone; fsGroup lets the group read it', async () => {
  const tokens = `[{name: v, projected: {sources: [{serviceAccountToken: {path: token, audience: vault, expirationSeconds: 600}}]}}]`;
  await apply('user', `securityContext: {runAsUser: 1000}, ${at('/t')}`, tokens);
  expect(await inside('user', 'stat -L -c "%a %u" /t/token; wc -c < /t/token')).toMatch(/^600 1000\n\d{3,}\n$/);
  await apply('group', at('/t'), tokens, 3, 'securityContext: {fsGroup: 3000}');
  expect(await inside('group', 'stat -L -c "%a %g" /t/token')).toBe('640 3000\n');
});

it('volumes in memory are no larger than the pod may be', async () => {
  const limits = 'resources: {limits: {memory: 64Mi}}';
  await apply('size', `${limits}, ${at('/v')}`, '[{name: v, emptyDir: {medium: Memory}}]');
  expect(await inside('size', 'grep " /v " /proc/mounts')).toContain('size=65536k');
  await apply('size2', `${limits}, ${at('/v')}`, '[{name: v, emptyDir: {medium: Memory, sizeLimit: 8Mi}}]');
  expect(await inside('size2', 'grep " /v " /proc/mounts; dd if=/dev/zero of=/v/x bs=1M count=9 2>&1 | head -1')).toMatch(
    /size=8192k.*\ndd: .*No space left on device\n/,
  );
});

it('a subPath that is not there is made as a directory; pull secrets that are not there are told of at each sync', async () => {
  await apply(
    'sub',
    at('/made', ', subPath: nosuch'),
    '[{name: v, secret: {secretName: access}}]',
    70,
    'imagePullSecrets: [{name: nosuch}]',
  );
  expect(await inside('sub', 'ls -ld /made | cut -c1')).toBe('d\n');
  const told = 'Unable to retrieve some image pull secrets (nosuch); attempting to pull the image may not succeed.';
  expect(await events('sub')).toContain(`FailedToRetrieveImagePullSecret ${told}`);
  expect(
    Number(
      await box.text(
        "kubectl get events --field-selector involvedObject.name=sub,reason=FailedToRetrieveImagePullSecret -o jsonpath='{.items[0].count}'",
      ),
    ),
  ).toBeGreaterThan(1);
});

it('a mounted secret that goes is missed with the next sync, and again after twice the time before', async () => {
  const mounts = at('/v');
  await box.run('kubectl create secret generic brief --from-literal=k=v');
  await apply('missed', mounts, `[{name: v, secret: {secretName: brief}}]`);
  await box.run('kubectl delete secret brief; sleep 100');
  expect(await inside('missed', 'cat /v/k')).toBe('v');
  const told = async (): Promise<number> =>
    Number(
      await box.text(`kubectl get events --field-selector involvedObject.name=missed,reason=FailedMount -o jsonpath='{.items[0].count}'`),
    );
  // at 0, 0.5, 1.5, 3.5, 7.5 and 15.5 s
  expect(await told()).toBeGreaterThanOrEqual(4);
  expect(await told()).toBeLessThan(9);
  await box.run('kubectl create secret generic brief --from-literal=k=w; sleep 130');
  expect(await inside('missed', 'cat /v/k')).toBe('w');
});
