import { Errno } from '../../../kernel';
import type { RestartPolicy } from '../types';
import { containerOf } from './docker-act';
import { ClientError, DaemonError, each, type DockerCommand, type DockerContext } from './docker-context';
import { dockerContainers, findContainer } from './docker-objects';
import { memoryOf } from './docker-run';
import { outputOf } from './processes';
import { humanSize } from './table';

const policies = ['no', 'always', 'unless-stopped', 'on-failure'] as const;

/** `--restart`: `always`, `on-failure:3`. Throws ClientError. */
export function restartOf(text: string | undefined): RestartPolicy | undefined {
  if (text === undefined) return undefined;
  const [given, count = '0'] = text.split(':');
  const name = policies.find((policy) => policy === given);
  if (!name) throw new DaemonError(`invalid restart policy: unknown policy '${given}'; use one of 'no', 'always', 'on-failure', or 'unless-stopped'`);
  if (!/^\d+$/.test(count)) throw new ClientError('invalid restart policy format: maximum retry count must be an integer');
  if (count !== '0' && name !== 'on-failure') throw new DaemonError('invalid restart policy: maximum retry count can only be used with \'on-failure\'');
  return { name, most: Number(count) };
} // prettier-ignore

async function rename(context: DockerContext): Promise<number> {
  const [from = '', to = ''] = context.operands;
  const { container, id } = containerOf(context, from);
  if (!/^\/?[a-zA-Z0-9][a-zA-Z0-9_.-]+$/.test(to))
    throw new DaemonError(`Invalid container name (${to}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed`);
  const taken = findContainer(context.runtime, to);
  if (taken?.name === to) throw new DaemonError(`Conflict. The container name "/${to}" is already in use by container "${taken.id}". You have to remove (or rename) that container to be able to reuse that name.`); // prettier-ignore
  if (container) context.runtime.changeContainer(id, { name: to });
  return 0;
}

function update(context: DockerContext): Promise<number> {
  const restart = restartOf(context.value('restart'));
  const memory = context.value('memory');
  const bytes = memory === undefined ? undefined : memoryOf(memory);
  return each(context, async (name) => {
    const { container, id } = containerOf(context, name);
    if (!container) return;
    if (restart) context.runtime.changeContainer(id, { restart });
    if (bytes !== undefined) context.runtime.updateContainer(id, { ...container.resources, memoryLimitBytes: bytes });
  });
}

interface Place {
  /** On the node. */
  readonly path: string;
  readonly shown: string;
  readonly isContainer: boolean;
}

function placeOf(context: DockerContext, text: string): Place {
  const [name = '', inside] = text.split(/:(.*)/s);
  if (inside === undefined || /^[./]/.test(name)) {
    const path = text.startsWith('/') ? text : `${context.proc.getcwd().replace(/\/$/, '')}/${text}`;
    return { path, shown: path, isContainer: false };
  }
  const { task, running, id } = containerOf(context, name);
  if (!running || !task) throw new DaemonError(`container ${id} is not running`);
  const within = inside.startsWith('/') ? inside : `/${inside}`;
  return { path: `/proc/${task.globalPid}/root${within}`, shown: `${name}:${within}`, isContainer: true };
}

/** What a tar archive of the files is large, bytes. */
function archiveSize({ proc }: DockerContext, path: string): number {
  const { type, size } = proc.lstat(path);
  if (type !== 'directory') return 512 + Math.ceil((type === 'file' ? size : 0) / 512) * 512;
  return proc.readdir(path).reduce((sum, { name }) => sum + archiveSize({ proc } as DockerContext, `${path}/${name}`), 512);
}

async function copy(context: DockerContext): Promise<number> {
  const { proc, err, operands } = context;
  const [from, to] = operands.map((text) => placeOf(context, text)) as [Place, Place];
  if (from.isContainer && to.isContainer) throw new ClientError('copying between containers is not supported');
  if (!from.isContainer && !to.isContainer) throw new ClientError('must specify at least one container source');
  let size = 1024;
  try {
    size += archiveSize(context, from.path.replace(/(?<=.)\/+$/, ''));
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    const [name = '', inside = ''] = from.shown.split(/:(.*)/s);
    if (from.isContainer) throw new DaemonError(`Could not find the file ${inside} in container ${name}`);
    throw new ClientError(`lstat ${from.path}: no such file or directory`);
  }
  await outputOf(proc, '/bin/cp', ['cp', '-a', from.path, to.path]);
  await err(`Successfully copied ${humanSize(size)} to ${to.shown}\n`);
  return 0;
}

async function prune({ runtime, out }: DockerContext): Promise<number> {
  const stopped = dockerContainers(runtime).filter(({ running, container }) => container && !container.sandboxId && !running);
  for (const { id } of stopped) await runtime.removeContainer(id);
  await out(`${stopped.length ? `Deleted Containers:\n${stopped.map(({ id }) => `${id}\n`).join('')}\n` : ''}Total reclaimed space: 0B\n`);
  return 0;
}

const force = { long: 'force', short: 'f', help: 'Do not prompt for confirmation' };
export const changeCommands: Readonly<Record<string, DockerCommand>> = {
  'container prune': { usage: '', summary: 'Remove all stopped containers', options: [force], operands: [0, 0], run: prune },
  cp: { usage: 'CONTAINER:SRC_PATH DEST_PATH', summary: 'Copy files/folders between a container and the local filesystem', also: ['container cp'], options: [{ long: 'archive', short: 'a', help: 'Archive mode (copy all uid/gid information)' }], operands: [2, 2], run: copy },
  rename: { usage: 'CONTAINER NEW_NAME', summary: 'Rename a container', also: ['container rename'], options: [], operands: [2, 2], run: rename },
  update: {
    usage: 'CONTAINER [CONTAINER...]', summary: 'Update configuration of one or more containers', also: ['container update'], operands: [1, Infinity], run: update,
    options: [{ long: 'memory', short: 'm', value: true, type: 'bytes', help: 'Memory limit' }, { long: 'restart', value: true, help: 'Restart policy to apply when a container exits' }],
  },
}; // prettier-ignore
