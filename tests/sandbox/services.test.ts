import { afterAll, beforeAll, expect, it } from 'vitest';
import { boot, type Box } from './boot';

let box: Box;
const manifest = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: nginx, image: nginx, ports: [{containerPort: 80, name: http}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {type: NodePort, selector: {app: web}, ports: [{port: 8080, targetPort: http, nodePort: 30080}]}
---
apiVersion: v1
kind: Service
metadata: {name: nobody}
spec: {selector: {app: nobody}, ports: [{port: 80}]}
---
apiVersion: v1
kind: Service
metadata: {name: headless}
spec: {clusterIP: None, selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: v1
kind: Pod
metadata: {name: client}
spec: {containers: [{name: main, image: busybox, command: [sleep, "100000"]}]}
`;

beforeAll(async () => {
  box = await boot();
  await box.file('all.yaml', manifest);
  await box.run('kubectl apply -f all.yaml; kubectl rollout status deploy/web; kubectl wait --for=condition=ready pod/client');
}, 60_000);
afterAll(() => box.close());

const inPod = (command: string): Promise<string> => box.text(`kubectl exec client -- ${command}`);
const address = (service: string): Promise<string> => box.text(`kubectl get service ${service} -o jsonpath={.spec.clusterIP}`);

it('a service is reached by its name, its long name and its address', async () => {
  for (const host of ['web', 'web.default', 'web.default.svc.cluster.local', await address('web')])
    expect(await inPod(`wget -qO- http://${host}:8080`)).toContain('<h1>Welcome to nginx!</h1>');
  expect(await inPod(`wget -O /dev/null http://web:8080/index.html`)).toContain(`Connecting to web:8080 (${await address('web')}:8080)\n`);
});

it('a pod is reached at its own address, and a service at the port of the node', async () => {
  const pod = await box.text("kubectl get pods -l app=web -o jsonpath='{.items[0].status.podIP}'");
  expect(await inPod(`wget -qO- ${pod}`)).toContain('Welcome to nginx!');
  const node = await box.text("kubectl get nodes -o jsonpath='{.items[0].status.addresses[0].address}'");
  expect(await inPod(`wget -qO- ${node}:30080`)).toContain('Welcome to nginx!');
});

it('curl on the node asks as curl 7.88 does, and says what went wrong', async () => {
  const service = `${await address('web')}:8080`;
  expect(await box.text(`curl -s ${service}`)).toContain('<h1>Welcome to nginx!</h1>');
  expect(await box.text(`curl -s -o /dev/null -w '%{http_code} %{content_type}' ${service}/nope`)).toBe('404 text/html');
  expect(await box.text(`curl -sI ${service} | head -n 1`)).toBe('HTTP/1.1 200 OK\r\n');
  const run = async (command: string): Promise<string> => box.text(`${command} 2>&1; echo "[$?]"`);
  expect(await run(`curl -fsS ${service}/nope`)).toBe('curl: (22) The requested URL returned error: 404\n[22]\n');
  expect(await run('curl -sS nosuch')).toBe('curl: (6) Could not resolve host: nosuch\n[6]\n');
  expect(await run('curl -sS localhost:1')).toBe(
    "curl: (7) Failed to connect to localhost port 1 after 0 ms: Couldn't connect to server\n[7]\n",
  );
  expect(await run('curl -sS https://web')).toBe('curl: (1) Protocol "https" not supported or disabled in libcurl\n[1]\n');
  expect(await run('curl --zz')).toBe(
    "curl: option --zz: is unknown\ncurl: try 'curl --help' or 'curl --manual' for more information\n[2]\n",
  );
  expect(await run(`{ curl ${service} > /dev/null; }`)).toMatch(
    /^ {2}% Total {4}% Received[^]*\r100 +\d+ {2}100 +\d+ {4}0 {5}0 +\d+k? {6}0 --:/,
  );
});

it('requests go to all pods of a service', async () => {
  await inPod("sh -c 'for i in 1 2 3 4 5 6 7 8 9 10 11 12; do wget -qO /dev/null web:8080; done'");
  const logs = await box.text('for pod in $(kubectl get pods -l app=web -o name); do kubectl logs $pod | grep -c GET; done');
  expect(
    logs
      .trim()
      .split('\n')
      .map(Number)
      .every((count) => count > 0),
  ).toBe(true);
});

it('a service of no pods refuses, and a name that is none is not found', async () => {
  expect(await inPod('wget -qO- http://nobody')).toContain(
    `wget: can't connect to remote host (${await address('nobody')}): Connection refused\n`,
  );
  expect(await inPod('wget -qO- http://nosuch')).toContain("wget: bad address 'nosuch'\n");
  expect(await inPod('wget -qO- http://web:8080/nosuch')).toContain('wget: server returned error: HTTP/1.1 404 Not Found\n');
});

it('nslookup asks the cluster’s DNS', async () => {
  expect(await inPod('nslookup web.default.svc.cluster.local')).toBe(
    `Server:\t\t10.96.0.10\nAddress:\t10.96.0.10:53\n\nName:\tweb.default.svc.cluster.local\nAddress: ${await address('web')}\n\n\n`,
  );
  const pods = (await box.text("kubectl get pods -l app=web -o jsonpath='{.items[*].status.podIP}'")).split(' ');
  const found = await inPod('nslookup -type=a headless.default.svc.cluster.local');
  expect([...found.matchAll(/Address: (\S+)\n/g)].map((match) => match[1]).sort()).toEqual(pods.sort());
  expect(await inPod('nslookup nosuch.default.svc.cluster.local')).toContain(
    "** server can't find nosuch.default.svc.cluster.local: NXDOMAIN\n",
  );
});

it('without pods behind kube-dns names are not answered', async () => {
  await box.run('kubectl label pods -n kube-system -l k8s-app=kube-dns k8s-app=other --overwrite');
  expect(await inPod('wget -qO- http://web:8080')).toContain("wget: bad address 'web:8080'\n");
  expect(await inPod('nslookup web.default.svc.cluster.local')).toContain(';; connection timed out; no servers could be reached\n');
  await box.run('kubectl label pods -n kube-system -l k8s-app=other k8s-app=kube-dns --overwrite');
  expect(await inPod('wget -qO- http://web:8080')).toContain('Welcome to nginx!');
});
