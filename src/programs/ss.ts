import type { Command, Context } from './command';
import { readProcess } from './process-table';

interface Socket {
  readonly port: number;
  /** As it is shown: `[::1]` for ss. */
  readonly address: string;
  readonly user: string;
}

/** `::` is both families' to ss. */
const shownAddress = (address: string): string => (address === '::' ? '*' : address.includes(':') ? `[${address}]` : address);

/** TCP sockets that listen. Connections last for one request here, and no other kind of socket is there. */
async function sockets(ctx: Context, withUsers: boolean, face: 'ss' | 'netstat'): Promise<Socket[]> {
  const found: Socket[] = [];
  const servers = ctx.proc.network.listeners();
  const isSix = ({ address }: { readonly address: string }): boolean => address.includes(':');
  for (const { port, pid, address } of [...servers.filter((each) => !isSix(each)), ...servers.filter(isSix)]) {
    const info = withUsers && pid > 0 ? await readProcess(ctx.proc, pid) : undefined;
    const user = !info ? '' : face === 'ss' ? `users:(("${info.comm}",pid=${pid},fd=3))` : `${pid}/${info.args[0] ?? info.comm}`;
    found.push({ port, address: face === 'ss' ? shownAddress(address) : address, user });
  }
  return found;
}

const services: Readonly<Record<number, string>> = { 22: 'ssh', 53: 'domain', 80: 'http', 443: 'https', 3306: 'mysql', 5432: 'postgresql', 6379: 'redis', 8080: 'http-alt' }; // prettier-ignore

async function showTable(ctx: Context, rows: readonly (readonly string[])[]): Promise<void> {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => (row[i] ?? '').length)));
  const right = new Set([4, 6]);
  for (const row of rows) {
    const cells = row.map((cell, i) => (right.has(i) ? cell.padStart(widths[i] as number) : cell.padEnd(widths[i] as number)));
    const [netid = '', state = '', received = '', sent = '', address = '', port = '', peer = '', peerPort = '', user = ''] = cells;
    const lead = netid === '' ? '' : `${netid} `;
    await ctx.line(`${lead}${state} ${received} ${sent} ${address}:${port} ${peer}:${peerPort}${user}`);
  }
}

export const ss: Command = {
  gnu: {
    short: 'VnralompieKsbEZzN:46tuwx0dSMHOTf:A:D:F:',
    long: { numeric: 'n', resolve: 'r', all: 'a', listening: 'l', options: 'o', memory: 'm', processes: 'p', extended: 'e', info: 'i', summary: 's', ipv4: '4', ipv6: '6',
      tcp: 't', udp: 'u', raw: 'w', unix: 'x', 'no-header': 'H', oneline: 'O', 'family:': 'f', 'query:': 'A', version: 'V',
    }, // prettier-ignore
    package: 'other',
    usage: '[ OPTIONS ]\nss [ OPTIONS ] [ FILTER ]',
    help: "   -h, --help          this message\n   -n, --numeric       don't resolve service names\n   -a, --all           display all sockets\n   -l, --listening     display listening sockets\n   -p, --processes     show process using socket\n   -s, --summary       show socket usage summary\n   -4, --ipv4          display only IP version 4 sockets\n   -6, --ipv6          display only IP version 6 sockets\n   -t, --tcp           display only TCP sockets\n   -u, --udp           display only UDP sockets\n   -x, --unix          display only Unix domain sockets\n   -H, --no-header     Suppress header line\n",
    usageStatus: 255,
  },
  run: async (ctx, options) => {
    if (options.has('V')) return (await ctx.line('ss utility, iproute2-6.1.0'), 0);
    const listed = await sockets(ctx, options.has('p'), 'ss');
    if (options.has('s')) {
      const count = listed.length;
      await ctx.write(
        `Total: ${count}\nTCP:   ${count} (estab 0, closed 0, orphaned 0, timewait 0)\n\nTransport Total     IP        IPv6\n`,
      );
      for (const [name, n] of [['RAW', 0], ['UDP', 0], ['TCP', count], ['INET', count], ['FRAG', 0]] as const)
        await ctx.line(`${name}\t  ${String(n).padEnd(10)}${String(n).padEnd(10)}0`); // prettier-ignore
      return 0;
    }
    const kinds = ['t', 'u', 'w', 'x', 'd', 'S'].filter((kind) => options.has(kind));
    const family = options.has('6') ? 6 : options.has('4') ? 4 : undefined;
    const wanted = listed.filter(({ address }) => !family || (family === 6) === (address === '*' || address.includes(':')));
    const shown = options.has('l', 'a') && (kinds.length === 0 || kinds.includes('t')) ? wanted : [];
    const one = kinds.length === 1;
    const users = options.has('p');
    const rows = shown.map(({ port, address, user }) => [one ? '' : 'tcp', 'LISTEN', '0', '511', address, options.has('n') ? String(port) : (services[port] ?? String(port)), address === '*' ? '*' : address.includes(':') ? '[::]' : '0.0.0.0', '*', users ? ` ${user}` : '']); // prettier-ignore
    const heading = [one ? '' : 'Netid', 'State', 'Recv-Q', 'Send-Q', 'Local Address', 'Port', 'Peer Address', 'Port', users ? ' Process' : 'Process']; // prettier-ignore
    await showTable(ctx, options.has('H') ? rows : [heading, ...rows]);
    return 0;
  },
};

export const netstat: Command = {
  busybox: {
    short: 'raltunxwepW',
    usage:
      "[-ral] [-tuwx] [-enWp]\n\nDisplay networking information\n\n\t-r\tRouting table\n\t-a\tAll sockets\n\t-l\tListening sockets\n\t\tElse: connected sockets\n\t-t\tTCP sockets\n\t-u\tUDP sockets\n\t-w\tRaw sockets\n\t-x\tUnix sockets\n\t\tElse: all socket types\n\t-e\tOther/more information\n\t-n\tDon't resolve names\n\t-W\tWide display\n\t-p\tShow PID/program name for sockets",
  },
  run: async (ctx, options) => {
    if (options.has('r')) {
      await ctx.write(await routingTable(ctx, 'netstat'));
      return 0;
    }
    const kinds = ['t', 'u', 'w', 'x'].filter((kind) => options.has(kind));
    const which = options.has('a') ? 'servers and established' : options.has('l') ? 'only servers' : 'w/o servers';
    if (kinds.length === 0 || kinds.some((kind) => kind !== 'x')) {
      await ctx.line(`Active Internet connections (${which})`);
      await ctx.line(`Proto Recv-Q Send-Q Local Address           Foreign Address         State       ${options.has('p') ? 'PID/Program name    ' : ''}`); // prettier-ignore
    }
    const listed = await sockets(ctx, options.has('p'), 'netstat');
    if (options.has('l', 'a') && (kinds.length === 0 || kinds.includes('t')))
      for (const { port, address, user } of listed)
        await ctx.line(`tcp        0      0 ${`${address}:${options.has('n') ? port : (services[port] ?? port)}`.padEnd(23)} ${(address.includes(':') ? ':::*' : '0.0.0.0:*').padEnd(23)} ${'LISTEN'.padEnd(11)} ${options.has('p') ? (user || '-').padEnd(20) : ''}`); // prettier-ignore
    if (kinds.length === 0 || kinds.includes('x')) {
      await ctx.line(`Active UNIX domain sockets (${which})`);
      await ctx.line(`Proto RefCnt Flags       Type       State         I-Node ${options.has('p') ? 'PID/Program name    ' : ''}Path`);
    }
    return 0;
  },
};

/** The routes as route(8) shows them. */
export async function routingTable(ctx: Context, as: 'netstat' | 'route'): Promise<string> {
  const dotted = (prefix: number): string =>
    [24, 16, 8, 0].map((shift) => ((prefix === 0 ? 0 : (2 ** 32 - 2 ** (32 - prefix)) >>> 0) >>> shift) & 255).join('.');
  const head = as === 'route' ? 'Flags Metric Ref    Use Iface' : 'Flags   MSS Window  irtt Iface';
  const lines = ctx.proc.network.routes().map(({ to, via, device }) => {
    const [net = '0.0.0.0', bits = '32'] = to === 'default' ? ['0.0.0.0', '0'] : to.split('/');
    const flags = `U${via ? 'G' : ''}${bits === '32' && to !== 'default' ? 'H' : ''}`;
    const numbers = as === 'route' ? `${flags.padEnd(5)} 0      0        0` : `${flags.padEnd(7)}   0 0          0`;
    return `${net.padEnd(15)} ${(via ?? '0.0.0.0').padEnd(15)} ${dotted(Number(bits)).padEnd(15)} ${numbers} ${device}\n`;
  });
  return `Kernel IP routing table\nDestination     Gateway         Genmask         ${head}\n${lines.join('')}`;
}

export const route: Command = {
  busybox: { short: '+nA:e', usage: '[-ne] [-A inet[6]] [{add|del} [-net|-host] TARGET [netmask MASK]\n\t[gw GATEWAY] [metric N] [mss BYTES] [window BYTES] [reject] [IFACE]]\n\nShow or edit kernel routing tables\n\n\t-n\tDon\'t resolve names\n\t-e\tDisplay other/more information\n\t-A inet[6]\tSelect address family' }, // prettier-ignore
  run: async (ctx, options) => {
    if (options.operands.length > 0) return ctx.fail('routes are changed with ip route here');
    await ctx.write(await routingTable(ctx, options.has('e') ? 'netstat' : 'route'));
    return 0;
  },
};
