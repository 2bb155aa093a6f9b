import { print, printError, signalNumber, type Process, type Program } from '../../../kernel';
import { parseReference } from '../reference';
import { PullError, RuntimeError, type Image, type Runtime } from '../types';
import { parseArguments, type OptionSpec, type ParsedArguments } from './arguments';
import { containerInfo, containersIn, listings, type CtrContainer } from './ctr-objects';
import { execInteractively } from './interactive';
import { pidsIn } from './processes';
import { table } from './table';

interface Context {
  readonly proc: Process;
  readonly runtime: Runtime;
  readonly namespace: string;
  readonly args: ParsedArguments;
  readonly out: (text: string) => Promise<void>;
}

interface Command {
  readonly usage: string;
  readonly summary: string;
  readonly options: readonly OptionSpec[];
  readonly run: (context: Context) => Promise<number | void>;
}

/** What ends ctr: `ctr: …`. */
class CtrError extends Error {}

const operand = ({ args }: Context, missing: string): string => {
  const [id] = args.operands;
  if (!id) throw new CtrError(missing);
  return id;
};

function containerOf({ runtime, namespace }: Context, id: string): CtrContainer {
  const found = containersIn(runtime, namespace).find((c) => c.id === id);
  if (!found) throw new CtrError(`container "${id}" in namespace "${namespace}": not found`);
  return found;
}

function taskOf(context: Context, id: string): NonNullable<CtrContainer['task']> {
  const { task } = containerOf(context, id);
  if (!task) throw new CtrError(`no running task found: task ${id} not found: not found`);
  return task;
}

function imageOf({ runtime, namespace }: Context, name: string): Image {
  const image = namespace === 'k8s.io' ? runtime.imageStatus(name) : undefined;
  if (!image) throw new CtrError(`image "${name}": not found`);
  return image;
}

const list =
  (noun: string) =>
  async ({ runtime, namespace, args, out }: Context): Promise<void> => {
    const { head, rows } = listings[noun]!(runtime, namespace);
    if (args.flags.has('quiet')) await out(rows.map(([name]) => `${name}\n`).join(''));
    else await out(table([head, ...rows], 4, 4));
  };

async function ps(context: Context): Promise<void> {
  const { cgroup } = taskOf(context, operand(context, 'container id must be provided'));
  const pids = await pidsIn(context.proc, cgroup);
  await context.out(table([['PID', 'INFO'], ...pids.map((pid) => [String(pid), '-'])], 1, 4));
}

async function kill(context: Context): Promise<void> {
  const id = operand(context, 'container id must be provided');
  const name = context.args.values.get('signal')?.at(-1) ?? 'SIGTERM';
  const number = signalNumber(name);
  if (!number) throw new CtrError(`unknown signal "${name}"`);
  taskOf(context, id).kill(number);
}

async function exec(context: Context): Promise<number> {
  const { proc, runtime, args } = context;
  const [id, ...argv] = args.operands;
  if (!args.values.has('exec-id')) throw new CtrError('Required flag "exec-id" not set');
  if (!id) throw new CtrError('container id must be provided');
  taskOf(context, id);
  const value = (name: string): string | undefined => args.values.get(name)?.at(-1);
  const [user, cwd] = [value('user'), value('cwd')];
  const how = { argv, ...(user !== undefined && { user }), ...(cwd !== undefined && { cwd }) };
  const { container } = containerOf(context, id);
  const missing = `OCI runtime exec failed: exec failed: unable to start container process: exec: "${argv[0] ?? ''}": executable file not found in $PATH`;
  if (!container || !argv.length) throw new CtrError(missing);
  return execInteractively(proc, runtime, container.id, how, { stdin: true, tty: args.flags.has('tty') });
}

async function info(context: Context): Promise<void> {
  const found = containerOf(context, operand(context, 'container id must be provided'));
  await context.out(`${JSON.stringify(containerInfo(found), undefined, 4)}\n`);
}

async function remove(context: Context): Promise<void> {
  const { runtime, args } = context;
  if (!args.operands.length) throw new CtrError('must specify at least one container to delete');
  for (const id of args.operands) {
    const { task, sandbox, container } = containerOf(context, id);
    if (task) throw new CtrError(`cannot delete a non stopped container: {running 0 0001-01-01 00:00:00 +0000 UTC}`);
    if (container) await runtime.removeContainer(id);
    else if (sandbox) await runtime.removePodSandbox(id);
  }
}

async function pull(context: Context): Promise<void> {
  const { runtime, out, proc } = context;
  const name = operand(context, 'please provide an image reference to pull');
  const since = proc.clock.now();
  try {
    if (!/[./].*\//.test(name)) throw new CtrError(`failed to resolve reference "${name}": object required`);
    const { image } = await runtime.pullImage(name);
    await out(`unpacking linux/amd64 sha256:${image.digest}...\ndone: ${((proc.clock.now() - since) / 1000).toFixed(6)}s\t\n`);
  } catch (error) {
    if (!(error instanceof PullError)) throw error;
    throw new CtrError(error.message.replace(/^rpc error: code = \w+ desc = failed to pull and unpack image "[^"]*": /, ''));
  }
}

async function removeImages(context: Context): Promise<void> {
  for (const name of context.args.operands) {
    const image = imageOf(context, name);
    const known = image.tags.length > 1 && image.tags.find((tag) => tag === name);
    if (known) context.runtime.untagImage(image, known);
    else context.runtime.removeImage(name);
    await context.out(`${name}\n`);
  }
}

async function tagImage(context: Context): Promise<void> {
  const [from = '', ...to] = context.args.operands;
  const image = imageOf(context, from);
  for (const name of to) {
    context.runtime.tagImage(image, parseReference(name).text);
    await context.out(`${name}\n`);
  }
}

const quiet = { long: 'quiet', short: 'q', help: 'Print only the names' };
const ls = (noun: string, summary: string): Command => ({ usage: '[filter, ...]', summary, options: [quiet], run: list(noun) });

/** By noun, then verb; a noun alone that does something is under ''. */
const commands: Readonly<Record<string, { readonly aliases: readonly string[]; readonly summary: string; readonly verbs: Readonly<Record<string, Command>> }>> = {
  containers: { aliases: ['c', 'container'], summary: 'Manage containers', verbs: {
    info: { usage: 'CONTAINER', summary: 'Get info about a container', options: [], run: info },
    list: ls('containers', 'List containers'),
    delete: { usage: 'CONTAINER [CONTAINER, ...]', summary: 'Delete one or more existing containers', options: [], run: remove },
  } },
  images: { aliases: ['image', 'i'], summary: 'Manage images', verbs: {
    list: ls('images', 'List images known to containerd'),
    pull: { usage: '<ref>', summary: 'Pull an image from a remote', options: [], run: pull },
    delete: { usage: '<ref> [<ref>, ...]', summary: 'Remove one or more images by reference', options: [], run: removeImages },
    tag: { usage: '<source_ref> <target_ref> [<target_ref>, ...]', summary: 'Tag an image', options: [], run: tagImage },
  } },
  namespaces: { aliases: ['namespace', 'ns'], summary: 'Manage namespaces', verbs: { list: ls('namespaces', 'List namespaces') } },
  snapshots: { aliases: ['snapshot'], summary: 'Manage snapshots', verbs: { list: ls('snapshots', 'List snapshots') } },
  tasks: { aliases: ['t', 'task'], summary: 'Manage tasks', verbs: {
    exec: { usage: 'CONTAINER CMD [ARG...]', summary: 'Execute additional processes in an existing container', run: exec, options: [{ long: 'exec-id', value: true, help: 'Exec specific id for the process' }, { long: 'tty', short: 't', help: 'Allocate a TTY for the container' }, { long: 'cwd', value: true, help: 'Working directory of the new process' }, { long: 'user', value: true, help: 'User id or name' }] },
    kill: { usage: 'CONTAINER', summary: 'Signal a container (default: SIGTERM)', run: kill, options: [{ long: 'signal', short: 's', value: true, help: 'Signal to send to the container' }, { long: 'all', short: 'a', help: 'Send signal to all processes inside the container' }] },
    list: ls('tasks', 'List tasks'),
    ps: { usage: 'CONTAINER', summary: 'List processes for container', options: [], run: ps },
  } },
  version: { aliases: [], summary: 'Print the client and server versions', verbs: { '': { usage: '', summary: 'Print the client and server versions', options: [], run: ({ runtime, out }) => {
    const version = `v${runtime.version.replace(/\+.*/, '')}`;
    return out(`Client:\n  Version:  ${version}\n\nServer:\n  Version:  ${version}\n`);
  } } } },
}; // prettier-ignore
const verbAliases: Readonly<Record<string, string>> = { ls: 'list', rm: 'delete', remove: 'delete', del: 'delete' };
const shown: Readonly<Record<string, string>> = { list: 'list, ls', delete: 'delete, del, remove, rm' };

const lines = (rows: readonly (readonly [string, string])[]): string => {
  const all = [...rows, ['help, h', 'Shows a list of commands or help for one command'] as const];
  const width = Math.max(...all.map(([name]) => name.length)) + 2;
  return all.map(([name, summary]) => `   ${name.padEnd(width)}${summary}\n`).join('');
};

const globalOptions: readonly OptionSpec[] = [
  { long: 'namespace', short: 'n', value: true },
  { long: 'address', short: 'a', value: true },
  { long: 'help', short: 'h' },
  { long: 'version', short: 'v' },
];

function help(): string {
  const rows = Object.entries(commands).map(([name, { aliases, summary }]) => [[name, ...aliases].join(', '), summary] as const);
  return `NAME:\n   ctr - containerd CLI\n\nUSAGE:\n   ctr [global options] command [command options]\n\nCOMMANDS:\n${lines(rows)}\nGLOBAL OPTIONS:\n   --address value, -a value    Address for containerd's GRPC server (default: "/run/containerd/containerd.sock") [$CONTAINERD_ADDRESS]\n   --namespace value, -n value  Namespace to use with commands (default: "default") [$CONTAINERD_NAMESPACE]\n   --help, -h                   show help\n   --version, -v                print the version\n`;
}

function nounHelp(noun: string): string {
  const { verbs, summary } = commands[noun]!;
  const rows = Object.entries(verbs).map(([name, command]) => [shown[name] ?? name, command.summary] as const);
  return `NAME:\n   ctr ${noun} - ${summary}\n\nUSAGE:\n   ctr ${noun} command [command options]\n\nCOMMANDS:\n${lines(rows)}\nOPTIONS:\n   --help, -h  show help\n`;
}

/** ctr: containerd's own view, `-n k8s.io` being the kubelet's namespace. */
export const ctr =
  (runtime: Runtime): Program =>
  async (proc) => {
    const out = (text: string): Promise<void> => print(proc, text);
    const fail = async (text: string): Promise<number> => (await printError(proc, `ctr: ${text}\n`), 1);
    const global = parseArguments(proc.argv.slice(1), globalOptions, false, true);
    if (global.error) return fail(global.error);
    const [word, ...rest] = global.operands;
    if (global.flags.has('version'))
      return (await out(`ctr github.com/containerd/containerd/v2 v${runtime.version.replace(/\+.*/, '')}\n`), 0);
    if (word === undefined || word === 'help' || global.flags.has('help')) return (await out(help()), 0);
    const noun = commands[word] ? word : Object.keys(commands).find((name) => commands[name]!.aliases.includes(word));
    const unknown = async (topic: string): Promise<number> => (await printError(proc, `No help topic for '${topic}'\n`), 3);
    if (!noun) return unknown(word);
    const { verbs } = commands[noun]!;
    const verb = verbs[''] ? '' : (rest.shift() ?? '');
    const command = verbs[verbAliases[verb] ?? verb];
    if (!command) {
      if (verb === '' || verb === '--help' || verb === '-h' || verb === 'help') return (await out(nounHelp(noun)), 0);
      return unknown(verb);
    }
    const args = parseArguments(rest, [...command.options, { long: 'help', short: 'h' }], false, true);
    if (args.flags.has('help')) {
      const options = [...command.options, { long: 'help', short: 'h', help: 'show help' }].map(
        ({ long, short, value, help: about = '' }) =>
          [`--${long}${value ? ' value' : ''}${short ? `, -${short}${value ? ' value' : ''}` : ''}`, about] as const,
      );
      const width = Math.max(...options.map(([name]) => name.length)) + 2;
      const name = `ctr ${noun}${verb && ` ${verbAliases[verb] ?? verb}`}`;
      await out(
        `NAME:\n   ${name} - ${command.summary}\n\nUSAGE:\n   ${name} [command options]${command.usage && ` ${command.usage}`}\n\nOPTIONS:\n${options.map(([option, about]) => `   ${option.padEnd(width)}${about}\n`).join('')}`,
      );
      return 0;
    }
    if (args.error) return fail(args.error);
    const namespace = global.values.get('namespace')?.at(-1) ?? proc.env.get('CONTAINERD_NAMESPACE') ?? 'default';
    try {
      return (await command.run({ proc, runtime, namespace, args, out })) ?? 0;
    } catch (error) {
      if (!(error instanceof CtrError) && !(error instanceof RuntimeError)) throw error;
      return fail(error.message);
    }
  };
