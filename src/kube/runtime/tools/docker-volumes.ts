import { Errno, type Process } from '../../../kernel';
import { rfc3339Nano } from '../cri-log';
import { makeDirectories } from '../root-file-system';
import { DaemonError, each, type DockerCommand, type DockerContext } from './docker-context';
import { dockerContainers } from './docker-objects';
import { templateFunctions } from './formats';
import { outputOf } from './processes';
import { table } from './table';

export const volumesDirectory = '/var/lib/docker/volumes';
export const volumePath = (name: string): string => `${volumesDirectory}/${name}/_data`;

function volumeNames(proc: Process): string[] {
  try {
    return proc.readdir(volumesDirectory).map(({ name }) => name).sort(); // prettier-ignore
  } catch (error) {
    if (error instanceof Errno) return [];
    throw error;
  }
}

const usersOf = ({ runtime }: DockerContext, name: string): string[] =>
  dockerContainers(runtime)
    .filter(({ container }) => container?.config.mounts.some(({ hostPath }) => hostPath === volumePath(name)))
    .map(({ id }) => id);

async function create({ proc, operands, value, out }: DockerContext): Promise<number> {
  const random = (): string => Math.floor(proc.clock.random() * 16).toString(16);
  const name = operands[0] ?? value('name') ?? Array.from({ length: 64 }, random).join('');
  if (!/^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/.test(name))
    throw new DaemonError(
      `create ${name}: "${name}" includes invalid characters for a local volume name, only "[a-zA-Z0-9][a-zA-Z0-9_.-]" are allowed. If you intended to pass a host directory, use absolute path`,
    );
  makeDirectories(proc, volumePath(name));
  await out(`${name}\n`);
  return 0;
}

async function list({ proc, flags, out }: DockerContext): Promise<number> {
  const names = volumeNames(proc);
  if (flags.has('quiet')) await out(names.map((name) => `${name}\n`).join(''));
  else await out(table([['DRIVER', 'VOLUME NAME'], ...names.map((name) => ['local', name])], 10));
  return 0;
}

async function inspect({ proc, operands, value, formats, out, err }: DockerContext): Promise<number> {
  const known = new Set(volumeNames(proc));
  const found = operands.filter((name) => known.has(name)).map((name) => ({
    CreatedAt: rfc3339Nano(proc.stat(`${volumesDirectory}/${name}`).ctimeMs).replace(/\.\d+/, ''),
    Driver: 'local',
    Labels: null,
    Mountpoint: volumePath(name),
    Name: name,
    Options: null,
    Scope: 'local',
  })); // prettier-ignore
  const template = value('format');
  if (template === undefined) await out(`${JSON.stringify(found, null, 4)}\n`);
  else for (const volume of found) await out(`${formats.template(template, volume, templateFunctions)}\n`);
  const missing = operands.filter((name) => !known.has(name));
  for (const name of missing) await err(`Error response from daemon: get ${name}: no such volume\n`);
  return missing.length ? 1 : 0;
}

const removeTree = (proc: Process, name: string): Promise<string> =>
  outputOf(proc, '/bin/rm', ['rm', '-rf', `${volumesDirectory}/${name}`]);

function remove(context: DockerContext): Promise<number> {
  return each(context, async (name) => {
    if (!volumeNames(context.proc).includes(name)) throw new DaemonError(`get ${name}: no such volume`);
    const users = usersOf(context, name);
    if (users.length) throw new DaemonError(`remove ${name}: volume is in use - [${users.join(', ')}]`);
    await removeTree(context.proc, name);
  });
}

async function prune(context: DockerContext): Promise<number> {
  const { proc, flags, out } = context;
  const anonymous = (name: string): boolean => /^[0-9a-f]{64}$/.test(name);
  const gone = volumeNames(proc).filter((name) => (flags.has('all') || anonymous(name)) && !usersOf(context, name).length);
  for (const name of gone) await removeTree(proc, name);
  await out(`${gone.length ? `Deleted Volumes:\n${gone.map((name) => `${name}\n`).join('')}\n` : ''}Total reclaimed space: 0B\n`);
  return 0;
}

const quiet = { long: 'quiet', short: 'q', help: 'Only display volume names' };
const force = { long: 'force', short: 'f', help: 'Do not prompt for confirmation' };
const format = { long: 'format', short: 'f', value: true, help: 'Format output using a custom template' };
export const volumeCommands: Readonly<Record<string, DockerCommand>> = {
  'volume create': { usage: '[VOLUME]', summary: 'Create a volume', options: [{ long: 'name', value: true, help: 'Specify volume name' }], operands: [0, 1], run: create },
  'volume inspect': { usage: 'VOLUME [VOLUME...]', summary: 'Display detailed information on one or more volumes', options: [format], operands: [1, Infinity], run: inspect },
  'volume ls': { usage: '', summary: 'List volumes', also: ['volume list'], options: [quiet], operands: [0, 0], run: list },
  'volume prune': { usage: '', summary: 'Remove unused local volumes', options: [{ long: 'all', short: 'a', help: 'Remove all unused volumes, not just anonymous ones' }, force], operands: [0, 0], run: prune },
  'volume rm': { usage: 'VOLUME [VOLUME...]', summary: 'Remove one or more volumes', also: ['volume remove'], options: [{ ...force, help: 'Force the removal of one or more volumes' }], operands: [1, Infinity], run: remove },
}; // prettier-ignore
