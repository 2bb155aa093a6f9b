import { print, printError, type Process, type Program } from '../../../kernel';
import { RuntimeError, type Runtime } from '../types';
import { parseArguments, type OptionSpec } from './arguments';
import { actCommands } from './crictl-act';
import { Fatal, rpc, ShowHelp, writeDetails, type CrictlCommand, type CrictlContext } from './crictl-context';
import { listCommands } from './crictl-list';
import { runCommands } from './crictl-run';
import type { Formats } from './formats';

const release = 'v1.35.0';

function info(context: CrictlContext): Promise<void> {
  const { runtime } = context;
  const ready = (type: string): object => ({ message: '', reason: '', status: true, type });
  const data = {
    config: { containerdEndpoint: '/run/containerd/containerd.sock', containerdRootDir: '/var/lib/containerd', sandboxImage: 'registry.k8s.io/pause:3.10', stateDir: '/run/containerd/io.containerd.grpc.v1.cri' },
    lastCNILoadStatus: 'OK',
    'lastCNILoadStatus.default': 'OK',
    status: { conditions: [ready('RuntimeReady'), ready('NetworkReady')] },
    version: runtime.version,
  }; // prettier-ignore
  return writeDetails(
    context,
    [data],
    (each) => JSON.parse(JSON.stringify(each)) as Record<string, string>,
    () => '',
  );
}

const versionText = (runtime: Runtime): string =>
  `Version:  0.1.0\nRuntimeName:  containerd\nRuntimeVersion:  ${runtime.version}\nRuntimeApiVersion:  v1\n`;

const outputs = [{ long: 'output', short: 'o', value: true, help: 'Output format, One of: json|yaml|go-template' }, { long: 'template', value: true, help: 'The template string is only used when output is go-template; The Template format is golang template' }, { long: 'quiet', short: 'q', help: 'Do not show verbose information' }]; // prettier-ignore
const commands: Readonly<Record<string, CrictlCommand>> = Object.fromEntries(
  Object.entries({
    ...listCommands,
    ...actCommands,
    ...runCommands,
    info: { usage: '', summary: 'Display information of the container runtime', options: outputs, run: info },
    version: { usage: '', summary: 'Display runtime version information', options: [], run: ({ runtime, out }: CrictlContext) => out(versionText(runtime)) },
  }).sort(([a], [b]) => (a < b ? -1 : 1)),
); // prettier-ignore
const aliases: Readonly<Record<string, string>> = { image: 'images', img: 'images' };

const globalOptions: readonly OptionSpec[] = [
  { long: 'config', short: 'c', value: true, help: 'Location of the client config file (default: "/etc/crictl.yaml") [$CRI_CONFIG_FILE]' },
  { long: 'debug', short: 'D', help: 'Enable debug mode (default: false)' },
  { long: 'help', short: 'h', help: 'show help' },
  { long: 'image-endpoint', short: 'i', value: true, help: "Endpoint of CRI image manager service (default: uses 'runtime-endpoint' setting) [$IMAGE_SERVICE_ENDPOINT]" },
  { long: 'runtime-endpoint', short: 'r', value: true, help: 'Endpoint of CRI container runtime service [$CONTAINER_RUNTIME_ENDPOINT]' },
  { long: 'timeout', short: 't', value: true, help: 'Timeout of connecting to the server in seconds (e.g. 2s, 20s.). 0 or less is set to default (default: 2s)' },
  { long: 'version', short: 'v', help: 'print the version' },
]; // prettier-ignore

/** Options as urfave/cli lists them. */
function optionLines(options: readonly OptionSpec[]): string {
  const rows = [...options].sort((a, b) => (a.long < b.long ? -1 : 1)).map(({ long, short, value, help = '' }): [string, string] => [
    [`--${long}`, ...(short ? [`-${short}`] : [])].map((name) => (value ? `${name} value` : name)).join(', '),
    help,
  ]); // prettier-ignore
  const width = Math.max(...rows.map(([name]) => name.length)) + 2;
  return rows.map(([name, help]) => `   ${name.padEnd(width)}${help}\n`).join('');
}

function help(): string {
  const width = Math.max(...Object.keys(commands).map((name) => name.length), 'help, h'.length) + 2;
  const rows = [...Object.entries(commands).map(([name, { summary }]) => [name === 'images' ? 'images, image, img' : name, summary]), ['help, h', 'Shows a list of commands or help for one command']]; // prettier-ignore
  const wide = Math.max(width, ...rows.map(([name = '']) => name.length + 2));
  const lines = rows.map(([name = '', summary]) => `   ${name.padEnd(wide)}${summary}\n`).join('');
  return `NAME:\n   crictl - client for CRI\n\nUSAGE:\n   crictl [global options] command [command options]\n\nVERSION:\n   ${release}\n\nCOMMANDS:\n${lines}\nGLOBAL OPTIONS:\n${optionLines(globalOptions)}`;
}

function commandHelp(name: string, { usage, summary, options }: CrictlCommand): string {
  const all = [...options, { long: 'help', short: 'h', help: 'show help' }];
  return `NAME:\n   crictl ${name} - ${summary}\n\nUSAGE:\n   crictl ${name} [command options]${usage && ` ${usage}`}\n\nOPTIONS:\n${optionLines(all)}`;
}

const levels = { error: ['ERRO', 31], fatal: ['FATA', 31] } as const;

/** A line of logrus: in colour on a terminal, as key=value elsewhere. */
async function log(proc: Process, level: keyof typeof levels, text: string): Promise<void> {
  const [short, color] = levels[level];
  if (proc.isatty(2)) return printError(proc, `\x1b[${color}m${short}\x1b[0m[0000] ${text.padEnd(44)} \n`);
  const time = new Date(proc.clock.now()).toISOString().slice(0, 19);
  await printError(proc, `time="${time}Z" level=${level} msg=${JSON.stringify(text)}\n`);
}

/** crictl: the runtime as the kubelet sees it. */
export const crictl =
  (runtime: Runtime, formats: Formats): Program =>
  async (proc) => {
    const out = (text: string): Promise<void> => print(proc, text);
    const global = parseArguments(proc.argv.slice(1), globalOptions, false, true);
    if (global.error) {
      await out(`Incorrect Usage: ${global.error}\n\n${help()}`);
      return (await log(proc, 'fatal', global.error), 1);
    }
    let [name, ...rest] = global.operands;
    if (global.flags.has('version')) return (await out(`crictl version ${release}\n`), 0);
    if ((name === 'help' || name === 'h') && rest.length) [name, rest] = [rest[0], ['--help']];
    if (name === undefined || name === 'help' || name === 'h' || global.flags.has('help')) return (await out(help()), 0);
    name = aliases[name] ?? name;
    const command = commands[name];
    if (!command) {
      await printError(proc, `No help topic for '${name}'\n`);
      return 3;
    }
    const args = parseArguments(rest, [...command.options, { long: 'help', short: 'h' }], false, true);
    if (args.error) {
      await out(`Incorrect Usage: ${args.error}\n\n${commandHelp(name, command)}\n`);
      return (await log(proc, 'fatal', args.error), 1);
    }
    if (args.flags.has('help')) return (await out(commandHelp(name, command)), 0);
    try {
      return (await rpc('', () => command.run({ proc, runtime, formats, args, out }))) ?? 0;
    } catch (error) {
      if (error instanceof ShowHelp) {
        if (error.message) await log(proc, 'error', error.message);
        return (await out(commandHelp(name, command)), 0);
      }
      if (!(error instanceof Fatal) && !(error instanceof RuntimeError)) throw error;
      return (await log(proc, 'fatal', error.message), 1);
    }
  };
