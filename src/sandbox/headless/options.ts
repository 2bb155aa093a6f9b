/** What `pausebox` was asked to do. */
export interface CliOptions {
  readonly mode: 'terminal' | 'script' | 'jsonl' | 'serve' | 'help';
  /** The script's text (`-c`), or its file; undefined: stdin. */
  readonly script?: { readonly text: string } | { readonly file: string };
  /** What follows the script: its arguments. */
  readonly args: readonly string[];
  readonly shell: 'bash' | 'busybox';
  readonly clock: 'real' | 'virtual' | undefined;
  readonly bare: boolean;
  readonly home: string | undefined;
  readonly tty: boolean;
  readonly port: number;
  readonly machine: 'cluster' | 'node' | 'container';
  readonly privileged: boolean;
  /** Nodes of the cluster. */
  readonly nodes: number;
}

export const usage = `usage: pausebox [options] [-c SCRIPT | FILE] [ARGUMENT...]
Without a script and with a terminal: bash on the node. Otherwise the script's output and exit status.

  -c SCRIPT                    the script's text
  --shell bash|busybox         busybox: the script runs in an alpine container's sh
  --clock real|virtual         default: virtual; real with a terminal or --serve
  --bare                       an empty cluster: no kube-system pods
  --nodes N                    a cluster of N nodes, 1 to 20
  --home DIR                   copy DIR's files into the home directory first
  --tty                        stdin and stdout are the terminal's raw bytes
  --serve [PORT]               serve the API on 127.0.0.1 and print a kubeconfig's path
  --machine node|container     Linux alone, no cluster
  --privileged                 with --machine container: all capabilities
  --jsonl                      one JSON request a line on stdin, one JSON answer a line on stdout
  --help
`;

/** A command line that cannot be followed. */
export class UsageError extends Error {}

function oneOf<T extends string>(flag: string, value: string | undefined, allowed: readonly T[]): T {
  const found = allowed.find((each) => each === value);
  if (found === undefined) throw new UsageError(`${flag} takes one of: ${allowed.join(', ')}`);
  return found;
}

export function parseOptions(argv: readonly string[], stdinIsTerminal: boolean): CliOptions {
  const rest = [...argv];
  const options = {
    shell: 'bash' as CliOptions['shell'],
    clock: undefined as CliOptions['clock'],
    bare: false,
    home: undefined as string | undefined,
    tty: false,
    port: 0,
    machine: 'cluster' as CliOptions['machine'],
    privileged: false,
    nodes: 1,
  };
  let mode: CliOptions['mode'] | undefined;
  let script: CliOptions['script'];
  const value = (flag: string): string => {
    const next = rest.shift();
    if (next === undefined) throw new UsageError(`${flag} needs a value`);
    return next;
  };
  while (rest.length && script === undefined) {
    const argument = rest.shift() as string;
    const [flag, joined] = argument.startsWith('--') ? (argument.split(/=(.*)/s) as [string, string | undefined]) : [argument, undefined];
    const take = (): string => joined ?? value(flag);
    if (flag === '-c') script = { text: value(flag) };
    else if (flag === '--shell') options.shell = oneOf(flag, take(), ['bash', 'busybox']);
    else if (flag === '--clock') options.clock = oneOf(flag, take(), ['real', 'virtual'] as const);
    else if (flag === '--bare') options.bare = true;
    else if (flag === '--nodes') {
      options.nodes = Number(take());
      if (!Number.isInteger(options.nodes) || options.nodes < 1 || options.nodes > 20)
        throw new UsageError('--nodes takes a number from 1 to 20');
    } else if (flag === '--home') options.home = take();
    else if (flag === '--tty') options.tty = true;
    else if (flag === '--serve') {
      mode = 'serve';
      const port = joined ?? (/^\d+$/.test(rest[0] ?? '') ? rest.shift() : undefined);
      options.port = Number(port ?? 0);
      if (!Number.isInteger(options.port) || options.port > 65535) throw new UsageError(`--serve: no port: ${port}`);
    } else if (flag === '--machine') options.machine = oneOf(flag, take(), ['node', 'container']);
    else if (flag === '--privileged') options.privileged = true;
    else if (flag === '--jsonl') mode = 'jsonl';
    else if (flag === '--help' || flag === '-h') mode = 'help';
    else if (flag === '--') {
      if (rest.length) script = { file: rest.shift() as string };
      break;
    } else if (flag.startsWith('-') && flag !== '-') throw new UsageError(`unknown option: ${argument}`);
    else script = { file: argument };
  }
  mode ??= script === undefined && (stdinIsTerminal || options.tty) ? 'terminal' : 'script';
  return { mode, args: rest, ...options, ...(script && { script }) };
}
