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

/** A command in the background, what is done meanwhile, then its end: `$!` is its number. */
const meanwhile = (background: string, foreground: string, end = 'kill -INT $!'): Promise<string> =>
  box.text(`exec 2>&1; ${background} & sleep 1; ${foreground}; ${end}; wait $!; echo "status $?"`);

it('kubectl port-forward leads ports of the node to those of a pod, until Ctrl-C', async () => {
  expect(
    await meanwhile('kubectl port-forward deploy/web 8080:80 9090:http', 'curl -s localhost:8080 localhost:9090 | grep -c Welcome'),
  ).toBe(
    'Forwarding from 127.0.0.1:8080 -> 80\nForwarding from [::1]:8080 -> 80\nForwarding from 127.0.0.1:9090 -> 80\nForwarding from [::1]:9090 -> 80\n' +
      'Handling connection for 8080\nHandling connection for 9090\n4\nstatus 0\n',
  );
  // a service's port is its pods' target port
  expect(
    await meanwhile(
      'kubectl port-forward svc/web 8080 --address 0.0.0.0',
      'curl -so /dev/null $(kubectl get node -o jsonpath={.items[0].status.addresses[0].address}):8080; ss -Htln',
    ),
  ).toMatch(
    /^Forwarding from 0\.0\.0\.0:8080 -> 80\nHandling connection for 8080\nLISTEN 0 +511 +0\.0\.0\.0:8080 +0\.0\.0\.0:\*.*\nstatus 0\n$/,
  );
  expect(await meanwhile('kubectl port-forward svc/web :8080', 'true', 'kill $!')).toMatch(
    /^Forwarding from 127\.0\.0\.1:(\d{5}) -> 80\nForwarding from \[::1\]:\1 -> 80\nstatus 143\n$/,
  );
});

it('kubectl port-forward ends when nobody listens in the pod, and when the pod is gone', async () => {
  const lost = (port: number, why: string): RegExp =>
    new RegExp(
      `^Forwarding from 127\\.0\\.0\\.1:8080 -> ${port}\nHandling connection for 8080\nE\\d{4} [\\d:.]{15} +\\d+ portforward\\.go:522\\] "Unhandled Error" ` +
        `err="an error occurred forwarding 8080 -> ${port}: error forwarding port ${port} to pod ([0-9a-f]{64}), uid : ${why}"\n` +
        'error: lost connection to pod\ncurl: \\(52\\) Empty reply from server\nstatus 1\n$',
    );
  const ended = async (port: number, before: string): Promise<string> =>
    (await meanwhile(`kubectl port-forward pod/brief 8080:${port} --address 127.0.0.1`, `${before}; curl -sS localhost:8080`, 'true'))
      // which of both processes is told first is not said
      .replace(/(curl: .*\n)(error: .*\n)/, '$2$1');
  await box.run('kubectl run brief --image=nginx; kubectl wait --for=condition=ready pod/brief');
  const refused = (port: number): string =>
    `failed to execute portforward in network namespace .*: failed to connect to localhost:${port} inside namespace .*, ` +
    `IPv4: dial tcp4 127\\.0\\.0\\.1:${port}: connect: connection refused IPv6 dial tcp6 \\[::1\\]:${port}: connect: connection refused `;
  expect(await ended(81, 'true')).toMatch(lost(81, refused(81)));
  expect(await ended(80, 'kubectl delete pod brief --now >/dev/null 2>&1')).toMatch(
    lost(80, 'failed to find sandbox \\\\"\\1\\\\" in store: not found'),
  );
});

it.each([
  [
    'deploy/web 8080:80 8081:81 --address 127.0.0.2,10.9.9.9',
    'Forwarding from 127.0.0.2:8080 -> 80\nForwarding from 127.0.0.2:8081 -> 81\nUnable to listen on port 8080: Listeners failed to create with the following errors: [unable to create listener: Error listen tcp4 10.9.9.9:8080: bind: cannot assign requested address]\nUnable to listen on port 8081: Listeners failed to create with the following errors: [unable to create listener: Error listen tcp4 10.9.9.9:8081: bind: cannot assign requested address]\nerror: unable to listen on any of the requested ports: [{8080 80} {8081 81}]\n',
  ],
  ['deploy/web 80 --address here', 'error: here is not a valid IP\n'],
  ['deploy/web 80 --address=', 'error: you must specify at least 1 address\n'],
  ['deploy/web x:80', 'error: error parsing local port \'x\': strconv.ParseUint: parsing "x": invalid syntax\n'],
  ['deploy/web 70000', 'error: error parsing local port \'70000\': strconv.ParseUint: parsing "70000": value out of range\n'],
  ['deploy/web 1:0', 'error: remote port must be > 0\n'],
  ['deploy/web none', /^error: Pod 'web-[^']*' does not have a named port 'none'\n$/],
  ['svc/web 80', 'error: Service web does not have a service port 80\n'],
  ['svc/nobody 80 --pod-running-timeout=1s', 'error: timed out waiting for the condition\n'],
  ['configmap/kube-root-ca.crt 80', 'error: cannot attach to *v1.ConfigMap: selector for *v1.ConfigMap not implemented\n'],
  ['nosuch 80', 'Error from server (NotFound): pods "nosuch" not found\n'],
] as const)('kubectl port-forward %s is refused', async (args, said) => {
  const { stdout, stderr, code } = await box.run(`kubectl port-forward ${args}`);
  expect(code).toBe(1);
  const told = (stdout + stderr).split(/(?<=\n)/);
  // two streams: what went well comes first here
  const text = [...told.filter((line) => line.startsWith('Forwarding')), ...told.filter((line) => !line.startsWith('Forwarding'))].join('');
  if (typeof said === 'string') expect(text).toBe(said);
  else expect(text).toMatch(said);
});

it("a port that is taken on one of localhost's addresses is forwarded on the other", async () => {
  expect(
    await meanwhile(
      'kubectl port-forward deploy/web 8080:80 --address 127.0.0.1',
      'timeout -s INT 1 kubectl port-forward deploy/web 8080:80',
    ),
  ).toBe('Forwarding from 127.0.0.1:8080 -> 80\nForwarding from [::1]:8080 -> 80\nstatus 0\n');
});

it('kubectl proxy serves the API, what is behind it, and files', async () => {
  const asked = async (flags: string, ...paths: string[]): Promise<string> =>
    meanwhile(
      `kubectl proxy ${flags}`,
      `for path in ${paths.join(' ')}; do curl -s -w '|%{http_code}\\n' localhost:8001$path; done`,
      'kill $!',
    );
  const answer = await asked(
    '',
    '/api/v1/namespaces/default/services/web/status',
    '/api/v1/namespaces/default/pods/client/exec',
    '/nosuch',
  );
  expect(answer).toMatch(
    /^Starting to serve on 127\.0\.0\.1:8001\n\{\n {2}"kind": "Service",\n[^]*\n\}\|200\nForbidden\n\|403\n404 page not found\n\|404\nstatus 143\n$/,
  );
  const behind = '/api/v1/namespaces/default/services/web:8080/proxy/';
  expect(await asked('', behind, `${behind}none`, '/api/v1/namespaces/default/services/nobody/proxy/')).toMatch(
    /Welcome to nginx[^]*\|200\n[^]*404 Not Found[^]*\|404\n[^]*"message": "no endpoints available for service \\"nobody\\""[^]*\|503\n/,
  );
  await box.run('mkdir -p www/sub; echo hello > www/a.txt');
  expect(await asked('--www=www --api-prefix=/custom', '/static/a.txt', '/static/', '/static/sub', '/custom/api', '/api')).toMatch(
    /\nhello\n\|200\n[^]*<a href="a\.txt">a\.txt<\/a>\n<a href="sub\/">sub\/<\/a>\n<\/pre>\n\|200\n<a href="sub\/">Moved Permanently<\/a>\.\n\n\|301\n\{\n {2}"kind": "APIVersions",[^]*\|200\n404 page not found\n\|404\n/,
  );
  expect(await box.text('kubectl proxy --address=10.9.9.9 --port=1')).toBe(
    'error: listen tcp 10.9.9.9:1: bind: cannot assign requested address\n',
  );
});
