import { Errno, type Stat } from '../kernel';
import { Accounts } from './accounts';
import type { Command, Context } from './command';
import { readText } from './input';
import { type ProcessInfo, readProcesses } from './process-table';

interface OpenFile {
  /** `cwd`, `rtd`, `txt`, or a number with how it is open. */
  readonly fd: string;
  readonly name: string;
  readonly stat: Stat | undefined;
}

const places = [['cwd', 'cwd'], ['rtd', 'root'], ['txt', 'exe']] as const; // prettier-ignore

/** The address of a socket as lsof names it. */
function placeOf(address: string, named: boolean): string {
  if (address === '0.0.0.0' || address === '::') return '*';
  if (named && (address === '::1' || address.startsWith('127.'))) return 'localhost';
  return address.includes(':') ? `[${address}]` : address;
}

const attempt = <T>(call: () => T): T | undefined => {
  try {
    return call();
  } catch (error) {
    if (error instanceof Errno) return undefined;
    throw error;
  }
};

/** What a process has open, as /proc tells. */
export async function openFiles(ctx: Context, pid: number): Promise<OpenFile[]> {
  const { proc } = ctx;
  const found: OpenFile[] = [];
  for (const [fd, link] of places) {
    const name = attempt(() => proc.readlink(`/proc/${pid}/${link}`));
    if (name !== undefined) found.push({ fd, name, stat: attempt(() => proc.stat(`/proc/${pid}/${link}`)) });
  }
  const numbers = attempt(() => proc.readdir(`/proc/${pid}/fd`).map((e) => Number(e.name))) ?? [];
  for (const fd of numbers.sort((a, b) => a - b)) {
    const name = attempt(() => proc.readlink(`/proc/${pid}/fd/${fd}`));
    if (name === undefined) continue;
    const info = await readText(proc, `/proc/${pid}/fdinfo/${fd}`).catch(() => '');
    const mode = parseInt(/^flags:\s*(\d+)/m.exec(info)?.[1] ?? '0', 8) & 3;
    found.push({ fd: `${fd}${['r', 'w', 'u'][mode] ?? 'u'}`, name, stat: attempt(() => proc.stat(`/proc/${pid}/fd/${fd}`)) });
  }
  return found;
}

const typeNames: Readonly<Record<string, string>> = {
  file: 'REG',
  directory: 'DIR',
  char: 'CHR',
  block: 'BLK',
  fifo: 'FIFO',
  socket: 'unix',
};

function row({ comm, pid }: ProcessInfo, user: string, { fd, name, stat }: OpenFile): string[] {
  const device = !stat ? '' : stat.type === 'char' ? `${stat.rdev >> 8},${stat.rdev & 255}` : `0,${stat.dev}`;
  const offset = !stat ? '' : stat.type === 'file' || stat.type === 'directory' ? String(stat.size) : '0t0';
  const shown = /^(pipe|socket|anon_inode):/.exec(name)?.[1] ?? name;
  return [
    comm.slice(0, 9),
    String(pid),
    user.slice(0, 8),
    fd,
    typeNames[stat?.type ?? ''] ?? 'unknown',
    device,
    offset,
    stat ? String(stat.ino) : '',
    shown,
  ];
}

export const lsof: Command = {
  gnu: {
    short: '?habc:d:D:f:F::g:i::Kk:lLm:MnNoOp:PrsStT:u:UvVwx:XzZ',
    package: 'other',
    tryText: () => 'lsof 4.95.0\n usage: [-?abhKlnNoOPRtUvVX] [-c c] [-d s] [-i [i]] [-p s] [-u s] [--] [names]\n',
    usage: '[-?abhKlnNoOPRtUvVX] [-c c] [-d s] [-i [i]] [-p s] [-u s] [--] [names]',
    help: '',
  },
  busybox: { short: '', usage: '\n\nShow all open files' },
  run: async (ctx, options) => {
    const processes = (await readProcesses(ctx.proc)) ?? [];
    if (!ctx.gnu) {
      for (const { pid } of processes) {
        const exe = attempt(() => ctx.proc.readlink(`/proc/${pid}/exe`)) ?? '';
        for (const { fd, name } of await openFiles(ctx, pid))
          if (/^\d/.test(fd)) await ctx.line(`${pid}\t${exe}\t${parseInt(fd, 10)}\t${name}`);
      }
      return 0;
    }
    const accounts = await Accounts.load(ctx.proc);
    const list = (name: string): string[] => options.values(name).flatMap((value) => value.split(','));
    const pids = list('p');
    const users = list('u');
    const commands = options.values('c');
    const paths: string[] = [];
    for (const name of options.operands) {
      const path = attempt(() => ctx.proc.realpath(name));
      if (path !== undefined) paths.push(path);
      else {
        ctx.status = 1;
        await ctx.stderr(`lsof: status error on ${name}: No such file or directory\n`);
      }
    }
    if (options.operands.length > 0 && paths.length === 0) return ctx.usage();
    const tests = [
      pids.length > 0 ? (p: ProcessInfo) => pids.includes(String(p.pid)) : undefined,
      users.length > 0 ? (p: ProcessInfo) => users.includes(accounts.userName(p.euid)) || users.includes(String(p.euid)) : undefined,
      commands.length > 0 ? (p: ProcessInfo) => commands.some((c) => p.comm.startsWith(c)) : undefined,
    ].filter((test) => test !== undefined);
    const rows: string[][] = [];
    const listed = new Set<number>();
    const servers = ctx.proc.network.listeners();
    for (const info of processes) {
      const matches = options.has('a') ? tests.every((test) => test(info)) : tests.some((test) => test(info));
      const wanted = (file: OpenFile): boolean => paths.length > 0 && file.stat !== undefined && paths.includes(file.name);
      const user = accounts.userName(info.euid);
      if (options.has('i')) {
        if (tests.length > 0 && !matches) continue;
        const ports = /:(\d+)$/.exec(options.value('i') ?? '')?.[1];
        for (const { port, pid, address } of servers)
          if (pid === info.pid && (ports === undefined || Number(ports) === port)) {
            listed.add(pid);
            rows.push([
              info.comm.slice(0, 9),
              String(pid),
              user,
              '3u',
              address.includes(':') ? 'IPv6' : 'IPv4',
              String(port + 20000),
              '0t0',
              'TCP',
              `${placeOf(address, !options.has('n'))}:${port} (LISTEN)`,
            ]);
          }
        continue;
      }
      const all = tests.length === 0 && paths.length === 0;
      const files = (await openFiles(ctx, info.pid)).filter((file) => all || (paths.length > 0 ? wanted(file) && (tests.length === 0 || matches) : matches)); // prettier-ignore
      if (files.length > 0) listed.add(info.pid);
      rows.push(...files.map((file) => row(info, user, file)));
    }
    if (options.has('t')) for (const pid of listed) await ctx.line(String(pid));
    else if (rows.length > 0) {
      const table = [['COMMAND', 'PID', 'USER', 'FD', 'TYPE', 'DEVICE', 'SIZE/OFF', 'NODE', 'NAME'], ...rows];
      const widths = table[0]!.map((_, i) => Math.max(...table.map((cells) => cells[i]!.length)));
      widths[3] = Math.max(...rows.map((cells) => cells[3]!.replace(/\D$/, '').length), 3) + 1;
      for (const [n, cells] of table.entries()) {
        const [command, pid, user, fd, type, device, size, node, name] = cells as [
          string,
          string,
          string,
          string,
          string,
          string,
          string,
          string,
          string,
        ];
        // a number stands right, what it is open for after it
        const mode = n > 0 && /\D$/.test(fd) && /^\d/.test(fd);
        const shownFd = (mode ? fd : `${fd} `).padStart(widths[3] + 1);
        await ctx.line(`${command.padEnd(widths[0]!)} ${pid.padStart(widths[1]!)} ${user.padStart(widths[2]!)} ${shownFd} ${type.padStart(Math.max(6, widths[4]!))} ${device.padStart(widths[5]!)} ${size.padStart(widths[6]!)} ${node.padStart(widths[7]!)} ${name}`); // prettier-ignore
      }
    }
    return ctx.status || (listed.size === 0 && (tests.length > 0 || paths.length > 0 || options.has('i')) ? 1 : 0);
  },
};

const access: Readonly<Record<string, string>> = { cwd: 'c', rtd: 'r', txt: 'e' };

export const fuser: Command = {
  gnu: {
    short: 'aikclmMn:suvVwx4678',
    long: {
      all: 'a',
      interactive: 'i',
      kill: 'k',
      list: 'l',
      mount: 'm',
      ismountpoint: 'M',
      'namespace:': 'n',
      silent: 's',
      user: 'u',
      verbose: 'v',
    },
    package: 'psmisc',
    usage: '[-fIMuvw] [-a|-s] [-4|-6] [-c|-m|-n SPACE] [-k [-i] [-SIGNAL]] NAME...',
    help: 'Show which processes use the named files, sockets, or filesystems.\n\n  -k,--kill             kill processes accessing the named file\n  -s,--silent           silent operation\n  -u,--user             display user IDs\n  -v,--verbose          verbose output\n',
  },
  busybox: {
    short: 'mks46',
    usage:
      "[-msk46] [-SIGNAL] FILE or PORT/PROTO\n\nFind processes which use FILEs or PORTs\n\n\t-m\tFind processes which use same fs as FILEs\n\t-4,-6\tSearch only IPv4/IPv6 space\n\t-s\tDon't display PIDs\n\t-k\tKill found processes\n\t-SIGNAL\tSignal to send (default: KILL)",
  },
  run: async (ctx, options) => {
    if (options.operands.length === 0) return ctx.gnu ? ctx.fail('No process specification given') : ctx.usage();
    const processes = (await readProcesses(ctx.proc)) ?? [];
    const accounts = await Accounts.load(ctx.proc);
    const users = new Map<number, string>();
    let missing = false;
    for (const name of options.operands) {
      users.clear();
      const port = /^(\d+)\/tcp$/.exec(name)?.[1];
      const stat = port === undefined ? attempt(() => ctx.proc.stat(name)) : undefined;
      if (port === undefined && !stat) {
        missing = true;
        ctx.status = 1;
        if (ctx.gnu) await ctx.stderr(`Specified filename ${name} does not exist.\n`);
        else return ctx.fail(`can't stat '${name}': No such file or directory`);
        continue;
      }
      if (port !== undefined) for (const each of ctx.proc.network.listeners()) if (each.port === Number(port)) users.set(each.pid, '');
      for (const { pid } of stat ? processes : [])
        for (const file of await openFiles(ctx, pid)) {
          if (!file.stat || !stat) continue;
          const same = options.has('m') ? file.stat.dev === stat.dev : file.stat.ino === stat.ino && file.stat.dev === stat.dev;
          const letter = access[file.fd] ?? '';
          if (same && !users.get(pid)?.includes(letter || '-')) users.set(pid, (users.get(pid) ?? '') + letter);
        }
      const shown = ctx.gnu ? `${attempt(() => ctx.proc.realpath(name)) ?? name}:` : '';
      if (users.size > 0 && !options.has('s')) {
        if (options.has('v')) {
          await ctx.stderr(`${' '.repeat(21)}USER        PID ACCESS COMMAND\n`);
          for (const [i, [pid, letters]] of [...users].entries()) {
            const info = processes.find((p) => p.pid === pid);
            const flags = `${letters.includes('r') ? 'r' : '.'}${letters.includes('c') ? 'c' : '.'}${letters.includes('e') ? 'e' : '.'}..`;
            await ctx.stderr(`${(i === 0 ? shown : '').padEnd(21)}${accounts.userName(info?.euid ?? 0).padEnd(8)} ${String(pid).padStart(6)} ${letters === '' ? 'F....' : flags} ${info?.comm ?? ''}\n`); // prettier-ignore
          }
        } else {
          // the names and the letters go to standard error, the numbers to standard output
          if (ctx.gnu) await ctx.stderr(shown.padEnd(21));
          for (const [pid, letters] of users) {
            await ctx.write(ctx.gnu ? ` ${String(pid).padStart(5)}` : `${pid} `);
            if (ctx.gnu)
              await ctx.stderr(
                `${letters}${options.has('u') ? `(${accounts.userName(processes.find((p) => p.pid === pid)?.euid ?? 0)})` : ''}`,
              );
          }
          await ctx.out.flush();
          if (ctx.gnu) await ctx.stderr('\n');
          else await ctx.line('');
        }
      }
      if (users.size === 0) ctx.status = 1;
      if (options.has('k')) for (const pid of users.keys()) if (pid !== ctx.proc.pid) attempt(() => ctx.proc.kill(pid, 9));
    }
    return missing ? 1 : ctx.status;
  },
};
