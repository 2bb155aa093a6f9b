import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttps, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { RealClock } from '../../src/clock';
import type { HttpRequest } from '../../src/kube/api';
import { createServer } from '../../src/kube/server';
import { createKubectl } from '../../src/kubectl';
import { createSandbox, loginEnvironment, runCommand } from '../../src/sandbox';
import { nodeNetwork } from '../../src/sandbox/host-network';
import { nodeHostTime } from '../../src/sandbox/host-node';
import { loadPause } from '../../src/wasi';
import { FakeFiles, FakeProcess, textOf } from '../kubectl/fake-process';
import { FakeClock } from '../kube/server/fake-clock';
import { realKubectl } from './real-kubectl';

/** Files of the client: its authorities and certificates, made anew for each run of the test. */
const names = ['ca.crt', 'other.crt', 'jane.crt', 'jane.key', 'stranger.crt', 'stranger.key'];
const folder = mkdtempSync(join(tmpdir(), 'pausebox-tls-'));
const at = (name: string): string => join(folder, name);

const authority = (name: string): string =>
  `openssl req -x509 -newkey rsa:2048 -nodes -keyout ${name}.key -out ${name}.crt -subj /CN=${name} -days 2`;
/** A certificate of an authority; `extension` is what it may be used for, or its alternative names. */
const certificate = (name: string, signer: string, subject: string, extension = 'extendedKeyUsage=clientAuth'): string => `
echo ${extension} > ${name}.ext
openssl req -new -newkey rsa:2048 -nodes -keyout ${name}.key -out ${name}.csr -subj ${subject}
openssl x509 -req -in ${name}.csr -CA ${signer}.crt -CAkey ${signer}.key -CAcreateserial -out ${name}.crt -days 2 -extfile ${name}.ext`;

/** Runs a script with the sandbox's own openssl, in real time; its keys and certificates go into the folder. */
async function make(script: string): Promise<void> {
  const clock = new RealClock(nodeHostTime);
  const pause = await loadPause();
  const { ready } = await createSandbox({
    clock,
    assets: { pause: { '3.10': pause.v310, '3.0': pause.v30 }, pauseSource: pause.source, deviations: async () => '', home: {} },
    formats: [],
    kind: 'node',
    bare: true,
    privileged: false,
    report: (error) => {
      throw error;
    },
  });
  const { machine, stop } = await ready;
  const command = {
    argv: ['bash', '-ec', `${script}\nfor file in *.key *.crt; do echo "file $file"; cat $file; done`],
    env: loginEnvironment({}),
    cwd: '/tmp',
  };
  const { stdout, stderr, code } = await runCommand({ ...machine, clock, command });
  stop();
  expect(code, stderr).toBe(0);
  for (const part of stdout.split(/^file /m).slice(1))
    writeFileSync(at(part.slice(0, part.indexOf('\n'))), part.slice(part.indexOf('\n') + 1));
}

/** An API server behind TLS, which knows users by the certificates of its authority alone. */
async function listen(certificateName: string): Promise<{ server: Server; url: string }> {
  const api = createServer({ clock: new FakeClock() });
  const options = {
    cert: readFileSync(at(`${certificateName}.crt`)),
    key: readFileSync(at(`${certificateName}.key`)),
    ca: readFileSync(at('ca.crt')),
  };
  const server = createHttps({ ...options, requestCert: true, rejectUnauthorized: false }, (request, response) => {
    if (!(request.socket as TLSSocket).authorized) {
      const status = {
        kind: 'Status',
        apiVersion: 'v1',
        metadata: {},
        status: 'Failure',
        message: 'Unauthorized',
        reason: 'Unauthorized',
        code: 401,
      };
      response.writeHead(401, { 'content-type': 'application/json' }).end(JSON.stringify(status));
      return;
    }
    const asked: HttpRequest = {
      method: request.method as HttpRequest['method'],
      path: request.url ?? '/',
      headers: { accept: request.headers.accept ?? 'application/json' },
    };
    void api.handle(asked).then(({ status, headers, body }) => {
      response.writeHead(status, headers).end(typeof body === 'string' ? body : '');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, url: `https://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

let byAddress: Awaited<ReturnType<typeof listen>>;
let byName: Awaited<ReturnType<typeof listen>>;

beforeAll(async () => {
  const made = [
    authority('ca'),
    authority('other'),
    certificate('address', 'ca', '/CN=kubernetes', 'subjectAltName=IP:127.0.0.1'),
    certificate('name', 'ca', '/CN=kubernetes', 'subjectAltName=DNS:kubernetes.example'),
    certificate('jane', 'ca', '/O=devs/CN=jane'),
    certificate('stranger', 'other', '/CN=stranger'),
  ];
  await make(made.join('\n'));
  [byAddress, byName] = [await listen('address'), await listen('name')];
}, 120_000);

afterAll(() => {
  for (const { server } of [byAddress, byName]) {
    server.closeAllConnections();
    server.close();
  }
  rmSync(folder, { recursive: true, force: true });
});

interface Said {
  readonly code: number;
  readonly stdout: string;
  /** What it ends with; before it, tries that failed are logged. */
  readonly last: string;
}

const said = (code: number, stdout: string, stderr: string): Said => ({ code, stdout, last: stderr.trimEnd().split('\n').at(-1) ?? '' });

function real(args: readonly string[]): Promise<Said> {
  return new Promise((resolve, reject) => {
    const child = spawn(realKubectl().path, args, { cwd: folder, env: { ...process.env, KUBECONFIG: at('config'), HOME: folder } });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.stdin.end();
    child.once('error', reject);
    child.once('close', (code) => resolve(said(code ?? -1, stdout, stderr)));
  });
}

async function ours(args: readonly string[]): Promise<Said> {
  const clock = new RealClock(nodeHostTime);
  const files = new FakeFiles();
  for (const name of [...names, 'config']) files.write(`/root/${name}`, readFileSync(at(name), 'utf8'));
  const noCluster = () => Promise.reject(new Error('there is no cluster at hand'));
  const program = createKubectl({ transport: noCluster, addresses: [], network: nodeNetwork(clock) });
  const fake = new FakeProcess({ files, clock, argv: ['kubectl', ...args], env: { KUBECONFIG: '/root/config' } });
  const code = await program(fake.process);
  return said(code, textOf(fake.out), textOf(fake.err));
}

const user = '--client-certificate=jane.crt --client-key=jane.key';

test.each([
  ['a user whom the authority knows', () => byAddress, `--certificate-authority=ca.crt ${user}`],
  ['a server that is not checked', () => byAddress, `--insecure-skip-tls-verify ${user}`],
  ['a server of an unknown authority', () => byAddress, user],
  ['a server of another authority', () => byAddress, `--certificate-authority=other.crt ${user}`],
  ['a server whose certificate has no addresses', () => byName, `--certificate-authority=ca.crt ${user}`],
  ['a server that is called by its name', () => byName, `--certificate-authority=ca.crt --tls-server-name=kubernetes.example ${user}`],
  ['a server that has another name', () => byName, `--certificate-authority=ca.crt --tls-server-name=other.example ${user}`],
  ['no user', () => byAddress, '--certificate-authority=ca.crt'],
  [
    'a user of another authority',
    () => byAddress,
    '--certificate-authority=ca.crt --client-certificate=stranger.crt --client-key=stranger.key',
  ],
  ['a certificate without its key', () => byAddress, '--certificate-authority=ca.crt --client-certificate=jane.crt'],
])('%s', { timeout: 60_000 }, async (_, server, flags) => {
  writeFileSync(at('config'), 'apiVersion: v1\nkind: Config\n');
  const args = ['get', 'namespace', 'default', '-o', 'name', `--server=${server().url}`, ...flags.split(' ')];
  const [theirs, own] = await Promise.all([real(args), ours(args)]);
  const port = /(?<=127\.0\.0\.1:)\d+/g;
  expect({ ...own, last: own.last.replace(port, 'PORT') }).toEqual({ ...theirs, last: theirs.last.replace(port, 'PORT') });
});
