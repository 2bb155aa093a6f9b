import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, vi } from 'vitest';
import { RealClock } from '../../src/clock';
import { createSandbox, loginEnvironment, runCommand, type Output } from '../../src/sandbox';
import { nodeHostTime } from '../../src/sandbox/host-node';
import { startServing } from '../../src/sandbox/host-serve';
import { createPlainHost, createWasi, loadPause } from '../../src/wasi';
import { fold } from './boot';
import { realKubectl } from './real-kubectl';

/** A sandbox that is served on loopback, and two kubectls that talk to it: the real one and its own. */
export interface Served {
  readonly url: string;
  /** The path of a kubeconfig for it. */
  readonly kubeconfig: string;
  /** The real kubectl, in a directory with the files. */
  real(args: readonly string[], stdin?: string): Promise<Output>;
  /** The sandbox's own kubectl, with the same files at home. */
  ours(args: readonly string[], stdin?: string): Promise<Output>;
  close(): Promise<void>;
}

/** Boots an empty cluster in real time with the namespaces `real` and `ours`. */
export async function serve(files: Readonly<Record<string, string>>): Promise<Served> {
  const clock = new RealClock(nodeHostTime);
  const kubectl = realKubectl();
  console.info(`kubectl ${kubectl.version} from ${kubectl.from}`);
  const folder = mkdtempSync(join(tmpdir(), 'pausebox-serve-'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const host = createPlainHost();
  const pause = await loadPause();
  const { ready } = await createSandbox({
    clock,
    assets: {
      pause: { '3.10': pause.v310, '3.0': pause.v30 },
      pauseSource: pause.source,
      deviations: async () => readFileSync('docs/deviations.md', 'utf8'),
      home: files,
    },
    formats: [createWasi(host, clock)],
    kind: 'cluster',
    bare: true,
    privileged: false,
    report: (error) => {
      throw error;
    },
  });
  const sandbox = await ready;
  const serving = await startServing(sandbox, 0);

  const real: Served['real'] = (args, stdin = '') =>
    new Promise((resolve, reject) => {
      const env = { ...process.env, KUBECONFIG: serving.kubeconfig, HOME: folder };
      const child = spawn(kubectl.path, args, { cwd: folder, env });
      let stdout = '';
      let stderr = '';
      child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString('utf8')));
      child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString('utf8')));
      child.once('error', reject);
      child.once('close', (code) => resolve({ stdout, stderr, code: code ?? -1 }));
      child.stdin.on('error', () => undefined);
      child.stdin.end(stdin);
    });
  const ours: Served['ours'] = (args, stdin) => {
    const { kernel, place } = sandbox.machine;
    const command = { argv: ['kubectl', ...args], env: loginEnvironment({}), cwd: '/root' };
    return runCommand({ kernel, clock, place, command, ...(stdin === undefined ? {} : { stdin: new TextEncoder().encode(stdin) }) });
  };
  for (const namespace of ['real', 'ours']) expect((await ours(['create', 'namespace', namespace])).code).toBe(0);
  return {
    url: serving.url,
    kubeconfig: serving.kubeconfig,
    real,
    ours,
    async close() {
      serving.close();
      sandbox.stop();
      await host.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A command with its namespace, before any `--`. */
export function inNamespace(args: readonly string[], namespace: string): string[] {
  const end = args.indexOf('--');
  const at = end < 0 ? args.length : end;
  return [...args.slice(0, at), '-n', namespace, ...args.slice(at)];
}

/** What differs between two namespaces and two moments, as placeholders. */
export const folded = (text: string): string =>
  fold(text)
    .replace(/\b(real|ours)\b/g, '<NAMESPACE>')
    .replace(/\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?( \+0000|Z)?/g, '<TIME>')
    .replace(/\b\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d [+-]\d{4}/g, '<TIME>')
    .replace(/\b\w{3} +\d+ \d\d:\d\d\b/g, '<TIME>')
    .replace(/("?resourceVersion"?: ?)"\d+"/g, '$1"<VERSION>"')
    .replace(/\b10\.(9[6-9]|10\d|11[01])\.\d+\.\d+\b/g, '<ADDRESS>')
    .replace(/kube-api-access-\w{5}/g, 'kube-api-access-<RANDOM>')
    // a node's port
    .replace(/\b3[0-2]\d{3}(?=\/(TCP|UDP))/g, '<PORT>')
    // the end of a generated name
    .replace(/-[bcdfghjklmnpqrstvwxz2456789]{5}\b/g, '-<RANDOM>')
    .replace(/containerd:\/\/[0-9a-f]+/g, 'containerd://<ID>')
    .replace(/(MERGED|LIVE)-\d+/g, '$1-<N>')
    .replace(/in [\d.]+m?s \([\d.]+m?s including waiting\)/g, 'in <DURATION>')
    // a rollout's steps, some of which may come in one
    .replace(/(rollout to finish: )\d+ /g, '$1<N> ')
    .replace(/^(Waiting for )\d+ (?=pods to be ready)/gm, '$1<N> ')
    .replace(/^(Waiting for .*\n)\1+/gm, '$1')
    // `label --list` goes through a map, which has another order each time
    .replace(
      /^(Listing labels for .*\n)((?: .*\n)+)/gm,
      (_, head: string, list: string) =>
        head +
        list
          .split(/(?<=\n)/)
          .sort()
          .join(''),
    )
    .replace(/eyJ[\w-]+\.[\w-]+\.[\w-]+/g, '<TOKEN>');

/** Commands that change nothing: what they print may be a moment behind in one namespace. */
const reading = new Set(['get', 'describe', 'logs', 'events']);

/** Runs a command with both kubectls, each in its namespace (`everywhere`: as it is), and expects the same answer of both. */
export async function expectAlike(served: Served, args: readonly string[], stdin?: string, everywhere = false): Promise<void> {
  const answer = ({ code, stdout, stderr }: Output): Output => ({ code, stdout: folded(stdout), stderr: folded(stderr) });
  const of = (namespace: string): readonly string[] => (everywhere ? args : inNamespace(args, namespace));
  const compare = async (): Promise<void> => {
    const [theirs, own] = await Promise.all([served.real(of('real'), stdin), served.ours(of('ours'), stdin)]);
    expect(answer(own)).toEqual(answer(theirs));
  };
  if (reading.has(args[0] ?? '')) await vi.waitFor(compare, { timeout: 30_000, interval: 300 });
  else await compare();
}
