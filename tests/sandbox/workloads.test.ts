import { afterAll, beforeAll, describe, test } from 'vitest';
import { expectAlike, serve, type Served } from './served';

const files: Readonly<Record<string, string>> = {
  'indexed.yaml': `apiVersion: batch/v1
kind: Job
metadata: {name: indexed}
spec:
  completions: 3
  parallelism: 3
  completionMode: Indexed
  activeDeadlineSeconds: 100
  ttlSecondsAfterFinished: 1000
  template:
    spec:
      restartPolicy: Never
      containers: [{name: main, image: "alpine:3.8", command: [sh, -c, "echo $JOB_COMPLETION_INDEX"]}]
`,
  'rich.yaml': `apiVersion: apps/v1
kind: Deployment
metadata: {name: rich, labels: {app: rich, tier: back}, annotations: {note: hello}}
spec:
  replicas: 1
  minReadySeconds: 1
  strategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}
  selector: {matchLabels: {app: rich}, matchExpressions: [{key: tier, operator: In, values: [front, back]}]}
  template:
    metadata: {labels: {app: rich, tier: back}, annotations: {why: described}}
    spec:
      serviceAccountName: default
      initContainers: [{name: first, image: "alpine:3.8", command: ["true"]}]
      containers:
      - name: main
        image: alpine:3.8
        command: [sleep, "1000"]
        ports: [{containerPort: 80, name: http}]
        env: [{name: COLOUR, value: blue}, {name: NAME, valueFrom: {fieldRef: {fieldPath: metadata.name}}}]
        resources: {requests: {cpu: 10m}, limits: {memory: 64Mi}}
        readinessProbe: {exec: {command: ["true"]}, periodSeconds: 1}
        volumeMounts: [{name: scratch, mountPath: /scratch}]
      volumes: [{name: scratch, emptyDir: {}}]
      nodeSelector: {kubernetes.io/os: linux}
      tolerations: [{key: a, operator: Exists}]
      topologySpreadConstraints: [{maxSkew: 1, topologyKey: zone, whenUnsatisfiable: ScheduleAnyway, labelSelector: {matchLabels: {app: rich}}}]
`,
  'sets.yaml': `apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent}
spec:
  selector: {matchLabels: {app: agent}}
  template: {metadata: {labels: {app: agent}}, spec: {containers: [{name: main, image: nginx}]}}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: store}
spec:
  replicas: 2
  serviceName: store
  selector: {matchLabels: {app: store}}
  template: {metadata: {labels: {app: store}}, spec: {containers: [{name: main, image: nginx}]}}
---
apiVersion: v1
kind: ReplicationController
metadata: {name: old}
spec:
  replicas: 1
  selector: {app: old}
  template: {metadata: {labels: {app: old}}, spec: {containers: [{name: main, image: nginx}]}}
`,
};

let served: Served;
beforeAll(async () => {
  served = await serve(files);
}, 120_000);
afterAll(() => served.close());

/** In order; each is run by the real kubectl and by ours, each in a namespace of its own. */
const commands: readonly (string | readonly [args: readonly string[], stdin?: string])[] = [
  'create deployment web --image=nginx --replicas=2',
  'rollout status deployment/web',
  'wait --for=condition=available deployment/web',
  'get deploy,rs,po -o wide',
  'get deployment web -o yaml',
  'get rs -o yaml',
  'describe deployment web',
  'describe rs',
  'get events --field-selector involvedObject.kind=Deployment',
  'set image deployment/web nginx=nginx:1.14.2 --dry-run=server',
  'set env deployment/web COLOUR=blue',
  'rollout status deployment/web',
  'annotate deployment web kubernetes.io/change-cause=blue',
  'rollout history deployment/web',
  'rollout history deployment web --revision=1',
  'rollout history deployment web --revision=2',
  'rollout history deployment web --revision=7',
  'rollout history deployment web --revision=-1',
  'rollout undo deployment/web --to-revision=9',
  'rollout undo deployment/web --dry-run=client',
  'rollout undo deployment/web --dry-run=server',
  'rollout undo deployment/web',
  'rollout status deployment/web --timeout=60s',
  'rollout history deployment/web',
  'rollout undo deployment/web --to-revision=3',
  'describe deployment web',
  'rollout pause deployment/web',
  'rollout pause deployment/web',
  'rollout undo deployment/web',
  'rollout restart deployment/web',
  'rollout resume deployment web',
  'rollout resume deployment web',
  'rollout status deploy web --watch=false --revision=1',
  'rollout status deploy web',
  'rollout status pod/nosuch',
  'rollout status service/nosuch',
  'rollout status',
  'rollout restart',
  'rollout nosuch',
  'rollout history',
  'scale deployment web --replicas=3',
  'scale deployment web --replicas=3 --current-replicas=7',
  'scale deployment/web --replicas=1 --current-replicas=3',
  'scale deployment web',
  'scale deployment web --replicas=-1',
  'scale deployment nosuch --replicas=1',
  'scale deployment web --replicas=2 --dry-run=client',
  'scale deployment web --replicas=2 --dry-run=server -o name',
  'rollout status deployment/web',
  'get deployment web',
  'expose deployment web --port=80 --target-port=8080',
  'expose deployment web --port=80 --target-port=8080',
  'expose deployment web --name=named --port=80 --target-port=http --type=NodePort',
  'expose deployment web --name=headless --port=80 --cluster-ip=None',
  'expose deployment web --name=none',
  'expose deployment nosuch --port=80',
  'get services -o wide',
  'get endpointslices -l kubernetes.io/service-name=web',
  'get endpoints web',
  'describe service web',
  'describe service named',
  'describe service headless',
  'describe endpoints web',
  'describe endpointslices',
  'autoscale deployment web --max=3',
  'autoscale deployment web --min=2 --max=5 --cpu=80% --name=cpu',
  'autoscale deployment web --max=5 --cpu=500m --memory=200 --name=both',
  'autoscale deployment web --max=5 --cpu-percent=50 --name=old',
  'autoscale deployment web',
  'autoscale deployment web --max=0',
  'autoscale deployment web --min=5 --max=3',
  'autoscale deployment web --max=3 --cpu=x%',
  'autoscale deployment web --max=3 --cpu=x',
  'autoscale service web --max=3',
  'autoscale deployment web --max=3 --dry-run=client -o yaml',
  'get hpa',
  'get hpa cpu -o yaml',
  'describe hpa cpu',
  'describe hpa both',
  'apply -f rich.yaml',
  'rollout status deployment/rich',
  'describe deployment rich',
  'describe rs -l app=rich',
  'delete deployment rich --cascade=foreground',
  'get rs -l app=rich',
  'delete deployment web --cascade=orphan',
  'get rs --no-headers -o custom-columns=OWNER:.metadata.ownerReferences',
  'delete rs --all --cascade=background',
  'delete deployment web --cascade=nosuch',
  'create job once --image=alpine:3.8 -- echo hi',
  'wait --for=condition=complete job/once --timeout=60s',
  'get jobs',
  'get jobs -o wide',
  'get job once -o yaml',
  'describe job once',
  'logs job/once',
  'create job bad --image=alpine:3.8 -- false',
  'wait --for=jsonpath={.status.failed}=1 job/bad --timeout=60s',
  'describe job bad',
  'apply -f indexed.yaml',
  'wait --for=condition=complete job/indexed --timeout=60s',
  'describe job indexed',
  'get jobs',
  'delete job once bad indexed',
  'create deployment again --image=nginx',
  'rollout status deployment/again',
  'rollout restart deployment again',
  'rollout status deployment again',
  'delete deployment again',
  'apply -f sets.yaml',
  'rollout status daemonset/agent',
  'rollout status statefulset/store',
  'wait --for=jsonpath={.status.readyReplicas}=1 rc/old',
  'get ds,sts,rc -o wide',
  'get pods -l app=store',
  'describe daemonset agent',
  'describe statefulset store',
  'describe rc old',
  'get controllerrevisions',
  'get controllerrevisions -o yaml',
  'rollout history daemonset/agent',
  'rollout history statefulset/store',
  'rollout history statefulset/store --revision=1',
  'rollout undo daemonset/agent',
  'set image daemonset/agent main=nginx:1.16.1',
  'set image statefulset/store main=nginx:1.16.1',
  'rollout status daemonset/agent',
  'rollout status statefulset/store',
  'rollout history daemonset/agent',
  'rollout history daemonset/agent --revision=2',
  'rollout undo daemonset/agent --dry-run=client',
  'rollout undo daemonset/agent',
  'rollout undo statefulset/store --to-revision=1',
  'rollout status statefulset/store',
  'rollout history statefulset/store',
  'rollout undo statefulset/store --to-revision=3',
  'rollout pause daemonset/agent',
  'scale statefulset store --replicas=1',
  'rollout status sts/store',
  'autoscale rc old --max=2',
  'expose rc old --port=80',
  'get service old -o jsonpath={.spec.selector}',
  'delete -f sets.yaml',
  [['create', 'cronjob', 'often', '--image=alpine:3.8', '--schedule=*/5 * * * *', '--', 'true']],
  'get cronjobs',
  'describe cronjob often',
  'create job now --from=cronjob/often',
  'get job now -o jsonpath={.metadata.annotations}{.metadata.ownerReferences[0].kind}',
];

describe('a real kubectl prints of workloads what ours prints', () => {
  for (const entry of commands) {
    const [args, stdin] = typeof entry === 'string' ? [entry.split(' ')] : entry;
    test(`kubectl ${args.join(' ')}`, { timeout: 90_000 }, () => expectAlike(served, args, stdin));
  }
});
