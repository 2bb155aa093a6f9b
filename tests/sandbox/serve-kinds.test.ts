import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { split } from '../kubectl/words';
import { clusterObjects, objects } from './kinds';
import { expectAlike, folded, serve, type Served } from './served';

const configMap = (name: string, value: string, more = ''): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}, labels: {prune: me}}\n${more}data: {a: "${value}"}\n`;

const files: Readonly<Record<string, string>> = {
  'objects.yaml': objects,
  'cluster.yaml': clusterObjects,
  'fixed.yaml': configMap('fixed', '1', 'immutable: true\n'),
  'changed.yaml': configMap('fixed', '2', 'immutable: true\n'),
  'both.yaml': `${configMap('p1', '1')}---\n${configMap('p2', '1')}`,
  'one.yaml': configMap('p1', '2'),
  'pod.yaml':
    'apiVersion: v1\nkind: Pod\nmetadata: {name: local}\nspec:\n  containers:\n  - {name: c, image: busybox, ports: [{containerPort: 80}], env: [{name: A, valueFrom: {resourceFieldRef: {resource: limits.cpu}}}]}\n',
  'service.yaml': 'apiVersion: v1\nkind: Service\nmetadata: {name: local}\nspec: {selector: {a: b}, ports: [{port: 80}]}\n',
};

/**
 * In order; each is run by the real kubectl and by ours, each in a namespace of its own. A line that begins with `!` has
 * no namespace; `<<<` gives standard input.
 */
const commands = String.raw`
apply -f objects.yaml
describe cm
describe cm sett
describe cm settings settings
describe cm settings
describe svc/svc svc/np svc/ext ep/eps endpointslice/slice ing/ing netpol/pol netpol/deny pvc/claim role/reader rolebinding/bind sa/sa cj/cron
describe hpa/hpa pdb/pdb pdb/pdb2 quota/quota quota/quota-be limits/limits secret/sec cm/settings --show-events=true
!describe pv/pv-x sc/sc-x clusterrole/cr-x clusterrole/view clusterrolebinding/crb-x pc/pc-x ns/default ingressclass/ic-x csidriver/drv-x csr/csr-x
describe pod two --show-events=false
auth can-i --list --as=jane
get cm settings -o kyaml
get pod two -o jsonpath='{.spec.containers[1:0].name}' --allow-missing-template-keys
get cm settings -o jsonpath='{.}'
get svc -o jsonpath='{range .items[*]}{.metadata.name}{"\n"}'
get svc -o jsonpath="{.items[*]['metadata.name','kind']}"
get pod two -o jsonpath='{.spec.containers[0:5].name}x' --template=
get pod two -o jsonpath="{.spec.containers[?(@.name=='one')].ports[*].containerPort}"
get svc -o custom-columns=A:.spec.ports[1].name
get pod two -o custom-columns='A:.spec.containers[?(@.name==one)].image'
get pod two -o go-template={{.kind}} --template={{.metadata.name}}
get pod two -o go-template='{{printf "%s %d %T %T|%-4s|%05d|%q|%x" .spec.priority "a" .spec.priority .spec "b" 42 "c" "hi"}}'
get pod two -o go-template='{{printf "%s"}}{{printf "a" 1}}{{print 1 2 "a" "b" 3}}'
get pod two -o go-template='{{define "T"}}<{{.}}>{{end}}{{template "T" .kind}}{{block "B" .kind}}[{{.}}]{{end}}'
get pod two -o go-template='{{1.5}} {{1e3}} {{0x10}} {{0b11}} {{1_000}}'
get pod two -o go-template='{{if}}'
get pod two -o go-template='{{1 + 2}}'
get deploy web --subresource=scale
get deploy web --subresource=scale -o yaml
get cm --chunk-size=1
get cm settings settings
get deploy.ap
get deployments.v1beta1.apps -o name
get pod/two -l app=two
get pod two crash -w
get pods nosuch -o nosuch
events --for cm/settings -w --request-timeout=3s
events -o name
explain svc.spec.ports
explain pods.spec.restartPolicy
explain deployments.apps.spec.replicas
explain deployments.v1.apps
explain pod.nosuch.other
explain tokenreviews
explain deploy --api-version=v1
explain .pod
apply -f fixed.yaml
apply -f changed.yaml
apply -f changed.yaml --force
get cm fixed -o jsonpath={.data.a}
apply -f both.yaml
diff -f one.yaml --prune -l prune=me --prune-allowlist=core/v1/ConfigMap
diff -f one.yaml --prune --prune-allowlist=x
diff -f one.yaml -l prune=none
diff -f one.yaml --force-conflicts
wait --for=create --for=jsonpath={.data.a}=1 cm/p1
wait --for=create --for=jsonpath={.data.a}=2 cm/p1 --timeout=0
set env --local -f pod.yaml X=1 -o yaml
set image --local -f pod.yaml c=nginx -o yaml
set selector --local -f service.yaml c=d -o yaml
set image deploy/web nginx=nginx:1.26 nosuch=x --dry-run=client
set image deploy --all nginx=nginx:1.27 -l app=none
set env deploy --all --list
set env deploy/web - <<< $'Q=1\nR=2'
set subject deploy web --user=u
label --local -f both.yaml q=1 -o yaml
label pod two nosuch- --dry-run=client
patch deploy web --subresource=scale --type=merge -p '{"spec":{"replicas":0}}'
rollout restart deploy
rollout status cm/settings
scale deploy web nosuch --replicas=0
scale -f both.yaml --replicas=1 --dry-run=client
expose deploy web --port=x
create ingress i1 --rule=foo.com/*=svc:80,tls -o yaml --dry-run=client
create pdb p1 --selector=app=x --min-available=1 -o yaml --dry-run=client
create role r1 --verb=use --resource=pods --dry-run=client
create service externalname v1 --external-name=a_b
run r1 --image=nginx --pod-running-timeout=-1s
replace --cascade=x -f one.yaml
certificate approve nosuch
!certificate approve -f cluster.yaml
!__completeNoDesc cp ''
!__completeNoDesc cp default/
!__completeNoDesc logs ''
!__completeNoDesc rollout undo ''
!__completeNoDesc scale ''
!__completeNoDesc set image ''
!__completeNoDesc wait ''
!__completeNoDesc get pods --subresource ''
`
  .trim()
  .split('\n');

let served: Served;

beforeAll(async () => {
  served = await serve(files);
  expect((await served.ours(['apply', '-f', 'cluster.yaml'])).stderr).toBe('');
}, 120_000);

afterAll(() => served.close());

describe('a real kubectl and ours tell the same of every kind', () => {
  for (const line of commands)
    test(`kubectl ${line}`, { timeout: 60_000 }, () => {
      const { words, stdin } = split(line.replace(/^!/, ''));
      return expectAlike(served, words, stdin ?? '', line.startsWith('!'));
    });
});

test('a signing request is decided once, by either kubectl', { timeout: 60_000 }, async () => {
  const request = clusterObjects.split('\n---\n').find((text) => text.includes('CertificateSigningRequest'))!;
  const steps = ['approve NAME', 'approve NAME', 'deny NAME', 'approve NAME --force', 'approve NAME -o name'];
  for (const name of ['real', 'ours']) await served.ours(['create', '-f', '-'], request.replace('csr-x', name));
  for (const step of steps) {
    const of = (name: string): string[] => ['certificate', ...step.replace('NAME', name).split(' ')];
    const [theirs, own] = [await served.real(of('real')), await served.ours(of('ours'))];
    expect({ ...own, stdout: folded(own.stdout), stderr: folded(own.stderr) }).toEqual({
      ...theirs,
      stdout: folded(theirs.stdout),
      stderr: folded(theirs.stderr),
    });
  }
  const shown = async (name: string): Promise<string> => folded((await served.ours(['get', 'csr', name, '-o', 'yaml'])).stdout);
  expect(await shown('ours')).toBe(await shown('real'));
  expect(await shown('ours')).toContain('reason: KubectlApprove');
});
