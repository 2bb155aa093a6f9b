import { print, printError, signalNumber, type Process, type Program } from '../../../kernel';
import { imageRef } from '../image-store';
import type { Runtime } from '../types';
import { parseArguments } from './arguments';
import { table } from './table';

interface Row {
  readonly id: string;
  readonly image: string;
  readonly pid: number;
  readonly running: boolean;
}

/** Every pod sandbox is a container of its own for containerd. */
function rows(runtime: Runtime): Row[] {
  const sandboxes = runtime
    .listPodSandboxes()
    .map((s) => ({ id: s.id, image: s.image.tags[0] ?? '', pid: s.task.globalPid, running: s.state === 'Ready' }));
  const containers = runtime.listContainers().map((c) => ({
    id: c.id,
    image: c.image.tags[0] ?? '',
    pid: c.task?.globalPid ?? 0,
    running: c.state === 'Running',
  }));
  return [...sandboxes, ...containers].sort((a, b) => (a.id < b.id ? -1 : 1));
}

interface Listing {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

const mib = (bytes: number): string => {
  const units = ['B', 'KiB', 'MiB', 'GiB'];
  let value = bytes;
  let unit = 0;
  for (; value >= 1024 && unit < units.length - 1; unit++) value /= 1024;
  return `${value.toFixed(1)} ${units[unit]}`;
};

const listings: Readonly<Record<string, (runtime: Runtime) => Listing>> = {
  containers: (runtime) => ({
    head: ['CONTAINER', 'IMAGE', 'RUNTIME', ''],
    rows: rows(runtime).map((r) => [r.id, r.image, 'io.containerd.runc.v2', '']),
  }),
  // the rows' last cell is no column of its own: it is not padded
  tasks: (runtime) => ({
    head: ['TASK', 'PID', 'STATUS', ''],
    // the task of a container that has ended is deleted by the CRI plugin
    rows: rows(runtime)
      .filter((r) => r.running)
      .map((r) => [r.id, String(r.pid), 'RUNNING']),
  }),
  images: (runtime) => ({
    head: ['REF', 'TYPE', 'DIGEST', 'SIZE', 'PLATFORMS', 'LABELS', ''],
    rows: runtime
      .listImages()
      .flatMap((image) =>
        [...image.tags, imageRef(image), `sha256:${image.id}`].map((ref) => [
          ref,
          'application/vnd.oci.image.manifest.v1+json',
          `sha256:${image.digest}`,
          mib(image.sizeBytes),
          'linux/amd64',
          'io.cri-containerd.image=managed',
          '',
        ]),
      )
      .sort((a, b) => (a[0]! < b[0]! ? -1 : 1)),
  }),
  namespaces: () => ({ head: ['NAME', 'LABELS', ''], rows: [['k8s.io', '', '']] }),
};

/** ctr tasks kill. */
async function killTask(runtime: Runtime, proc: Process, id: string, signal: string): Promise<number> {
  const task = runtime.listPodSandboxes().find((s) => s.id === id && s.state === 'Ready')?.task ?? runtime.listContainers().find((c) => c.id === id && c.state === 'Running')?.task; // prettier-ignore
  const number = signalNumber(signal);
  const problem = !task ? `no running task found: task ${id} not found: not found` : number ? undefined : `unknown signal "${signal}"`;
  if (problem || !task || !number) {
    await printError(proc, `ctr: ${problem}\n`);
    return 1;
  }
  task.kill(number);
  return 0;
}

const aliases: Readonly<Record<string, string>> = {
  c: 'containers',
  container: 'containers',
  t: 'tasks',
  task: 'tasks',
  i: 'images',
  image: 'images',
  ns: 'namespaces',
  namespace: 'namespaces',
};

/** ctr: containerd's own lists, `-n k8s.io` being the kubelet's namespace (others are empty). */
export const ctr =
  (runtime: Runtime): Program =>
  async (proc) => {
    const args = parseArguments(proc.argv.slice(1), [
      { long: 'namespace', short: 'n', value: true },
      { long: 'quiet', short: 'q' },
      { long: 'signal', short: 's', value: true },
      { long: 'all', short: 'a' },
    ]);
    const [noun = '', verb = '', id = ''] = args.operands;
    if (!args.error && (aliases[noun] ?? noun) === 'tasks' && verb === 'kill')
      return killTask(runtime, proc, id, args.values.get('signal')?.at(-1) ?? 'SIGTERM');
    const listing = listings[aliases[noun] ?? noun];
    if (args.error || !listing || (verb !== 'ls' && verb !== 'list')) {
      await printError(proc, args.error ? `ctr: ${args.error}\n` : `No help topic for '${noun}${verb && ` ${verb}`}'\n`);
      return 1;
    }
    const all = listing(runtime);
    const ours = (args.values.get('namespace')?.at(-1) ?? 'default') === 'k8s.io' || (aliases[noun] ?? noun) === 'namespaces';
    const found = ours ? all.rows : [];
    if (args.flags.has('quiet')) await print(proc, found.map((row) => `${row[0]}\n`).join(''));
    else await print(proc, table([all.head, ...found], 4, 4));
    return 0;
  };
