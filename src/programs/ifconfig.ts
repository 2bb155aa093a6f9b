import { Errno, type NetInterface } from '../kernel';
import type { Command } from './command';
import { maskText, parseAddress } from './ip-address';

/** One interface as busybox's ifconfig shows it: nothing is ever sent, so the counts are 0. */
function describe(nic: NetInterface): string {
  const indent = ' '.repeat(10);
  const loopback = nic.kind === 'loopback';
  const lines = [`${nic.name.padEnd(10)}Link encap:${loopback ? 'Local Loopback  ' : `Ethernet  HWaddr ${nic.mac.toUpperCase()}  `}`];
  for (const a of nic.addresses) {
    if (a.family === 'inet')
      lines.push(`${indent}inet addr:${a.address}${loopback ? '' : `  Bcast:${a.broadcast ?? '0.0.0.0'}`}  Mask:${maskText(a.prefix)}`);
    else lines.push(`${indent}inet6 addr: ${a.address}/${a.prefix} Scope:${{ host: 'Host', link: 'Link', global: 'Global' }[a.scope]}`);
  }
  const flags = [
    ...(nic.up ? ['UP'] : []),
    loopback ? 'LOOPBACK' : 'BROADCAST',
    ...(nic.up ? ['RUNNING'] : []),
    ...(loopback ? [] : ['MULTICAST']),
  ];
  lines.push(
    `${indent}${flags.join(' ')}  MTU:${nic.mtu}  Metric:1`,
    `${indent}RX packets:0 errors:0 dropped:0 overruns:0 frame:0`,
    `${indent}TX packets:0 errors:0 dropped:0 overruns:0 carrier:0`,
    `${indent}collisions:0 txqueuelen:1000 `,
    `${indent}RX bytes:0 (0.0 B)  TX bytes:0 (0.0 B)`,
  );
  return `${lines.join('\n')}\n\n`;
}

export const ifconfig: Command = {
  busybox: {
    short: 'a',
    usage:
      '[-a] [IFACE] [ADDRESS]\n\nConfigure a network interface\n\n\t[add ADDRESS[/PREFIXLEN]]\n\t[del ADDRESS[/PREFIXLEN]]\n\t[[-]broadcast [ADDRESS]] [[-]pointopoint [ADDRESS]]\n\t[netmask ADDRESS] [dstaddr ADDRESS]\n\t[outfill NN] [keepalive NN]\n\t[hw ether|infiniband ADDRESS] [metric NN] [mtu NN]\n\t[[-]trailers] [[-]arp] [[-]allmulti]\n\t[multicast] [[-]promisc] [txqueuelen NN] [[-]dynamic]\n\t[mem_start NN] [io_addr NN] [irq NN]\n\t[up|down] ...',
  },
  run: async (ctx, options) => {
    const { network } = ctx.proc;
    const [name, ...actions] = options.operands;
    if (name === undefined || actions.length === 0) {
      const shown = network.interfaces().filter((nic) => (name === undefined ? options.has('a') || nic.up : nic.name === name));
      if (name !== undefined && shown.length === 0) return ctx.fail(`${name}: error fetching interface information: Device not found`);
      for (const nic of [...shown].sort((a, b) => (a.name < b.name ? -1 : 1))) await ctx.write(describe(nic));
      return 0;
    }
    for (const action of actions) {
      const address = parseAddress(action);
      try {
        if (action === 'up' || action === 'down') network.setUp(name, action === 'up');
        else if (address) {
          network.addAddress(name, { ...address, scope: 'global' });
          network.setUp(name, true);
        } else return ctx.fail(`bad address '${action}'`);
      } catch (error) {
        if (!(error instanceof Errno)) throw error;
        return ctx.fail(`${error.code === 'ENODEV' ? 'SIOCGIFFLAGS' : 'SIOCSIFFLAGS'}: ${ctx.strerror(error)}`);
      }
    }
    return 0;
  },
};
