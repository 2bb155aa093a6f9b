import { print, printError, type Program } from '../../../kernel';
import { imageRef } from '../image-store';
import type { Runtime } from '../types';
import { parseArguments } from './arguments';
import { table } from './table';

interface Row {
  readonly id: string;
  readonly image: string;
  readonly pid: number;
  readonly running: boolean;
  readonly started: boolean;
}

/** Every pod sandbox is a container of its own for containerd. */
function rows(runtime: Runtime): Row[] {
  const sandboxes = runtime
    .listPodSandboxes()
    .map((s) => ({ id: s.id, image: s.image.tags[0] ?? '', pid: s.task.globalPid, running: s.state === 'Ready', started: true }));
  const containers = runtime.listContainers().map((c) => ({
    id: c.id,
    image: c.image.tags[0] ?? '',
    pid: c.task?.globalPid ?? 0,
    running: c.state === 'Running',
    started: c.task !== undefined,
  }));
  return [...sandboxes, ...containers].sort((a, b) => (a.id < b.id ? -1 : 1));
}

const listings: Readonly<Record<string, (runtime: Runtime) => { head: readonly string[]; rows: readonly (readonly string[])[] }>> = {
  containers: (runtime) => ({
    head: ['CONTAINER', 'IMAGE', 'RUNTIME'],
    rows: rows(runtime).map((r) => [r.id, r.image, 'io.containerd.runc.v2']),
  }),
  tasks: (runtime) => ({
    head: ['TASK', 'PID', 'STATUS'],
    rows: rows(runtime)
      .filter((r) => r.running)
      .map((r) => [r.id, String(r.pid), 'RUNNING']),
  }),
  images: (runtime) => ({
    head: ['REF'],
    rows: runtime
      .listImages()
      .flatMap((image) => [...image.tags, imageRef(image), `sha256:${image.id}`])
      .sort()
      .map((ref) => [ref]),
  }),
};
const aliases: Readonly<Record<string, string>> = {
  c: 'containers',
  container: 'containers',
  t: 'tasks',
  task: 'tasks',
  i: 'images',
  image: 'images',
};

/** ctr: containerd's own lists, `-n k8s.io` being the kubelet's namespace (others are empty). */
export const ctr =
  (runtime: Runtime): Program =>
  async (proc) => {
    const args = parseArguments(proc.argv.slice(1), [
      { long: 'namespace', short: 'n', value: true },
      { long: 'quiet', short: 'q' },
    ]);
    const [noun = '', verb = ''] = args.operands;
    const listing = listings[aliases[noun] ?? noun];
    if (args.error || !listing || (verb !== 'ls' && verb !== 'list')) {
      await printError(proc, args.error ? `ctr: ${args.error}\n` : `No help topic for '${noun}${verb && ` ${verb}`}'\n`);
      return 1;
    }
    const { head, rows: found } =
      (args.values.get('namespace')?.at(-1) ?? 'default') === 'k8s.io' ? listing(runtime) : { ...listing(runtime), rows: [] };
    // ctr's tabwriter ends every cell with a tab, the last one too.
    if (args.flags.has('quiet')) await print(proc, found.map((row) => `${row[0]}\n`).join(''));
    else
      await print(
        proc,
        table(
          [head, ...found].map((row) => [...row, '']),
          4,
          4,
        ),
      );
    return 0;
  };
