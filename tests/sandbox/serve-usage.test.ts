import { afterAll, beforeAll, describe, test } from 'vitest';
import { split } from '../kubectl/words';
import { expectAlike, serve, type Served } from './served';

const files: Readonly<Record<string, string>> = {
  'username.txt': 'admin\n',
  'env.txt': '# comment\nA=1\nB=two words\nD=\n',
  'patch.json': '{"metadata":{"labels":{"fromfile":"yes"}}}\n',
  'cm.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: app\n  labels: {x: "1"}\ndata:\n  a: "1"\n  b: "2"\n',
  'cm-b.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: app\ndata:\n  a: "1"\n  c: "3"\n',
  'gen.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  generateName: gen-\n',
  'list.yaml':
    'apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: ConfigMap, metadata: {name: l1}}\n- {apiVersion: v1, kind: ConfigMap, metadata: {name: l2}}\n',
  'unknown.yaml': 'apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: x}\n',
  'broken.yaml': 'a: [\n',
  'web.yaml':
    'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  replicas: 0\n  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n    spec:\n      containers:\n      - {name: nginx, image: nginx, env: [{name: X, value: "1"}]}\n',
  'rbac.yaml':
    'apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: rr}\nrules:\n- {apiGroups: [""], resources: [pods], verbs: [get]}\n',
};

/**
 * In order; each is run by the real kubectl and by ours, each in a namespace of its own. A line that begins with `!` has
 * no namespace; `<<<` gives standard input.
 */
const commands = String.raw`
apply -f cm.yaml
apply -f cm.yaml
apply -f cm-b.yaml
get cm app -o jsonpath='{.data}'
apply -f cm.yaml -o yaml
apply -f cm.yaml -o name
apply -f cm-b.yaml --dry-run=client -o yaml
apply -f cm-b.yaml --dry-run=server -o yaml
apply -f cm-b.yaml --dry-run=x
apply -f gen.yaml
create -f gen.yaml --dry-run=client
apply -f list.yaml
apply -f list.yaml -o yaml
apply -f unknown.yaml
apply -f broken.yaml
apply -f nosuch.yaml
apply -f cm.yaml x
apply -f cm.yaml --prune
apply -f cm.yaml --prune -l x=1 --all
apply -f cm.yaml --prune --prune-allowlist=core/v1/ConfigMap -l x=1
apply -f cm.yaml --server-side --force
apply -f cm.yaml --server-side --dry-run=client
apply -f cm.yaml --force-conflicts
apply -f cm.yaml --cascade=x
apply view-last-applied cm app
apply view-last-applied cm/app -o x
apply view-last-applied cm nosuch
apply set-last-applied -f cm-b.yaml
apply set-last-applied -f cm-b.yaml
apply set-last-applied -f gen.yaml
apply --server-side -f cm.yaml
get cm app -o yaml --show-managed-fields
apply --server-side --field-manager=other -f cm-b.yaml
diff -f cm-b.yaml
diff -f nosuch.yaml
diff -f cm-b.yaml x
diff -f cm-b.yaml --nosuch
replace -f cm.yaml
replace -f web.yaml
replace -f cm.yaml --grace-period=0
replace --force -f cm.yaml --dry-run=client
create
create -f
create -f nosuch.yaml
create nosuch
create pod x
create secret generic
create secret generic a b
create secret generic g1 --from-literal=a=b --from-literal=c=d
create secret generic g2 --from-literal=a
create secret generic g2 --from-file=nosuch
create secret generic g2 --from-file=a=b=c
create secret generic g2 --from-env-file=env.txt -o yaml --dry-run=client
create secret generic g2 --from-literal=a=b --append-hash --dry-run=client -o name
create secret generic g2 --from-literal=a=b --type=kubernetes.io/tls
create secret generic g2 --dry-run=client -o json
create secret generic Bad_Name
create secret generic g4 --save-config --from-literal=a=b -o yaml --dry-run=client
create secret generic g4 --validate=maybe
create secret tls t1
create secret tls t1 --cert=nosuch --key=nosuch
create secret docker-registry d1 --docker-username=u --docker-password=p -o yaml --dry-run=client
create secret docker-registry d2 --from-file=username.txt
create secret nosuch x
create cm c1 --from-literal=a=b
create cm c1 --from-literal=a=b
create cm c2 --from-literal='b ad=1'
!create ns Bad
create token nosuch
create token default --duration=10s
create token default --duration=1500ms
create token default --bound-object-name=x
create token default --bound-object-kind=X --bound-object-name=x
create deployment d
create deployment d --image=nginx --image=redis -- date
create job j --image=busybox --from=cronjob/x
create job j --from=x
create job j --from=cm/app
create cronjob x --image=b --schedule='0/5 * * * ?' --restart=Never -- date
create role r --verb=get --resource=nosuch
create role r --verb=nosuch --resource=pods
create role r --verb=get --resource=pods
!create clusterrole cr --verb=list --non-resource-url=/logs/*
!create clusterrole cr --aggregation-rule=a=b --verb=get --resource=pods
create rolebinding rb --role=r --clusterrole=c
create rolebinding rb --role=r --user=a
create rolebinding rb2 --clusterrole=view --serviceaccount=s1
create service clusterip s --tcp=80:x
create service clusterip s --tcp=99999
create service clusterip s2 --tcp=80
create ingress i --rule=x
create ingress i --default-backend=s
create quota q --hard=cpu
create quota q --hard=cpu=1,pods=x
create pdb p --selector=a=b
create pdb p --selector=a=b --min-available=x
get nosuch
get cm,nosuch
get cm secret
get cm app -o
get cm app -o nosuch
get cm app -o YAML
get cm app -o jsonpath='{.nosuch'
get cm app -o jsonpath='{.data.a}{"\n"}'
get cm app -o jsonpath='{.metadata.labels[?(@.x]}'
get cm app -o jsonpath='{range .data}{.a}'
get cm app -o jsonpath-as-json='{.data}'
get cm app -o jsonpath-file=nosuch
get cm app -o go-template='{{.data.nosuch}}'
get cm app -o go-template='{{range $k, $v := .data}}{{$k}}={{$v}} {{end}}'
get cm app -o go-template='{{nosuch}}'
get cm app -o go-template='{{len .data}} {{printf "%s-%v" .kind .metadata.name}}'
get secret g1 -o go-template='{{base64decode .data.a}}'
get cm app -o custom-columns=NAME
get cm app -o custom-columns='NAME:.metadata[name'
get cm app -o custom-columns=NAME:.metadata.name,X:.nosuch
get cm app -o custom-columns-file=username.txt
get cm app --show-labels -o yaml
get cm --sort-by=.metadata.name
get cm --sort-by='{.metadata.name'
get cm --sort-by=.nosuch
get cm -L x --show-labels
get cm -l 'a in (b'
get cm -l x=1 app
get cm --field-selector=data=1
get cm app nosuch -o name
get cm nosuch --ignore-not-found
get cm --subresource=status
get cm --output-watch-events
get cm,secret -w
get cm --server-print=false
!get --raw /version -o yaml
!get --raw version
!get --raw /version x
get cm --nosuch
get cm -z
get cm --no-headers=maybe
get cm --chunk-size=x
get cm -A --v=x
get all
label cm
label cm app a=b
label cm app a=b
label cm app a=c
label cm app a- b-
label cm app a=b a-
label cm app a==b
label cm --all -l x=1 a=b
label cm app a=b --resource-version=1
label cm app f=1 --local
label cm app x=y --dry-run=client -o yaml
annotate cm app note='a b c'
annotate cm app note=d
annotate cm app note-
annotate cm app 'b ad=1'
patch cm app -p '{'
patch cm app -p 'a: b: c'
patch cm app -p '{"data":{"z":"1"}}'
patch cm app -p '{"data":{"z":"1"}}'
patch cm app --type=json -p '[{"op":"remove","path":"/data/nosuch"}]'
patch cm app --type=json -p '[{"op":"add","path":"/data/j","value":"1"}]' --dry-run=client -o yaml
patch cm app --type=nosuch -p '{}'
patch cm app --patch-file=patch.json
patch cm app --patch-file=nosuch
delete
delete cm
delete cm nosuch
delete cm c1 --cascade=nosuch
delete cm c1 --now --grace-period=1
delete cm c1 --grace-period=5 --force
delete cm c1 -o yaml
delete cm --field-selector=x=y
delete cm -l x=nosuch
delete cm c1 -i <<< n
delete cm c1 -i <<< y
create -f web.yaml
set env deploy/web A=b
set env deploy/web A=b
set env deploy/web --list
set env deploy/web A- A=c
set env deploy/web 1A=c
set env deploy/web C=1 X=2 --overwrite=false
set env deploy/web A=1 -c nosuch
set env deploy/web --from=secret/nosuch
set env cm/app A=1
set image deploy/web nosuch=nginx:2
set image deploy/web nginx=nginx:2
set image deploy/web nginx=nginx:2
set image deploy/web nginx
set resources deploy/web --limits=cpu
set resources deploy/web --limits=cpu=100m --requests=cpu=x
set resources deploy/web --limits=cpu=100m,memory=1Gi
set resources deploy/web --limits=cpu=1 -c nosuch
set selector svc/s2 a=b
set selector deploy/web a=b
set selector svc s2 'a in (b)'
set serviceaccount deploy/web sa1
set subject rolebinding rb
set subject rolebinding rb --user=b
set subject rolebinding rb --serviceaccount=x
run
run r1 --image='a b'
run r1 --image=alpine --restart=Sometimes
run r1 --image=alpine --env=A
run r1 --image=alpine --rm
run r1 --image=alpine --tty
run r1 --image=alpine --expose
run r1 --image=alpine --port=80 --expose --dry-run=client
run r1 --image=alpine --image-pull-policy=x --dry-run=client
run r1 --image=alpine --overrides='[{"op":"add","path":"/metadata/labels/x","value":"y"}]' --override-type=json --dry-run=client -o yaml
run r1 --image=alpine --env=A=b --env=C= --labels=a=b --command --restart=Never --dry-run=client -o yaml
logs
logs nosuch
logs cm/app
logs -l a=nosuch
logs nosuch --since-time=x
logs nosuch --tail=-2
exec nosuch
exec nosuch date
attach
attach nosuch --pod-running-timeout=0
cp a
cp nosuch p1:/tmp/x
cp a b
wait cm/app
wait --for=nosuch cm/app
wait --for=delete cm/nosuch --timeout=1s
wait --for=jsonpath='{.data.a}'=1 cm/app
wait --for=jsonpath='{.data}'=x cm/app --timeout=1s
wait --for=jsonpath='{.data.*}'=1 cm/app --timeout=1s
wait --for=create cm/app
events --for app
events --types=x
explain
explain nosuch
explain cm.nosuch
explain cm --api-version=v2
explain cm --output=x
!api-resources --sort-by=x
!api-resources -o x
!api-resources --api-group=apps -o wide
!api-resources -o json
!api-versions x
!version x
!top pod --sort-by=x
!top pod
auth can-i get
auth can-i get nodes --as=jane
auth can-i nosuch pods
auth can-i get pods x
!auth whoami -o json
auth reconcile
auth reconcile -f rbac.yaml
auth reconcile -f rbac.yaml
!taint nodes k8s-minion1 k=v
!taint nodes k8s-minion1 k=v:Nosuch
!taint nodes k8s-minion1 a=v:NoSchedule a-
!taint node k8s-minion1 'a b=v:NoSchedule'
!taint pods p1 k=v:NoSchedule
!cordon k8s-minion1 -l a=b
!drain
!drain nosuch
!drain k8s-minion1 --pod-selector='a in (b'
!certificate approve
!certificate approve nosuch
!nosuch
!gett
!alpha
!--nosuch
!port-forward
port-forward pod/nosuch 80
!proxy --port=1 --unix-socket=a
!completion nosuch
debug nosuch
debug nosuch --image=alpine
debug nosuch --image=alpine --profile=nosuch
debug nosuch --image=alpine --env=A
debug nosuch --image=alpine --custom=nosuch.json
!--kubeconfig=c1 config view
!--kubeconfig=c1 config set-context a --namespace=x --cluster=c --user=u
!--kubeconfig=c1 config set-context --current --namespace=y
!--kubeconfig=c1 config use-context a
!--kubeconfig=c1 config use-context nosuch
!--kubeconfig=c1 config set-cluster c --server=https://x:1 --insecure-skip-tls-verify=true
!--kubeconfig=c1 config set-cluster c --certificate-authority=nosuch --embed-certs
!--kubeconfig=c1 config set-credentials u --token=t
!--kubeconfig=c1 config set-credentials u --token=t --username=x
!--kubeconfig=c1 config set clusters.c.server https://y
!--kubeconfig=c1 config set nosuch.x y
!--kubeconfig=c1 config view
!--kubeconfig=c1 config view --raw -o json
!--kubeconfig=c1 config view --minify --context=nosuch
!--kubeconfig=c1 config get-contexts
!--kubeconfig=c1 config get-contexts nosuch
!--kubeconfig=c1 config unset contexts.a.namespace
!--kubeconfig=c1 config unset users.nosuch.token
!--kubeconfig=c1 config rename-context a b
!--kubeconfig=c1 config current-context
!--kubeconfig=c1 config delete-context b
!--kubeconfig=c1 config delete-user nosuch
!--kubeconfig=nosuch get pods
!--context=nosuch get pods
!--cluster=nosuch get pods
!--user=nosuch get pods
create -f cm.yaml
create cm zz --context=nosuch
get cm zz --context=nosuch
create job j9 --validate=x
create quota q9 --dry-run=x
create cm zz --template='{{.x'
get cm app nosuch -o yaml
get cm app -l x=1 -f cm.yaml
get -f cm.yaml cm/app
get -f nosuch.yaml -f nosuch2.yaml
get cm app --field-selector=a=b
get cm app -o go-template='{{break}}'
get cm,secret app -l x=1
describe cm,secret app
delete --all
set image -f web.yaml nginx=a -l x=nosuch
set env deploy/web --from=secret/g1 -l a=b
set selector svc s2 a=b --local
set resources cm app --limits=cpu=1
scale -f cm.yaml --replicas=1 --dry-run=client
scale -f cm.yaml --replicas=1
rollout history cm app
rollout pause deploy/web cm/app
rollout restart cm/app cm/nosuch cm/nosuch2
label cm --all --list
apply -f cm.yaml -l 'x in (2'
apply -f cm.yaml --subresource=status
wait cm/app --for=jsonpath='{.kind}'=ConfigMap --timeout=1s
run r9 --image=alpine --overrides='{"spec":{"nosuch":1}}' --annotations=a=b,c --dry-run=client -o yaml
auth can-i get pods --no-headers
!top pod a -l b=c
!--kubeconfig=c1 config set a b --set-raw-bytes=x
`
  .trim()
  .split('\n');

let served: Served;

beforeAll(async () => {
  served = await serve(files);
}, 120_000);

afterAll(() => served.close());

describe('a real kubectl and ours use words alike', () => {
  for (const line of commands)
    test(`kubectl ${line}`, { timeout: 60_000 }, () => {
      const { words, stdin } = split(line.replace(/^!/, ''));
      return expectAlike(served, words, stdin ?? '', line.startsWith('!'));
    });
});
