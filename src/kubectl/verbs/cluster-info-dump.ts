import type { KubeObject } from '../../kube/api';
import type { Command, Invocation } from '../command';
import { readFile, writeFile } from '../files';
import { podRunningTimeoutFlag } from '../flag-sets';
import { type ObjectPrinter, objectFormats, objectPrinter, outputFlags } from '../printers';
import { listAt } from '../value';

/** What is dumped of each namespace: a file's name and the resource in it. */
const dumped: readonly (readonly [file: string, resource: string])[] = [
  ['events', 'events'],
  ['replication-controllers', 'replicationcontrollers'],
  ['services', 'services'],
  ['daemonsets', 'daemonsets.apps'],
  ['deployments', 'deployments.apps'],
  ['replicasets', 'replicasets.apps'],
  ['pods', 'pods'],
];

export const dump: Command = {
  use: 'dump [flags]',
  short: 'Dump relevant information for debugging and diagnosis',
  long: `Dump cluster information for debugging and diagnosing cluster problems: nodes, events, controllers, services and pods with their logs, of the current namespace and kube-system, or of the namespaces that are named. By default to standard output; with --output-directory to files.`,
  example: `  # Dump to standard output
  kubectl cluster-info dump
  
  # To files, of all namespaces
  kubectl cluster-info dump --all-namespaces --output-directory=/path/to/cluster-state`,
  flags: [
    { name: 'all-namespaces', short: 'A', kind: 'bool', usage: 'If true, dump all namespaces. If true, --namespaces is ignored.' },
    { name: 'namespaces', kind: 'slice', usage: 'Namespaces to dump, separated by commas.' },
    ...outputFlags().map((flag) => (flag.name === 'output' ? { ...flag, value: 'json' } : flag)),
    { name: 'output-directory', kind: 'string', usage: "Where to write files. If empty or '-', standard output is used." },
    { ...podRunningTimeoutFlag, value: '20s' },
  ],
  run,
};

async function run(call: Invocation): Promise<number> {
  const { k, flags } = call;
  await k.connection();
  const printer = (await objectPrinter(flags, (file) => readFile(k.proc, file), objectFormats, true))!;
  const extension = { json: '.json', yaml: '.yaml' }[printer.format] ?? '.txt';
  await put(call, `nodes${extension}`, await listText(call, printer, 'nodes', undefined));
  for (const namespace of await namespacesOf(call)) {
    for (const [file, resource] of dumped)
      await put(call, `${namespace}/${file}${extension}`, await listText(call, printer, resource, namespace));
    await dumpLogs(call, namespace);
  }
  const directory = flags.string('output-directory');
  if (directory && directory !== '-') await k.out(`Cluster info dumped to ${directory}\n`);
  return 0;
}

async function namespacesOf({ k, flags }: Invocation): Promise<readonly string[]> {
  if (!flags.bool('all-namespaces')) {
    const named = flags.list('namespaces');
    return named.length > 0 ? named : ['kube-system', await k.namespace()];
  }
  const mapping = (await k.mapper()).need('namespaces');
  const { items } = await k.json<{ items: KubeObject[] }>('GET', k.path(mapping, undefined));
  return items.map(({ metadata }) => metadata.name ?? '');
}

async function listText({ k }: Invocation, printer: ObjectPrinter, resource: string, namespace: string | undefined): Promise<string> {
  const mapping = (await k.mapper()).need(resource);
  return printer.text(await k.json<KubeObject>('GET', k.path(mapping, namespace)));
}

async function dumpLogs(call: Invocation, namespace: string): Promise<void> {
  const { k } = call;
  const mapping = (await k.mapper()).need('pods');
  const { items } = await k.json<{ items: KubeObject[] }>('GET', k.path(mapping, namespace));
  for (const pod of items) {
    const { name = '' } = pod.metadata;
    let text = '';
    for (const container of listAt(pod, 'spec', 'containers')) {
      const where = `container ${String(container.name)} of pod ${namespace}/${name}`;
      const answer = await k.send('GET', k.path(mapping, namespace, name, 'log'), { query: { container: String(container.name) } });
      const log = answer.status === 200 && typeof answer.body === 'string' ? answer.body : '';
      text += `==== START logs for ${where} ====\n${log}==== END logs for ${where} ====\n`;
    }
    await put(call, `${namespace}/${name}/logs.txt`, text);
  }
}

async function put({ k, flags }: Invocation, file: string, text: string): Promise<void> {
  const directory = flags.string('output-directory');
  if (!directory || directory === '-') return k.out(text);
  const path = `${directory}/${file}`;
  makeFolder(k.proc, path.slice(0, path.lastIndexOf('/')));
  await writeFile(k.proc, path, text, 0o644);
}

function makeFolder(proc: Invocation['k']['proc'], path: string): void {
  try {
    proc.stat(path);
  } catch {
    const parent = path.lastIndexOf('/');
    if (parent > 0) makeFolder(proc, path.slice(0, parent));
    proc.mkdir(path, 0o755);
  }
}
