import { Errno, type Process } from '../kernel';
import { Accounts } from './accounts';
import type { Command, Context } from './command';
import type { Options } from './getopt';
import { commandLine, type ProcessInfo, readProcesses } from './process-table';
import { jsonTable, renderTable, type TableColumn } from './table';

const types = ['mnt', 'net', 'ipc', 'user', 'pid', 'uts', 'cgroup', 'time'];

interface Namespace {
  readonly ino: number;
  readonly type: string;
  readonly processes: ProcessInfo[];
  readonly netNsId?: string;
}

function link(proc: Process, pid: number, type: string): number | undefined {
  try {
    const m = /\[(\d+)\]/.exec(proc.readlink(`/proc/${pid}/ns/${type}`));
    return m ? Number(m[1]) : undefined;
  } catch (error) {
    if (error instanceof Errno) return undefined;
    throw error;
  }
}

/** The process that stands for a namespace: the first, by PID. */
const leader = (n: Namespace): ProcessInfo => n.processes[0] as ProcessInfo;

const columnTable: Readonly<Record<string, TableColumn & { readonly value: (n: Namespace, accounts: Accounts, proc: Process) => string }>> =
  {
    NS: { header: 'NS', hint: 10, right: true, number: true, value: (n) => String(n.ino) },
    TYPE: { header: 'TYPE', hint: 5, value: (n) => n.type },
    PATH: { header: 'PATH', value: (n) => `/proc/${leader(n).pid}/ns/${n.type}` },
    NPROCS: { header: 'NPROCS', hint: 5, right: true, number: true, value: (n) => String(n.processes.length) },
    PID: { header: 'PID', hint: 5, right: true, number: true, value: (n) => String(leader(n).pid) },
    PPID: { header: 'PPID', hint: 5, right: true, number: true, value: (n) => String(leader(n).ppid) },
    COMMAND: { header: 'COMMAND', value: (n) => (leader(n).args.length > 0 ? commandLine(leader(n)) : leader(n).comm) },
    UID: { header: 'UID', right: true, number: true, value: (n) => String(leader(n).euid) },
    USER: { header: 'USER', value: (n, a) => a.userName(leader(n).euid) },
    NETNSID: { header: 'NETNSID', right: true, value: (n) => (n.type === 'net' ? 'unassigned' : '') },
    NSFS: { header: 'NSFS', value: () => '' },
  };

async function collect(ctx: Context, options: Options): Promise<Namespace[]> {
  const processes = (await readProcesses(ctx.proc)) ?? [];
  const chosen = options.values('t');
  const found: Namespace[] = [];
  const wanted = chosen.length > 0 ? types.filter((t) => chosen.includes(t)) : types;
  for (const p of processes) {
    for (const type of wanted) {
      const ino = link(ctx.proc, p.pid, type);
      if (ino === undefined) continue;
      const there = found.find((n) => n.ino === ino && n.type === type);
      if (there) there.processes.push(p);
      else found.push({ ino, type, processes: [p] });
    }
  }
  return found.sort((a, b) => a.ino - b.ino);
}

async function processesOf(ctx: Context, operand: string, options: Options, output: string | undefined): Promise<number> {
  if (!/^\d+$/.test(operand)) return ctx.fail('invalid namespace argument');
  const found = (await collect(ctx, options)).find((n) => n.ino === Number(operand));
  if (!found) return ctx.fail(`not found namespace: ${operand}`);
  const accounts = await Accounts.load(ctx.proc);
  const names = (output ?? 'PID,PPID,USER,COMMAND').split(',');
  const columns = names.map((n) => columnTable[n.toUpperCase()] ?? (columnTable.PID as (typeof columnTable)[string]));
  const rows = found.processes.map((p) => columns.map((c) => c.value({ ...found, processes: [p] }, accounts, ctx.proc)));
  await ctx.write(renderTable(columns, rows, { header: !options.has('n') }));
  return 0;
}

export const lsns: Command = {
  gnu: {
    short: 'Jlno:p:rt:uWThV',
    long: {
      json: 'J',
      list: 'l',
      noheadings: 'n',
      'output:': 'o',
      'output-all': 'output-all',
      'task:': 'p',
      raw: 'r',
      notruncate: 'u',
      nowrap: 'W',
      'type:': 't',
      'tree::': 'T',
    },
    package: 'util-linux',
    usage: '[options] [<namespace>]',
    help: "\nList system namespaces.\n\nOptions:\n -J, --json             use JSON output format\n -l, --list             use list format output\n -n, --noheadings       don't print headings\n -o, --output <list>    define which output columns to use\n     --output-all       output all columns\n -p, --task <pid>       print process namespaces\n -r, --raw              use the raw output format\n -u, --notruncate       don't truncate text in columns\n -W, --nowrap           don't use multi-line representation\n -t, --type <name>      namespace type (mnt, net, ipc, user, pid, uts, cgroup, time)\n -T, --tree <rel>       use tree format (parent, owner, or process)\n\n -h, --help             display this help\n -V, --version          display version\n\nAvailable output columns:\n          NS  namespace identifier (inode number)\n        TYPE  kind of namespace\n        PATH  path to the namespace\n      NPROCS  number of processes in the namespace\n         PID  lowest PID in the namespace\n        PPID  PPID of the PID\n     COMMAND  command line of the PID\n         UID  UID of the PID\n        USER  username of the PID\n     NETNSID  namespace ID as used by network subsystem\n        NSFS  nsfs mountpoint (usually used network subsystem)\n         PNS  parent namespace identifier (inode number)\n         ONS  owner namespace identifier (inode number)\n\nFor more details see lsns(8).\n",
  },
  run: async (ctx, options) => {
    if (options.has('h')) return (await ctx.write(ctx.helpText()), 0);
    if (options.has('V')) return (await ctx.write(ctx.versionText()), 0);
    for (const type of options.values('t')) if (!types.includes(type)) return ctx.fail(`unknown namespace type: ${type}`);
    const output = options.value('o');
    const [operand] = options.operands;
    if (operand !== undefined) return processesOf(ctx, operand, options, output);
    const standard = options.values('t').includes('net')
      ? ['NS', 'TYPE', 'NPROCS', 'PID', 'USER', 'NETNSID', 'NSFS', 'COMMAND']
      : ['NS', 'TYPE', 'NPROCS', 'PID', 'USER', 'COMMAND'];
    const names =
      output === undefined ? standard : output.startsWith('+') ? [...standard, ...output.slice(1).split(',')] : output.split(',');
    for (const name of names) if (!(name.toUpperCase() in columnTable)) return ctx.fail(`unknown column: ${name}`);
    const columns = names.map((n) => columnTable[n.toUpperCase()] as (typeof columnTable)[string]);
    let namespaces = await collect(ctx, options);
    const task = options.value('p');
    if (task !== undefined) {
      if (!/^\d+$/.test(task)) return ctx.fail(`invalid PID argument: '${task}'`);
      namespaces = namespaces.filter((n) => n.processes.some((p) => p.pid === Number(task)));
    }
    const accounts = await Accounts.load(ctx.proc);
    const rows = namespaces.map((n) => columns.map((c) => c.value(n, accounts, ctx.proc)));
    if (options.has('J')) await ctx.write(jsonTable('namespaces', columns, rows));
    else
      await ctx.write(
        renderTable(columns, rows, {
          header: !options.has('n'),
          raw: options.has('r'),
          width: ctx.proc.isatty(1) ? ctx.proc.getWindowSize(1).columns || 80 : undefined,
        }),
      );
    return 0;
  },
};
