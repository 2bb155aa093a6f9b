import { Errno, type NetAddress, type NetInterface } from '../kernel';
import { Exit, type Command, type Context } from './command';
import { broadcastOf, parseAddress } from './ip-address';

interface Style {
  readonly oneLine: boolean;
  readonly brief: boolean;
  readonly family: 'inet' | 'inet6' | undefined;
}

const zero = '00:00:00:00:00:00';

function flagsOf({ kind, up }: NetInterface): string {
  return [kind === 'loopback' ? 'LOOPBACK' : 'BROADCAST,MULTICAST', ...(up ? ['UP', 'LOWER_UP'] : [])].join(',');
}
const stateOf = ({ kind, up }: NetInterface): string => (!up ? 'DOWN' : kind === 'loopback' ? 'UNKNOWN' : 'UP');
const fullName = ({ name, peerIndex }: NetInterface): string => (peerIndex === undefined ? name : `${name}@if${peerIndex}`);

/** `1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 …` and the line with its hardware address. */
function linkText(ctx: Context, nic: NetInterface, style: Style, withMode: boolean): string {
  const broadcast = nic.kind === 'loopback' ? zero : 'ff:ff:ff:ff:ff:ff';
  const group = ctx.gnu ? `${withMode ? ' mode DEFAULT' : ''} group default` : '';
  const queue = nic.up ? 'noqueue' : 'noop';
  const head = `${nic.index}: ${fullName(nic)}: <${flagsOf(nic)}> mtu ${nic.mtu} qdisc ${queue} state ${stateOf(nic)}${group} qlen 1000`;
  const peer = nic.peerIndex === undefined || !ctx.gnu ? '' : ' link-netnsid 0';
  return `${head}${style.oneLine ? '\\' : '\n'}    link/${nic.kind} ${nic.mac} brd ${broadcast}${peer}\n`;
}

function addressText(nic: NetInterface, a: NetAddress, style: Style): string {
  const v4 = a.family === 'inet';
  const head = `    ${a.family} ${a.address}/${a.prefix}${a.broadcast ? ` brd ${a.broadcast}` : ''} scope ${a.scope}${v4 ? ` ${nic.name}` : ' '}`;
  const life = '       valid_lft forever preferred_lft forever\n';
  return style.oneLine ? `${nic.index}: ${nic.name}${head}\\${life}` : `${head}\n${life}`;
}

const shownAddresses = (nic: NetInterface, style: Style): readonly NetAddress[] =>
  nic.addresses.filter(({ family }) => !style.family || family === style.family);

async function chosen(ctx: Context, args: readonly string[]): Promise<readonly NetInterface[]> {
  const words = args.filter((word) => word !== 'dev' && word !== 'show' && word !== 'list' && word !== 'ls');
  const all = ctx.proc.network.interfaces();
  if (words[0] === 'up') return all.filter(({ up }) => up);
  const [name] = words;
  if (name === undefined) return all;
  const found = all.filter((nic) => nic.name === name);
  if (found.length === 0) return fail(ctx, ctx.gnu ? `Device "${name}" does not exist.` : `ip: can't find device '${name}'`, 1);
  return found;
}

async function fail(ctx: Context, text: string, status: number): Promise<never> {
  await ctx.out.flush();
  await ctx.stderr(`${text}\n`);
  throw new Exit(status);
}

/** Lets the kernel refuse as rtnetlink does. */
async function attempt(ctx: Context, name: string, call: () => void): Promise<number> {
  try {
    call();
    return 0;
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    if (error.code === 'ENODEV') return fail(ctx, ctx.gnu ? `Cannot find device "${name}"` : `ip: can't find device '${name}'`, 1);
    return fail(ctx, `${ctx.gnu ? '' : 'ip: '}RTNETLINK answers: ${ctx.strerror(error)}`, 2);
  }
}

async function showLinks(ctx: Context, args: readonly string[], style: Style): Promise<number> {
  for (const nic of await chosen(ctx, args)) {
    if (style.brief) await ctx.line(`${fullName(nic).padEnd(16)} ${stateOf(nic).padEnd(14)} ${nic.mac} <${flagsOf(nic)}> `);
    else await ctx.write(linkText(ctx, nic, style, true));
  }
  return 0;
}

async function link(ctx: Context, args: readonly string[], style: Style): Promise<number> {
  const [verb = 'show', ...rest] = args;
  if ('show'.startsWith(verb) || 'list'.startsWith(verb) || verb === 'ls') return showLinks(ctx, rest, style);
  if (verb === 'set') {
    const words = rest.filter((word) => word !== 'dev');
    const [name = '', ...actions] = words;
    for (const action of actions) {
      if (action !== 'up' && action !== 'down') return fail(ctx, `Error: either "dev" is duplicate, or "${action}" is a garbage.`, 255);
      const status = await attempt(ctx, name, () => ctx.proc.network.setUp(name, action === 'up'));
      if (status) return status;
    }
    return 0;
  }
  if (verb === 'add') return fail(ctx, ctx.gnu ? 'Error: Unknown device type.' : 'ip: RTNETLINK answers: Not supported', 2);
  if (ctx.proc.network.interfaces().some(({ name }) => name === verb)) return showLinks(ctx, args, style);
  return fail(ctx, `Command "${verb}" is unknown, try "ip link help".`, 255);
}

async function showAddresses(ctx: Context, args: readonly string[], style: Style): Promise<number> {
  for (const nic of await chosen(ctx, args)) {
    const addresses = shownAddresses(nic, style);
    if (style.brief) {
      await ctx.line(
        `${fullName(nic).padEnd(16)} ${stateOf(nic).padEnd(14)} ${addresses.map((a) => `${a.address}/${a.prefix} `).join('')}`,
      );
      continue;
    }
    if (style.family && addresses.length === 0) continue;
    if (!style.oneLine) await ctx.write(linkText(ctx, nic, style, false));
    for (const a of addresses) await ctx.write(addressText(nic, a, style));
  }
  return 0;
}

async function address(ctx: Context, args: readonly string[], style: Style): Promise<number> {
  const [verb = 'show', ...rest] = args;
  if (verb === 'add' || verb === 'del') {
    const [text = '', ...words] = rest;
    const name = words[words.indexOf('dev') + 1] ?? '';
    const parsed = parseAddress(text);
    if (!parsed) return fail(ctx, `Error: any valid prefix is expected rather than "${text}".`, 1);
    if (!words.includes('dev')) return fail(ctx, 'Not enough information: "dev" argument is required.', 255);
    const { network } = ctx.proc;
    const broadcast = words.includes('brd') && parsed.family === 'inet' ? { broadcast: broadcastOf(parsed.address, parsed.prefix) } : {};
    return attempt(ctx, name, () =>
      verb === 'add' ? network.addAddress(name, { ...parsed, scope: 'global', ...broadcast }) : network.removeAddress(name, parsed.address),
    );
  }
  if ('show'.startsWith(verb) || 'list'.startsWith(verb) || verb === 'ls') return showAddresses(ctx, rest, style);
  if (ctx.proc.network.interfaces().some(({ name }) => name === verb)) return showAddresses(ctx, args, style);
  return fail(ctx, `Command "${verb}" is unknown, try "ip address help".`, 255);
}

async function route(ctx: Context, args: readonly string[], style: Style): Promise<number> {
  const [verb = 'show', ...rest] = args;
  const { network } = ctx.proc;
  if (verb === 'add') {
    const [to = '', ...words] = rest;
    const word = (name: string): string | undefined => (words.includes(name) ? words[words.indexOf(name) + 1] : undefined);
    const via = word('via');
    const device = word('dev') ?? network.interfaces().find(({ up, kind }) => up && kind === 'ether')?.name ?? '';
    if (!device) return fail(ctx, `${ctx.gnu ? '' : 'ip: '}RTNETLINK answers: Network is unreachable`, 2);
    return attempt(ctx, device, () => network.addRoute({ to, device, ...(via ? { via } : {}) }));
  }
  if (!'show'.startsWith(verb) && !'list'.startsWith(verb) && verb !== 'get')
    return fail(ctx, `Command "${verb}" is unknown, try "ip route help".`, 255);
  if (style.family === 'inet6') return 0;
  for (const { to, via, device, source } of network.routes()) {
    const kernel = source === undefined ? '' : ` ${ctx.gnu ? 'proto kernel ' : ''}scope link ${ctx.gnu ? '' : ' '}src ${source}`;
    await ctx.line(`${to}${via ? ` via ${via}` : ''} dev ${device}${kernel} `);
  }
  return 0;
}

const objects: Readonly<Record<string, (ctx: Context, args: readonly string[], style: Style) => Promise<number>>> = {
  address,
  link,
  route,
};

const usage =
  'ip [ OPTIONS ] OBJECT { COMMAND | help }\nwhere  OBJECT := { address | link | route }\n       OPTIONS := { -4 | -6 | -o[neline] | -br[ief] | -V[ersion] }\n';

export const ip: Command = {
  gnu: { package: 'other' },
  busybox: {
    usage:
      '[OPTIONS] address|route|link|tunnel|neigh|rule [ARGS]\n\nOPTIONS := -f[amily] inet|inet6|link | -o[neline]\n\nip addr add|del IFADDR dev IFACE | show|flush [dev IFACE] [to PREFIX]\nip route list|flush|add|del|change|append|replace|test ROUTE\nip link set IFACE [up|down] [arp on|off] [multicast on|off]\n\t[promisc on|off] [mtu NUM] [name NAME] [qlen NUM] [address MAC]\n\t[master IFACE | nomaster] [netns PID]\nip tunnel add|change|del|show [NAME]\n\t[mode ipip|gre|sit] [remote ADDR] [local ADDR] [ttl TTL]\nip neigh show|flush [to PREFIX] [dev DEV] [nud STATE]\nip rule [list] | add|del SELECTOR ACTION',
  },
  run: async (ctx) => {
    const style = { oneLine: false, brief: false, family: undefined as Style['family'] };
    let i = 0;
    for (; ctx.args[i]?.startsWith('-'); i++) {
      const option = (ctx.args[i] ?? '').replace(/^--?/, '');
      if (option === '4' || option === '6') style.family = option === '4' ? 'inet' : 'inet6';
      else if (option !== '' && 'oneline'.startsWith(option)) style.oneLine = true;
      else if (option.length > 1 && 'brief'.startsWith(option)) style.brief = true;
      else if (option === 'V' || option === 'Version') return (await ctx.line('ip utility, iproute2-6.1.0, libbpf 1.1.2'), 0);
      else if (['c', 'color', 'd', 'details', 's', 'stats', 'N'].includes(option)) continue;
      else return fail(ctx, `Option "-${option}" is unknown, try "ip -help".`, 255);
    }
    const [object, ...rest] = ctx.args.slice(i);
    if (object === undefined || object === 'help') return ctx.gnu ? fail(ctx, `Usage: ${usage.trimEnd()}`, 255) : ctx.usage();
    const found = Object.keys(objects).find((name) => name.startsWith(object));
    if (!found) return ctx.gnu ? fail(ctx, `Object "${object}" is unknown, try "ip help".`, 1) : ctx.usage();
    return (objects[found] as (typeof objects)[string])(ctx, rest, style);
  },
};
