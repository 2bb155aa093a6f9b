import { print, printError, type Program } from '../../../kernel';
import type { Runtime } from '../types';
import { optionUsages, parseArguments } from './arguments';
import { actCommands } from './docker-act';
import { buildCommand } from './docker-build';
import { changeCommands } from './docker-change';
import { ClientError, DaemonError, type DockerCommand, type DockerContext } from './docker-context';
import { imageCommands } from './docker-images';
import { inspectCommand } from './docker-inspect';
import { listCommands, stateOf } from './docker-list';
import { dockerContainers } from './docker-objects';
import { runCommands } from './docker-run';
import { volumeCommands } from './docker-volumes';
import { templateFunctions, type Formats } from './formats';

const engine = '28.5.2';
const format = { long: 'format', short: 'f', value: true, help: 'Format output using a custom template' };

/** What a server says of itself: whole, or what a template asks of it. */
async function tell({ formats, value, out, err }: DockerContext, data: object, text: string): Promise<number> {
  const template = value('format');
  if (template === undefined) return (await out(text), 0);
  try {
    await out(`${template === 'json' ? JSON.stringify(data) : formats.template(template, data, templateFunctions)}\n`);
    return 0;
  } catch (error) {
    await err(`template parsing error: ${(error as Error).message}\n`);
    return 64;
  }
}

function version(context: DockerContext): Promise<number> {
  const { release } = context.proc.uname();
  const side = { Version: engine, ApiVersion: '1.51', Os: 'linux', Arch: 'amd64' };
  const lines = (indent: string): string =>
    [['Version:', engine], ['API version:', '1.51'], ['OS/Arch:', 'linux/amd64']].map(([key = '', text]) => `${indent}${key.padEnd(17 - indent.length)} ${text}\n`).join(''); // prettier-ignore
  const data = { Client: side, Server: { ...side, KernelVersion: release } };
  return tell(context, data, `Client: Docker Engine - Community\n${lines(' ')}\nServer: Docker Engine - Community\n Engine:\n${lines('  ')} containerd:\n  Version:          v${context.runtime.version.replace(/\+.*/, '')}\n`); // prettier-ignore
}

function info(context: DockerContext): Promise<number> {
  const { runtime, proc } = context;
  const all = dockerContainers(runtime);
  const count = (state: string): number => all.filter((c) => stateOf(c) === state).length;
  const { release, nodename } = proc.uname();
  const data = {
    Containers: all.length,
    ContainersRunning: count('running'),
    ContainersPaused: 0,
    ContainersStopped: all.length - count('running'),
    Images: runtime.listImages().length,
    Driver: 'overlay2',
    CgroupDriver: 'cgroupfs',
    CgroupVersion: '2',
    KernelVersion: release,
    OperatingSystem: 'Debian GNU/Linux 12 (bookworm)',
    OSType: 'linux',
    Architecture: 'x86_64',
    Name: nodename,
    DockerRootDir: '/var/lib/docker',
    ServerVersion: engine,
  };
  const rows: readonly [string, string | number][] = [
    ['Containers', data.Containers],
    [' Running', data.ContainersRunning],
    [' Paused', 0],
    [' Stopped', data.ContainersStopped],
    ['Images', data.Images],
    ['Server Version', engine],
    ['Storage Driver', data.Driver],
    ['Cgroup Driver', data.CgroupDriver],
    ['Cgroup Version', data.CgroupVersion],
    ['Kernel Version', release],
    ['Operating System', data.OperatingSystem],
    ['OSType', data.OSType],
    ['Architecture', data.Architecture],
    ['Name', nodename],
    ['Docker Root Dir', data.DockerRootDir],
  ];
  const text = `Client: Docker Engine - Community\n Version:    ${engine}\n Context:    default\n\nServer:\n${rows.map(([key, value]) => ` ${key}: ${value}\n`).join('')}`;
  return tell(context, data, text);
}

const commands: Readonly<Record<string, DockerCommand>> = {
  ...runCommands,
  ...actCommands,
  ...listCommands,
  ...imageCommands,
  ...changeCommands,
  ...volumeCommands,
  build: buildCommand,
  inspect: inspectCommand,
  version: { usage: '', summary: 'Show the Docker version information', common: true, options: [format], operands: [0, 0], run: version },
  info: { usage: '', summary: 'Display system-wide information', also: ['system info'], common: true, options: [format], operands: [0, 0], run: info },
}; // prettier-ignore
const groups: Readonly<Record<string, string>> = {
  container: 'Manage containers',
  image: 'Manage images',
  system: 'Manage Docker',
  volume: 'Manage volumes',
};

const listed = (rows: readonly (readonly [string, string])[], width: number): string =>
  rows.map(([name, summary]) => `  ${name.padEnd(width)} ${summary}\n`).join('');

function help(): string {
  const entries = Object.entries(commands)
    .filter(([name]) => !name.includes(' '))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const rows = (common: boolean): [string, string][] => entries.filter(([, c]) => (c.common ?? false) === common).map(([name, c]) => [name, c.summary]); // prettier-ignore
  return `\nUsage:  docker [OPTIONS] COMMAND\n\nA self-sufficient runtime for containers\n\nCommon Commands:\n${listed(rows(true), 11)}\nManagement Commands:\n${listed(Object.entries(groups), 11)}\nCommands:\n${listed(rows(false), 11)}\nRun 'docker COMMAND --help' for more information on a command.\n\nFor more help on how to use Docker, head to https://docs.docker.com/go/guides/\n`;
}

function groupHelp(group: string): string {
  const rows = Object.entries(commands).flatMap(([own, { also = [], summary }]) => {
    const first = [own, ...also].find((name) => name.startsWith(`${group} `));
    return first ? [[first.slice(group.length + 1), summary] as const] : [];
  });
  return `\nUsage:  docker ${group} COMMAND\n\n${groups[group]}\n\nCommands:\n${listed(rows.sort(([a], [b]) => (a < b ? -1 : 1)), 11)}\nRun 'docker ${group} COMMAND --help' for more information on a command.\n`; // prettier-ignore
}

/** How often a command may be given its operands, in cobra's words. */
function operandProblem([least, most]: readonly [number, number], count: number): string | undefined {
  const argumentsText = (n: number): string => `${n} argument${n === 1 ? '' : 's'}`;
  if (count >= least && count <= most) return undefined;
  if (most === 0) return 'accepts no arguments';
  if (least === most) return `requires ${argumentsText(least)}`;
  if (count > most) return least === 0 ? `requires at most ${argumentsText(most)}` : `requires at least ${least} and at most ${argumentsText(most)}`; // prettier-ignore
  return most === Infinity ? `requires at least ${argumentsText(least)}` : `requires at least ${least} and at most ${argumentsText(most)}`;
}

/** docker on the node: containers of its own, and the view a node with docker as its runtime gives of pods. */
export const docker =
  (runtime: Runtime, formats: Formats): Program =>
  async (proc) => {
    const given = proc.argv.slice(1);
    let name = given.shift();
    const out = (text: string): Promise<void> => print(proc, text);
    const err = (text: string): Promise<void> => printError(proc, text);
    if (name === 'help' && given.length) given.push('--help');
    if (name === 'help') name = given.shift();
    if (name === undefined || name === '--help' || name === '-h') return (await out(help()), 0);
    if (name === '--version' || name === '-v') return (await out(`Docker version ${engine}, build ecc6942\n`), 0);
    let path = name;
    if (groups[name]) {
      const verb = given.shift();
      if (verb === undefined || verb === '--help') return (await out(groupHelp(name)), 0);
      path = `${name} ${verb}`;
    }
    const command = commands[path] ?? Object.values(commands).find(({ also = [] }) => also.includes(path));
    if (!command) {
      const group = path.includes(' ') ? name : undefined;
      await err(group ? `docker: unknown command: docker ${path}\n\nUsage:  docker ${group} COMMAND\n\nRun 'docker ${group} --help' for more information\n` : `docker: unknown command: docker ${path}\n\nRun 'docker --help' for more information\n`); // prettier-ignore
      return 1;
    }
    const usage = `Usage:  docker ${path}${command.options.length ? ' [OPTIONS]' : ''}${command.usage && ` ${command.usage}`}`;
    const more = `Run 'docker ${path} --help' for more information\n`;
    const stop = command.interspersed === false ? given.findIndex((arg) => !arg.startsWith('-')) : -1;
    if ((stop < 0 ? given : given.slice(0, stop + 1)).includes('--help')) {
      const primary = Object.keys(commands).find((key) => commands[key] === command) ?? path;
      const aliases = command.also ? `\nAliases:\n  ${[...command.also, primary].map((alias) => `docker ${alias}`).join(', ')}\n` : '';
      const options = command.options.length ? `\nOptions:\n${optionUsages(command.options)}` : '';
      return (await out(`\n${usage}\n\n${command.summary}\n${aliases}${options}`), 0);
    }
    const parsed = parseArguments(given, command.options, command.interspersed);
    if (parsed.error) return (await err(`${parsed.error}\n\n${usage}\n\n${more}`), 125);
    const problem = operandProblem(command.operands, parsed.operands.length);
    if (problem) return (await err(`docker: 'docker ${path}' ${problem}\n\n${usage}\n\n${more}`), 1);
    const context: DockerContext = {
      proc,
      runtime,
      formats,
      flags: parsed.flags,
      value: (option) => parsed.values.get(option)?.at(-1),
      values: (option) => parsed.values.get(option) ?? [],
      operands: parsed.operands,
      out,
      err,
    };
    try {
      return await command.run(context);
    } catch (error) {
      if (!(error instanceof DaemonError) && !(error instanceof ClientError)) throw error;
      await err(error instanceof DaemonError ? `Error response from daemon: ${error.message}\n` : `${error.message}\n`);
      return 1;
    }
  };
