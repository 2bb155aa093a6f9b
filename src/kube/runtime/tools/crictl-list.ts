import { imageRef } from '../image-store';
import type { Container, Image, PodSandbox } from '../types';
import {
  criContainers,
  Fatal,
  labelFilter,
  last,
  pattern,
  podOf,
  ShowHelp,
  writeList,
  type CrictlCommand,
  type CrictlContext,
} from './crictl-context';
import { humanDuration, humanSize, table } from './table';

const nanos = (ms: number): string => String(BigInt(Math.floor(ms)) * 1_000_000n + BigInt(Math.floor((ms % 1) * 1e6)));
const labelLines = (title: string, labels: Readonly<Record<string, string>>): string =>
  `${title}:\n${Object.keys(labels).sort().map((key) => `\t${key} -> ${labels[key]}\n`).join('')}`; // prettier-ignore

/** `--latest`, `--last`. */
function newest<T>(context: CrictlContext, all: readonly T[]): readonly T[] {
  const { args } = context;
  const count = Number(last(args, 'last') ?? 0);
  return args.flags.has('latest') ? all.slice(0, 1) : count > 0 ? all.slice(0, count) : all;
}
const isNewest = ({ args }: CrictlContext): boolean => args.flags.has('latest') || Number(last(args, 'last') ?? 0) > 0;

/** The pods that the options ask for, newest first. */
export function listedPods(context: CrictlContext): readonly PodSandbox[] {
  const { runtime, args } = context;
  const [name, namespace] = [pattern(last(args, 'name')), pattern(last(args, 'namespace'))];
  const state = last(args, 'state')?.toLowerCase();
  if (state && !['ready', 'notready'].includes(state)) throw new Fatal('--state should be ready or notready');
  const labelled = labelFilter(args);
  const shown = [...runtime.listPodSandboxes()]
    .filter(
      (s) =>
        (name?.test(s.config.name) ?? true) &&
        (namespace?.test(s.config.namespace) ?? true) &&
        s.id.startsWith(last(args, 'id') ?? '') &&
        (!state || s.state.toLowerCase() === state) &&
        labelled(s.config.labels),
    )
    .sort((a, b) => b.createdMs - a.createdMs);
  return newest(context, shown);
}

/** The containers that the options ask for, newest first. */
export function listedContainers(context: CrictlContext): readonly Container[] {
  const { runtime, args } = context;
  const [name, namespace] = [pattern(last(args, 'name')), pattern(last(args, 'namespace'))];
  const state = last(args, 'state')?.toLowerCase();
  if (state && !['created', 'running', 'exited', 'unknown'].includes(state))
    throw new Fatal('--state should be one of created, running, exited or unknown');
  const image = last(args, 'image');
  const labelled = labelFilter(args);
  const wanted = image === undefined ? undefined : runtime.imageStatus(image)?.id;
  const any = isNewest(context) || args.flags.has('all');
  const shown = criContainers(runtime)
    .filter(
      (c) =>
        (state && !isNewest(context) ? c.state.toLowerCase() === state : any || c.state === 'Running') &&
        (name?.test(c.config.name) ?? true) &&
        (namespace?.test(podOf(runtime, c)?.config.namespace ?? '') ?? true) &&
        c.id.startsWith(last(args, 'id') ?? '') &&
        c.sandboxId.startsWith(last(args, 'pod') ?? '') &&
        (image === undefined || c.image.id === wanted) &&
        labelled(c.config.labels),
    )
    .sort((a, b) => b.createdMs - a.createdMs);
  return newest(context, shown);
}

const short = ({ args }: CrictlContext, id: string): string => (args.flags.has('no-trunc') ? id : id.slice(0, 13));

async function pods(context: CrictlContext): Promise<void> {
  const { proc, args, out } = context;
  if (args.operands.length) throw new ShowHelp();
  const shown = listedPods(context);
  const items = shown.map(({ id, config, state, createdMs }) => ({
    id,
    metadata: { name: config.name, uid: config.uid, namespace: config.namespace, attempt: config.attempt },
    state: `SANDBOX_${state.toUpperCase()}`,
    createdAt: nanos(createdMs),
    labels: config.labels,
    annotations: config.annotations,
    runtimeHandler: '',
  }));
  if (await writeList(context, { items })) return;
  if (args.flags.has('quiet')) return out(shown.map((s) => `${s.id}\n`).join(''));
  if (args.flags.has('verbose')) {
    for (const { id, config, state, createdMs } of shown)
      await out(
        `ID: ${id}\nName: ${config.name}\nUID: ${config.uid}\nNamespace: ${config.namespace}\n${config.attempt ? `Attempt: ${config.attempt}\n` : ''}Status: ${state}\nCreated: ${goTime(createdMs)}\n${labelLines('Labels', config.labels)}${labelLines('Annotations', config.annotations)}Runtime: (default)\n\n`,
      );
    return;
  }
  const rows = shown.map(({ id, config, state, createdMs }) => [
    short(context, id),
    `${humanDuration(proc.clock.now() - createdMs)} ago`,
    state,
    config.name,
    config.namespace,
    String(config.attempt),
    '(default)',
  ]);
  await out(table([['POD ID', 'CREATED', 'STATE', 'NAME', 'NAMESPACE', 'ATTEMPT', 'RUNTIME'], ...rows], 20));
}

async function ps(context: CrictlContext): Promise<void> {
  const { proc, runtime, args, out } = context;
  if (args.operands.length) throw new ShowHelp();
  const shown = listedContainers(context);
  const containers = shown.map(({ id, sandboxId, config, image, state, createdMs }) => ({
    id,
    podSandboxId: sandboxId,
    metadata: { name: config.name, attempt: config.attempt },
    image: { image: `sha256:${image.id}`, annotations: {}, userSpecifiedImage: '', runtimeHandler: '' },
    imageRef: `sha256:${image.id}`,
    state: `CONTAINER_${state.toUpperCase()}`,
    createdAt: nanos(createdMs),
    labels: config.labels,
    annotations: config.annotations,
    imageId: `sha256:${image.id}`,
  }));
  if (await writeList(context, { containers })) return;
  if (args.flags.has('quiet')) return out(shown.map((c) => `${c.id}\n`).join(''));
  const created = ({ createdMs }: Container): string => `${humanDuration(proc.clock.now() - createdMs)} ago`;
  const nameOf = ({ tags, id }: Image): string => (args.flags.has('resolve-image-path') ? (tags[0] ?? id) : short(context, id));
  if (args.flags.has('verbose')) {
    for (const c of shown)
      await out(
        `ID: ${c.id}\nPodID: ${c.sandboxId}\nNamespace: ${podOf(runtime, c)?.config.namespace ?? 'unknown'}\nName: ${c.config.name}\nAttempt: ${c.config.attempt}\nState: ${c.state}\nImage: sha256:${c.image.id}\nCreated: ${created(c)}\n${labelLines('Labels', c.config.labels)}${labelLines('Annotations', c.config.annotations)}\n`,
      );
    return;
  }
  const rows = shown.map((c) => {
    const config = podOf(runtime, c)?.config;
    return [
      short(context, c.id),
      nameOf(c.image),
      created(c),
      c.state,
      c.config.name,
      String(c.config.attempt),
      short(context, c.sandboxId),
      config?.name ?? 'unknown',
      config?.namespace ?? 'unknown',
    ];
  });
  await out(table([['CONTAINER', 'IMAGE', 'CREATED', 'STATE', 'NAME', 'ATTEMPT', 'POD ID', 'POD', 'NAMESPACE'], ...rows], 20));
}

/** Time as Go prints it. */
export const goTime = (ms: number): string => {
  const fraction = String(Math.floor((ms % 1000) * 1e6)).padStart(9, '0').replace(/0+$/, ''); // prettier-ignore
  return `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')}${fraction && `.${fraction}`} +0000 UTC`;
};

export const imageStatus = (image: Image) => ({
  id: `sha256:${image.id}`,
  repoTags: image.tags,
  repoDigests: [imageRef(image)],
  size: String(image.sizeBytes),
  uid: /^\d+/.test(image.config.user) ? { value: image.config.user.replace(/:.*/, '') } : null,
  username: /^\d*(:|$)/.test(image.config.user) ? '' : image.config.user.replace(/:.*/, ''),
  spec: null,
  pinned: image.tags.some((tag) => tag.includes('/pause:')),
});

async function images(context: CrictlContext): Promise<void> {
  const { runtime, args, out } = context;
  if (args.operands.length > 1) throw new ShowHelp();
  const [wanted] = args.operands;
  const named = wanted === undefined ? undefined : runtime.imageStatus(wanted)?.id;
  const order = (image: Image): string => image.tags[0] ?? image.id;
  const shown = runtime
    .listImages()
    .filter((image) => wanted === undefined || image.id === named)
    .sort((a, b) => (order(a) < order(b) ? -1 : 1));
  if (await writeList(context, { images: shown.map(imageStatus) })) return;
  if (args.flags.has('quiet')) return out(shown.map((i) => `sha256:${i.id}\n`).join(''));
  if (args.flags.has('verbose')) {
    for (const image of shown) {
      const { uid, username, pinned } = imageStatus(image);
      await out(
        `ID: sha256:${image.id}\n${image.tags.map((tag) => `RepoTags: ${tag}\n`).join('')}RepoDigests: ${imageRef(image)}\nSize: ${image.sizeBytes}\n${uid ? `Uid: value:${uid.value}\n` : ''}${username && `Username: ${username}\n`}${pinned ? 'Pinned: true\n' : ''}\n`,
      );
    }
    return;
  }
  const id = (text: string): string => (args.flags.has('no-trunc') ? `sha256:${text}` : text.slice(0, 13));
  const only = (flag: string, cell: string): string[] => (args.flags.has(flag) ? [cell] : []);
  const rows = shown.flatMap((image) =>
    image.tags.map((tag) => {
      const at = tag.lastIndexOf(':');
      const { pinned } = imageStatus(image);
      return [tag.slice(0, at), tag.slice(at + 1), ...only('digests', id(image.digest)), id(image.id), humanSize(image.sizeBytes), ...only('pinned', String(pinned))]; // prettier-ignore
    }),
  );
  await out(table([['IMAGE', 'TAG', ...only('digests', 'DIGEST'), 'IMAGE ID', 'SIZE', ...only('pinned', 'PINNED')], ...rows], 20));
}

const quiet = (help: string): { long: string; short: string; help: string } => ({ long: 'quiet', short: 'q', help });
const output = { long: 'output', short: 'o', value: true, help: 'Output format, One of: json|yaml|table (default: "table")' };
const noTrunc = { long: 'no-trunc', help: 'Show output without truncating the ID' };
const common = [
  { long: 'label', value: true, help: 'Filter by key=value label' },
  { long: 'name', value: true, help: 'Filter by name regular expression pattern' },
  { long: 'namespace', value: true, help: 'Filter by pod namespace regular expression pattern' },
  { long: 'latest', short: 'l', help: 'Show the most recently created one (includes all states)' },
  { long: 'last', short: 'n', value: true, help: 'Show last n recently created ones (includes all states). Set 0 for unlimited.' },
];
export const podFilters = [...common, { long: 'state', short: 's', value: true, help: 'Filter by pod state' }];
export const containerFilters = [
  ...common,
  { long: 'all', short: 'a', help: 'Show all containers' },
  { long: 'image', value: true, help: 'Filter by container image' },
  { long: 'pod', short: 'p', value: true, help: 'Filter by pod id' },
  { long: 'state', short: 's', value: true, help: 'Filter by container state' },
];
const verbose = { long: 'verbose', short: 'v', help: 'Show verbose information' };

export const listCommands: Readonly<Record<string, CrictlCommand>> = {
  images: {
    usage: '[REPOSITORY[:TAG]]', summary: 'List images', run: images,
    options: [quiet('Only show image IDs'), output, verbose, noTrunc, { long: 'digests', help: 'Show digests' }, { long: 'pinned', help: 'Show whether the image is pinned or not' }],
  },
  pods: { usage: '', summary: 'List pods', run: pods, options: [...podFilters, quiet('List only pod IDs'), output, verbose, noTrunc, { long: 'id', value: true, help: 'filter by pod id' }] },
  ps: {
    usage: '', summary: 'List containers', run: ps,
    options: [...containerFilters, quiet('Only display container IDs'), output, verbose, noTrunc, { long: 'id', value: true, help: 'Filter by container id' }, { long: 'resolve-image-path', short: 'r', help: 'Show image path instead of image id' }],
  },
}; // prettier-ignore
