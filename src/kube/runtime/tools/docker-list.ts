import { familiarName } from '../reference';
import type { Image } from '../types';
import { ClientError, DaemonError, type DockerCommand, type DockerContext } from './docker-context';
import { dockerContainers, findContainer, type DockerContainer } from './docker-objects';
import { templateFunctions } from './formats';
import { humanDuration, humanSize, table } from './table';

const quoteCommand = (argv: readonly string[], truncate: boolean): string => {
  const text = argv.map((a) => (/^[\w@%+=:,./-]+$/.test(a) ? a : `'${a}'`)).join(' ');
  return `"${truncate && text.length > 20 ? `${text.slice(0, 19)}…` : text}"`;
};

function statusOf(container: DockerContainer, nowMs: number): string {
  if (container.running) return `Up ${humanDuration(nowMs - container.startedMs)}`;
  if (!container.started) return 'Created';
  if (container.container?.isRestarting) return `Restarting (${container.exitCode}) ${humanDuration(nowMs - container.finishedMs)} ago`;
  return `Exited (${container.exitCode}) ${humanDuration(nowMs - container.finishedMs)} ago`;
}

export const stateOf = ({ running, started, container }: DockerContainer): string =>
  running ? 'running' : container?.isRestarting ? 'restarting' : started ? 'exited' : 'created';

/** A name filter is a regular expression, over the name with its slash and without. */
function namePattern(value: string): RegExp {
  try {
    return new RegExp(value.replace(/^\^(?!\/)/, '^/'));
  } catch {
    return /(?!)/;
  }
}

type Filter = (container: DockerContainer, value: string, all: readonly DockerContainer[]) => boolean;
const createdOf = (all: readonly DockerContainer[], name: string): number => {
  const found = all.find((c) => c.name === name || c.id.startsWith(name));
  if (!found) throw new DaemonError(`No such container: ${name}`);
  return found.createdMs;
};
const labelsOf = (c: DockerContainer): Readonly<Record<string, string>> => c.container?.config.labels ?? c.sandbox?.config.labels ?? {};
const filters: Readonly<Record<string, Filter>> = {
  name: (c, value) => namePattern(value).test(`/${c.name}`),
  id: (c, value) => c.id.startsWith(value),
  ancestor: (c, value) =>
    c.imageObject.id.startsWith(value.replace(/^sha256:/, '')) ||
    c.imageObject.tags.some((t) => familiarName(t) === value || familiarName(t) === `${value}:latest`),
  status: (c, value) => stateOf(c) === value,
  exited: (c, value) => stateOf(c) === 'exited' && c.exitCode === Number(value),
  label: (c, value) => {
    const [key = '', wanted] = value.split(/=(.*)/s);
    const label = labelsOf(c)[key];
    return label !== undefined && (wanted === undefined || label === wanted);
  },
  before: (c, value, all) => c.createdMs < createdOf(all, value),
  since: (c, value, all) => c.createdMs > createdOf(all, value),
};

/** Filters of one key are alternatives (of `label`: all count), those of different keys all count. */
function filtered(all: readonly DockerContainer[], given: readonly string[]): DockerContainer[] {
  const byKey = new Map<string, string[]>();
  for (const text of given) {
    const [key = '', value = ''] = text.split(/=(.*)/s);
    if (!filters[key]) throw new DaemonError(`invalid filter '${key}'`);
    byKey.set(key, [...(byKey.get(key) ?? []), value]);
  }
  return all.filter((container) =>
    [...byKey].every(([key, values]) => {
      const holds = (value: string): boolean => filters[key]!(container, value, all);
      return key === 'label' ? values.every(holds) : values.some(holds);
    }),
  );
}

/** `0.0.0.0:8080->80/tcp, [::]:8080->80/tcp` */
export const portsText = (c: DockerContainer): string =>
  !c.running
    ? ''
    : (c.container?.config.publish ?? [])
        .map(({ hostPort, containerPort }) => ['0.0.0.0', '[::]'].map((ip) => `${ip}:${hostPort}->${containerPort}/tcp`).join(', '))
        .join(', ');

interface Column {
  readonly field: string;
  readonly head: string;
}
const containerColumns: readonly Column[] = [
  { field: 'ID', head: 'CONTAINER ID' },
  { field: 'Image', head: 'IMAGE' },
  { field: 'Command', head: 'COMMAND' },
  { field: 'RunningFor', head: 'CREATED' },
  { field: 'Status', head: 'STATUS' },
  { field: 'Ports', head: 'PORTS' },
  { field: 'Names', head: 'NAMES' },
];
const heads: Readonly<Record<string, string>> = {
  ...Object.fromEntries(containerColumns.map(({ field, head }) => [field, head])),
  CreatedAt: 'CREATED AT',
  State: 'STATE',
  Size: 'SIZE',
  Labels: 'LABELS',
  Mounts: 'MOUNTS',
  LocalVolumes: 'LOCAL VOLUMES',
  Networks: 'NETWORKS',
};

type Row = Readonly<Record<string, unknown>>;

/** Time as Go prints it. */
const goTime = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')} +0000 UTC`;

/** Rows by a format: `table TEMPLATE` has headings, `json` one object a line, another template one line each. */
export async function writeRows(
  { formats, out }: DockerContext,
  format: string,
  rows: readonly Row[],
  headings: Readonly<Record<string, string>>,
): Promise<void> {
  const isTable = format === 'table' || format.startsWith('table ');
  const text = format
    .replace(/^table ?/, '')
    .replace(/\\t/g, '\t')
    .replace(/\\n/g, '\n');
  const template = format === 'json' ? '{{json .}}' : text;
  let lines: string[];
  try {
    lines = (isTable ? [headings, ...rows] : rows).map((row) => formats.template(template, row, templateFunctions));
  } catch (error) {
    throw new ClientError(`failed to execute template: ${(error as Error).message}`);
  }
  if (isTable)
    await out(table(lines.map((line) => line.split('\t')), 10)); // prettier-ignore
  else await out(lines.map((line) => `${line}\n`).join(''));
}

const tableOf = (columns: readonly Column[]): string => `table ${columns.map(({ field }) => `{{.${field}}}`).join('\t')}`;

async function ps(context: DockerContext): Promise<number> {
  const { proc, runtime, flags, value, values, out } = context;
  const now = proc.clock.now();
  const full = flags.has('no-trunc');
  const last = Number(value('last') ?? (flags.has('latest') ? 1 : -1));
  const bare = values('filter').find((text) => !text.includes('='));
  if (bare !== undefined) {
    await context.err(`invalid argument "${bare}" for "-f, --filter" flag: invalid filter '${bare}'\n`);
    return 125;
  }
  // a filter by status or exit code looks at all
  const everything = flags.has('all') || last > 0 || values('filter').some((text) => /^(status|exited)=/.test(text));
  const all = dockerContainers(runtime);
  const shown = filtered(all, values('filter')).filter((c) => everything || c.running).slice(0, last > 0 ? last : undefined); // prettier-ignore
  if (flags.has('quiet')) {
    await out(shown.map((c) => `${full ? c.id : c.id.slice(0, 12)}\n`).join(''));
    return 0;
  }
  const rows = shown.map((c): Row => {
    const mounts = (c.container?.config.mounts ?? []).map(({ hostPath }) =>
      full || hostPath.length <= 15 ? hostPath : `${hostPath.slice(0, 14)}…`,
    );
    return {
      ID: full ? c.id : c.id.slice(0, 12),
      Image: c.image,
      Command: quoteCommand(c.argv, !full),
      CreatedAt: goTime(c.createdMs),
      RunningFor: `${humanDuration(now - c.createdMs)} ago`,
      Ports: portsText(c),
      State: stateOf(c),
      Status: statusOf(c, now),
      Size: `0B (virtual ${humanSize(c.imageObject.sizeBytes)})`,
      Names: c.name,
      Labels: Object.entries(labelsOf(c)).map(([k, v]) => `${k}=${v}`).sort().join(','), // prettier-ignore
      Mounts: mounts.join(','),
      LocalVolumes: '0',
      Networks: c.sandbox || c.container?.sandboxId ? 'none' : (c.container?.address && 'bridge') || 'host',
    };
  });
  const columns = flags.has('size') ? [...containerColumns, { field: 'Size', head: 'SIZE' }] : containerColumns;
  const format = value('format') ?? 'table';
  await writeRows(context, format === 'table' ? tableOf(columns) : format, rows, heads);
  return 0;
}

const imageColumns: readonly Column[] = [
  { field: 'Repository', head: 'REPOSITORY' },
  { field: 'Tag', head: 'TAG' },
  { field: 'ID', head: 'IMAGE ID' },
  { field: 'CreatedSince', head: 'CREATED' },
  { field: 'Size', head: 'SIZE' },
];
const digestColumn = { field: 'Digest', head: 'DIGEST' };

async function images(context: DockerContext): Promise<number> {
  const { proc, runtime, flags, value, operands, out } = context;
  const now = proc.clock.now();
  const [wanted] = operands;
  const takes = (name: string): boolean => wanted === undefined || name === wanted || name.replace(/:[^:/]*$/, '') === wanted;
  const rowsOf = (image: Image): Row[] =>
    image.tags.map(familiarName).filter(takes).map((name) => ({
      Repository: name.replace(/:[^:/]*$/, ''),
      Tag: name.replace(/^.*:/, ''),
      ID: flags.has('no-trunc') ? `sha256:${image.id}` : image.id.slice(0, 12),
      Digest: `sha256:${image.digest}`,
      CreatedSince: `${humanDuration(now - image.createdMs)} ago`,
      CreatedAt: goTime(image.createdMs),
      Size: humanSize(image.sizeBytes),
    })); // prettier-ignore
  const rows = [...runtime.listImages()].sort((a, b) => b.createdMs - a.createdMs).flatMap(rowsOf);
  if (flags.has('quiet')) {
    await out([...new Set(rows.map((row) => `${String(row['ID'])}\n`))].join(''));
    return 0;
  }
  const columns = flags.has('digests') ? imageColumns.toSpliced(2, 0, digestColumn) : imageColumns;
  const format = value('format') ?? 'table';
  const headings = Object.fromEntries([...imageColumns, digestColumn, { field: 'CreatedAt', head: 'CREATED AT' }].map(({ field, head }) => [field, head])); // prettier-ignore
  await writeRows(context, format === 'table' ? tableOf(columns) : format, rows, headings);
  return 0;
}

async function port({ runtime, operands, out }: DockerContext): Promise<number> {
  const [name = '', wanted] = operands;
  const found = findContainer(runtime, name);
  if (!found) throw new DaemonError(`No such container: ${name}`);
  const shown = (found.running ? (found.container?.config.publish ?? []) : []).filter(
    ({ containerPort }) => wanted === undefined || wanted.replace(/\/tcp$/, '') === String(containerPort),
  );
  if (wanted !== undefined && !shown.length) {
    const [number, protocol = 'tcp'] = wanted.split('/');
    throw new ClientError(`no public port '${number}/${protocol}' published for ${name}`);
  }
  for (const { hostPort, containerPort } of shown)
    for (const ip of ['0.0.0.0', '[::]']) await out(`${wanted === undefined ? `${containerPort}/tcp -> ` : ''}${ip}:${hostPort}\n`);
  return 0;
}

const formatHelp = `Format output using a custom template:\n'table':            Print output in table format with column headers (default)\n'table TEMPLATE':   Print output in table format using the given Go template\n'json':             Print in JSON format\n'TEMPLATE':         Print output using the given Go template.\nRefer to https://docs.docker.com/go/formatting/ for more information about formatting output with templates`;
const noTrunc = { long: 'no-trunc', help: "Don't truncate output" };
const format = { long: 'format', value: true, help: formatHelp };

export const listCommands: Readonly<Record<string, DockerCommand>> = {
  images: {
    usage: '[REPOSITORY[:TAG]]',
    summary: 'List images',
    also: ['image ls', 'image list'],
    common: true,
    options: [
      { long: 'all', short: 'a', help: 'Show all images (default hides intermediate images)' },
      { long: 'quiet', short: 'q', help: 'Only show image IDs' },
      { long: 'digests', help: 'Show digests' },
      noTrunc,
      format,
    ],
    operands: [0, 1],
    run: images,
  },
  port: { usage: 'CONTAINER [PRIVATE_PORT[/PROTO]]', summary: 'List port mappings or a specific mapping for the container', also: ['container port'], options: [], operands: [1, 2], run: port },
  ps: {
    usage: '',
    summary: 'List containers',
    also: ['container ls', 'container list', 'container ps'],
    common: true,
    options: [
      { long: 'all', short: 'a', help: 'Show all containers (default shows just running)' },
      { long: 'filter', short: 'f', value: true, type: 'filter', help: 'Filter output based on conditions provided' },
      format,
      { long: 'last', short: 'n', value: true, type: 'int', help: 'Show n last created containers (includes all states) (default -1)' },
      { long: 'latest', short: 'l', help: 'Show the latest created container (includes all states)' },
      noTrunc,
      { long: 'quiet', short: 'q', help: 'Only display container IDs' },
      { long: 'size', short: 's', help: 'Display total file sizes' },
    ],
    operands: [0, 0],
    run: ps,
  },
}; // prettier-ignore
