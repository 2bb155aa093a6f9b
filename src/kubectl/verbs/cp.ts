import { Errno } from '../../kernel';
import type { KubeObject, Status } from '../../kube/api';
import type { Command, Invocation } from '../command';
import { completeCopy } from '../completion';
import { CommandError, failure } from '../errors';
import { readBytes } from '../files';
import { containerFlag } from '../flag-sets';
import type { Kubectl } from '../kubectl';
import { containerOf } from '../pods';
import { tarEnd, tarEntries, tarEntry } from '../tar';
import { carry } from '../terminal';
import { openChannel } from './exec';

export const cp: Command = {
  use: 'cp <file-spec-src> <file-spec-dest>',
  short: 'Copy files and directories to and from containers',
  group: 'trouble',
  long: 'Copy files and directories to and from containers. The image must have a tar program.',
  example: `  # Copy a file to a pod
  kubectl cp /tmp/foo <some-pod>:/tmp/bar
  
  # Copy a directory to a container of a pod
  kubectl cp /tmp/foo_dir <some-pod>:/tmp/bar_dir -c <specific-container>
  
  # Copy a file from a pod of another namespace
  kubectl cp <some-namespace>/<some-pod>:/tmp/foo /tmp/bar`,
  flags: [
    containerFlag(),
    {
      name: 'no-preserve',
      kind: 'bool',
      usage: "The copied file/directory's ownership and permissions will not be preserved in the container",
    },
    {
      name: 'retries',
      kind: 'int',
      value: '0',
      usage: 'How often to go on with a copy from a container that broke off. A negative value means always.',
    },
  ],
  run,
  complete: completeCopy,
};

/** `[[namespace/]pod:]path` */
interface FileSpec {
  readonly namespace: string;
  readonly pod: string;
  readonly path: string;
}

function specOf(word: string): FileSpec {
  const colon = word.indexOf(':');
  if (colon === 0) throw failure('filespec must match the canonical format: [[namespace/]pod:]file/path');
  if (colon < 0) return { namespace: '', pod: '', path: word };
  const [subject, path] = [word.slice(0, colon), word.slice(colon + 1)];
  const parts = subject.split('/');
  if (parts.length > 2 || parts.some((part) => part === '')) {
    if (parts[0] === '' || parts[0] === '.' || parts[0] === '..') return { namespace: '', pod: '', path: word };
    throw failure('filespec must match the canonical format: [[namespace/]pod:]file/path');
  }
  return parts.length === 2 ? { namespace: parts[0]!, pod: parts[1]!, path } : { namespace: '', pod: parts[0]!, path };
}

async function run(call: Invocation): Promise<number> {
  const { args } = call;
  if (args.length !== 2) throw failure('source and destination are required');
  const [from, to] = args.map(specOf) as [FileSpec, FileSpec];
  if (from.pod && to.pod) throw failure('one of src or dest must be a local file specification');
  if (!from.path || !to.path) throw failure('filepath can not be empty');
  await call.k.namespace();
  await call.k.connection();
  if (from.pod) return fromPod(call, from, to.path);
  if (to.pod) return toPod(call, from.path, to);
  throw failure('one of src or dest must be a remote file specification');
}

/** `note`: where kubectl says which container it took; copying from a pod, it is standard output. */
async function target(
  { k, flags }: Invocation,
  spec: FileSpec,
  note?: (text: string) => Promise<void>,
): Promise<{ pod: KubeObject; container: string }> {
  const mapping = (await k.mapper()).need('pods');
  const pod = await k.json<KubeObject>('GET', k.path(mapping, spec.namespace || (await k.namespace()), spec.pod));
  return { pod, container: await containerOf(k, pod, flags.string('container'), false, note) };
}

async function execute(
  k: Kubectl,
  where: { pod: KubeObject; container: string },
  command: readonly string[],
  stdin: Uint8Array | undefined,
  out: (bytes: Uint8Array) => void,
  err: (bytes: Uint8Array) => Promise<void> | void = (bytes) => k.err(new TextDecoder().decode(bytes)),
): Promise<Status | undefined> {
  const params = new URLSearchParams();
  for (const word of command) params.append('command', word);
  params.append('container', where.container);
  if (stdin) params.append('stdin', 'true');
  params.append('stdout', 'true');
  params.append('stderr', 'true');
  return k.cancellable(async (signal) => {
    const channel = await openChannel(k, where.pod, 'exec', params, signal);
    if (stdin) {
      channel.send(0, stdin);
      channel.closeSend(0);
    }
    const status = await carry(k, channel, async (id, bytes) => (id === 1 ? out(bytes) : err(bytes)));
    channel.close();
    return status;
  });
}

function refused(status: Status | undefined): void {
  if (!status || status.status === 'Success') return;
  const code = Number(status.details?.causes?.find((cause) => cause.reason === 'ExitCode')?.message ?? '1');
  throw status.reason === 'NonZeroExitCode'
    ? new CommandError(`command terminated with exit code ${code}`, code)
    : failure(status.message ?? '');
}

async function toPod(call: Invocation, source: string, spec: FileSpec): Promise<number> {
  const { k, flags } = call;
  try {
    k.proc.stat(source);
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    throw failure(`${source} doesn't exist in local filesystem`);
  }
  const where = await target(call, spec);
  const base = source.replace(/\/+$/, '').split('/').pop()!;
  const isDirectory = await execute(k, where, ['test', '-d', spec.path], undefined, () => undefined);
  const destination =
    !isDirectory || isDirectory.status === 'Success' ? `${spec.path.replace(/\/+$/, '')}/${base}` : spec.path.replace(/\/+$/, '');
  const slash = destination.lastIndexOf('/');
  const [folder, name] = [slash > 0 ? destination.slice(0, slash) : slash === 0 ? '/' : '', destination.slice(slash + 1)];
  const archive: Uint8Array[] = [];
  await pack(k, source, name, archive);
  archive.push(tarEnd);
  const all = new Uint8Array(archive.reduce((size, part) => size + part.length, 0));
  archive.reduce((offset, part) => (all.set(part, offset), offset + part.length), 0);
  const options = flags.bool('no-preserve') ? ['--no-same-permissions', '--no-same-owner'] : [];
  refused(await execute(k, where, ['tar', ...options, '-xmf', '-', ...(folder ? ['-C', folder] : [])], all, () => undefined));
  return 0;
}

async function pack(k: Kubectl, path: string, name: string, archive: Uint8Array[]): Promise<void> {
  const stat = k.proc.lstat(path);
  const common = { name, mode: stat.mode, mtimeMs: stat.mtimeMs };
  if (stat.type === 'symlink') archive.push(tarEntry({ ...common, type: 'symlink', linkName: k.proc.readlink(path) }));
  else if (stat.type === 'directory') {
    archive.push(tarEntry({ ...common, type: 'directory' }));
    for (const entry of k.proc.readdir(path)) await pack(k, `${path.replace(/\/$/, '')}/${entry.name}`, `${name}/${entry.name}`, archive);
  } else if (stat.type === 'file') archive.push(tarEntry({ ...common, type: 'file', bytes: await readBytes(k.proc, path) }));
}

async function fromPod(call: Invocation, spec: FileSpec, destination: string): Promise<number> {
  const { k } = call;
  const where = await target(call, spec, (text) => k.out(text));
  const parts: Uint8Array[] = [];
  // kubectl leaves tar's own status aside: what arrived is unpacked
  let words = '';
  const decoder = new TextDecoder();
  await execute(k, where, ['tar', 'cf', '-', spec.path], undefined, (bytes) => void parts.push(bytes), (bytes) => void (words += decoder.decode(bytes, { stream: true }))); // prettier-ignore
  const archive = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  parts.reduce((offset, part) => (archive.set(part, offset), offset + part.length), 0);
  const prefix = spec.path
    .replace(/^\/+/, '')
    .replace(/\/+$/, '')
    .replace(/^(\.\.?\/)+/, '');
  const last = prefix.split('/').pop()!;
  const top = isDirectory(k, destination) ? `${destination.replace(/\/$/, '')}/${last}` : destination;
  const entries = [...tarEntries(archive)];
  // what tar says goes to kubectl's standard output; with nothing to unpack kubectl ends before it is there
  if (entries.length > 0) await k.out(words);
  for (const entry of entries) {
    const name = entry.name.replace(/^\/+/, '').replace(/\/+$/, '');
    if (name !== prefix && !name.startsWith(`${prefix}/`)) throw failure(`tar contents corrupted`);
    const path = top + name.slice(prefix.length);
    if (entry.type === 'directory') makeDirectories(k, path);
    else if (entry.type === 'symlink') {
      const hint = `kubectl exec -n "${spec.namespace}" "${spec.pod}" -- tar cf - "${spec.path}" | tar xf -`;
      await k.err(`warning: skipping symlink: "${path.replace(/^\.\//, '')}" -> "${entry.linkName}" (consider using "${hint}")\n`);
    } else if (entry.type === 'file') {
      makeDirectories(k, path.slice(0, Math.max(0, path.lastIndexOf('/'))));
      const fd = await k.proc.open(path, ['write', 'create', 'truncate'], 0o666);
      if (entry.bytes.length > 0) await k.proc.write(fd, entry.bytes);
      k.proc.close(fd);
    }
  }
  return 0;
}

function isDirectory(k: Kubectl, path: string): boolean {
  try {
    return k.proc.stat(path).type === 'directory';
  } catch (error) {
    if (error instanceof Errno) return false;
    throw error;
  }
}

function makeDirectories(k: Kubectl, path: string): void {
  if (!path || isDirectory(k, path)) return;
  makeDirectories(k, path.slice(0, Math.max(0, path.lastIndexOf('/'))));
  k.proc.mkdir(path, 0o755);
}
