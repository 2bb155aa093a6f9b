import type { NetInterface } from '../../network';
import type { ProcTask } from '../types';
import { directory, file, type NodeMaker } from './nodes';

const hex = (value: number, digits: number): string => value.toString(16).toUpperCase().padStart(digits, '0');
/** An IPv4 address as the kernel shows one in hexadecimal: its bytes from the last to the first. */
const reversed = (address: string): string => address.split('.').reverse().map((part) => hex(Number(part), 2)).join(''); // prettier-ignore
const maskOf = (prefix: number): string =>
  reversed([0, 8, 16, 24].map((from) => 256 - 2 ** (8 - Math.min(8, Math.max(0, prefix - from)))).join('.'));

const noAddress = '00000000:0000';
/** The lines of a table of sockets are filled up with blanks to this width: TMPSZ of net/ipv4/tcp_ipv4.c and udp.c. */
const tcpWidth = 149;
const udpWidth = 127;

const devHead =
  'Inter-|   Receive                                                |  Transmit\n face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed\n';
const zeroCounts = '       0       0    0    0    0     0          0         0        0       0    0    0    0     0       0          0';
const socketHead = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode';
const socketHead6 =
  '  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode';
const datagramHead = ` ${socketHead} ref pointer drops`;
const routeHead = 'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT';

/** "RTF_UP | RTF_GATEWAY" - include/uapi/linux/route.h */
const routeUp = 1;
const routeGateway = 2;

function routes({ net }: ProcTask): string {
  const lines = net.routes().map(({ to, via, device }) => {
    const [destination = '', prefix = '0'] = to === 'default' ? ['0.0.0.0'] : to.split('/');
    const flags = routeUp | (via ? routeGateway : 0);
    const line = `${device}\t${reversed(destination)}\t${reversed(via ?? '0.0.0.0')}\t${hex(flags, 4)}\t0\t0\t0\t${maskOf(Number(prefix))}\t0\t0\t0`;
    return line.padEnd(127);
  });
  // there is no table before an interface has been up
  return net.interfaces().some(({ up }) => up) ? [routeHead.padEnd(127), ...lines, ''].join('\n') : '';
}

/** Who listens on addresses of IPv4. State 0A is TCP_LISTEN. */
function listeners({ net }: ProcTask): string {
  const lines = net
    .listeners()
    .filter(({ address }) => !address.includes(':'))
    .map(
      ({ port, address }, i) =>
        `${String(i).padStart(4)}: ${reversed(address)}:${hex(port, 4)} ${noAddress} 0A 00000000:00000000 00:00000000 00000000     0        0 0 1 0000000000000000 100 0 0 10 0`,
    );
  return [socketHead, ...lines].map((line) => `${line.padEnd(tcpWidth)}\n`).join('');
}

const inet6Scopes = { host: 0x10, link: 0x20, global: 0 } as const;
/** An IPv6 address with all its digits. */
function digits6(address: string): string {
  const [head = '', tail = ''] = address.split('::');
  const groups = (text: string): string[] => text.split(':').filter(Boolean).map((group) => group.padStart(4, '0')); // prettier-ignore
  const [before, after] = [groups(head), groups(tail)];
  return [...before, ...Array<string>(8 - before.length - after.length).fill('0000'), ...after].join('');
}
/** The same of IPv6: an address is four words in the machine's byte order. */
function listeners6({ net }: ProcTask): string {
  const words = (address: string): string =>
    [0, 8, 16, 24].map((at) => digits6(address).slice(at, at + 8).match(/../g)!.reverse().join('')).join('').toUpperCase(); // prettier-ignore
  const lines = net
    .listeners()
    .filter(({ address }) => address.includes(':'))
    .map(
      ({ port, address }, i) =>
        `${String(i).padStart(4)}: ${words(address)}:${hex(port, 4)} ${'0'.repeat(32)}:0000 0A 00000000:00000000 00:00000000 00000000     0        0 0 1 0000000000000000 100 0 0 10 0`,
    );
  return [socketHead6, ...lines].map((line) => `${line}\n`).join('');
}
function addresses6({ net }: ProcTask): string {
  const line = ({ index, name }: NetInterface, address: NetInterface['addresses'][number]): string =>
    `${digits6(address.address)} ${hex(index, 2).toLowerCase()} ${hex(address.prefix, 2).toLowerCase()} ${hex(inet6Scopes[address.scope], 2)} 80 ${name.padStart(8)}\n`;
  return net
    .interfaces()
    .flatMap((each) => each.addresses.filter(({ family }) => family === 'inet6').map((address) => line(each, address)))
    .join('');
}

/** The usual counters of the IP protocols: nothing is counted, since no packets are sent. */
function counters(forwards: boolean): string {
  const groups: readonly (readonly [name: string, first: string, names: string])[] = [
    ['Ip', `${forwards ? 1 : 2} 64`, 'Forwarding DefaultTTL InReceives InHdrErrors InAddrErrors ForwDatagrams InUnknownProtos InDiscards InDelivers OutRequests OutDiscards OutNoRoutes ReasmTimeout ReasmReqds ReasmOKs ReasmFails FragOKs FragFails FragCreates OutTransmits'],
    ['Icmp', '', 'InMsgs InErrors InCsumErrors InDestUnreachs InTimeExcds InParmProbs InSrcQuenchs InRedirects InEchos InEchoReps InTimestamps InTimestampReps InAddrMasks InAddrMaskReps OutMsgs OutErrors OutRateLimitGlobal OutRateLimitHost OutDestUnreachs OutTimeExcds OutParmProbs OutSrcQuenchs OutRedirects OutEchos OutEchoReps OutTimestamps OutTimestampReps OutAddrMasks OutAddrMaskReps'],
    ['Tcp', '1 200 120000 -1', 'RtoAlgorithm RtoMin RtoMax MaxConn ActiveOpens PassiveOpens AttemptFails EstabResets CurrEstab InSegs OutSegs RetransSegs InErrs OutRsts InCsumErrors'],
    ['Udp', '', 'InDatagrams NoPorts InErrors OutDatagrams RcvbufErrors SndbufErrors InCsumErrors IgnoredMulti MemErrors'],
    ['UdpLite', '', 'InDatagrams NoPorts InErrors OutDatagrams RcvbufErrors SndbufErrors InCsumErrors IgnoredMulti MemErrors'],
  ]; // prettier-ignore
  return groups
    .map(([name, first, names]) => {
      const values = [...first.split(' ').filter(Boolean)];
      while (values.length < names.split(' ').length) values.push('0');
      return `${name}: ${names}\n${name}: ${values.join(' ')}\n`;
    })
    .join('');
}

const tables: Readonly<Record<string, (task: ProcTask, forwards: () => boolean) => string>> = {
  arp: () => 'IP address       HW type     Flags       HW address            Mask     Device\n',
  dev: ({ net }) => devHead + net.interfaces().map(({ name }) => `${name.padStart(6)}:${zeroCounts}\n`).join(''),
  dev_mcast: () => '',
  icmp: () => `${`${socketHead} ref pointer drops`.padEnd(udpWidth)}\n`,
  if_inet6: addresses6,
  netlink: () => 'sk               Eth Pid        Groups   Rmem     Wmem     Dump  Locks    Drops    Inode\n',
  packet: () => 'sk               RefCnt Type Proto  Iface R Rmem   User   Inode\n',
  psched: () => '000003e8 00000040 000f4240 3b9aca00\n',
  raw: () => `${socketHead} ref pointer drops\n`,
  raw6: () => `${socketHead6} ref pointer drops\n`,
  route: routes,
  snmp: (_task, forwards) => counters(forwards()),
  sockstat: ({ net }) =>
    `sockets: used ${net.listeners().length}\nTCP: inuse ${net.listeners().length} orphan 0 tw 0 alloc ${net.listeners().length} mem 0\nUDP: inuse 0 mem 0\nUDPLITE: inuse 0\nRAW: inuse 0\nFRAG: inuse 0 memory 0\n`,
  sockstat6: () => 'TCP6: inuse 0\nUDP6: inuse 0\nUDPLITE6: inuse 0\nRAW6: inuse 0\nFRAG6: inuse 0 memory 0\n',
  tcp: listeners,
  tcp6: listeners6,
  udp: () => `${datagramHead.padEnd(udpWidth)}\n`,
  udp6: () => ` ${socketHead6} ref pointer drops\n`,
  unix: () => 'Num       RefCount Protocol Flags    Type St Inode Path\n',
}; // prettier-ignore

/** /proc/PID/net: the network namespace of the process, as proc_pid_net(5) has it. `forwards`: its net.ipv4.ip_forward. */
export const networkTables = (key: string, task: ProcTask, owner: { uid: number; gid: number }, forwards: () => boolean): NodeMaker =>
  directory(
    `${key}/net`,
    Object.fromEntries(Object.entries(tables).map(([name, show]) => [name, file(`${key}/net/${name}`, () => show(task, forwards))])),
    owner,
  );
