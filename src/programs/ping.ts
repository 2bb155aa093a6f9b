import { Errno } from '../kernel';
import type { Command, Context } from './command';
import { isAddress, resolve } from './resolver';

/** Whether an interface that is up has the address: such a one answers itself. */
function isOwn(ctx: Context, address: string): boolean {
  const interfaces = ctx.proc.network.interfaces().filter(({ up }) => up);
  return interfaces.some(({ kind, addresses }) => (kind === 'loopback' && address.startsWith('127.')) || addresses.some((each) => each.address === address)); // prettier-ignore
}

export const ping: Command = {
  gnu: {
    short: '46aAbBc:dDfhi:I:l:Lm:M:nOp:qQ:rRs:S:t:T:UvVw:W:',
    package: 'other',
    usageStatus: 2,
    tryText: () => '\nUsage\n  ping [options] <destination>\n\nOptions:\n  <destination>      dns name or ip address\n  -c <count>         stop after <count> replies\n  -i <interval>      seconds between sending each packet\n  -q                 quiet output\n  -s <size>          use <size> as number of data bytes to be sent\n  -w <deadline>      reply wait <deadline> in seconds\n  -W <timeout>       time to wait for response\n', // prettier-ignore
  },
  busybox: {
    short: '46c:s:t:i:I:W:w:qA',
    usage:
      '[OPTIONS] HOST\n\nSend ICMP ECHO_REQUESTs to HOST\n\n\t-4,-6\t\tForce IP or IPv6 name resolution\n\t-c CNT\t\tSend only CNT pings\n\t-s SIZE\t\tSend SIZE data bytes in packets (default 56)\n\t-i SECS\t\tInterval\n\t-A\t\tPing as soon as reply is recevied\n\t-t TTL\t\tSet TTL\n\t-I IFACE/IP\tSource interface or IP address\n\t-W SEC\t\tSeconds to wait for the first response (default 10)\n\t\t\t(after all -c CNT packets are sent)\n\t-w SEC\t\tSeconds until ping exits (default:infinite)\n\t\t\t(can exit earlier with -c CNT)\n\t-q\t\tQuiet, only display output at start/finish\n\t-p HEXBYTE\tPayload pattern',
  },
  run: async (ctx, options) => {
    const [host] = options.operands;
    if (host === undefined) return ctx.gnu ? ctx.fail('usage error: Destination address required') : ctx.usage();
    const address = isAddress(host) ? host : await resolve(ctx.proc, host);
    if (address === undefined)
      return ctx.gnu ? ctx.fail(`${host}: Temporary failure in name resolution`, 2) : ctx.fail(`bad address '${host}'`);
    if (!isOwn(ctx, address)) {
      try {
        ctx.proc.network.connect(address);
      } catch (error) {
        if (!(error instanceof Errno)) throw error;
        if (error.code === 'ENETUNREACH') return ctx.fail(ctx.gnu ? `connect: ${ctx.strerror(error)}` : `sendto: ${ctx.strerror(error)}`, ctx.gnu ? 2 : 1); // prettier-ignore
      }
      // Unlike Linux: nothing carries packets, so that an answer or its absence would tell nothing about the host
      return ctx.fail(`no packets are sent here; try a port: ${ctx.gnu ? `nc -zv ${host} PORT` : `nc -v ${host} PORT`}`, 2);
    }
    const size = Number(options.value('s') ?? 56);
    const count = Number(options.value('c') ?? Infinity);
    const intervalMs = Number(options.value('i') ?? 1) * 1000;
    if (!(count > 0) || !(intervalMs >= 0) || !(size >= 0)) return ctx.fail('invalid argument');
    await ctx.line(
      ctx.gnu ? `PING ${host} (${address}) ${size}(${size + 28}) bytes of data.` : `PING ${host} (${address}): ${size} data bytes`,
    );
    const times: number[] = [];
    const started = ctx.proc.clock.now();
    let stopped = false;
    ctx.proc.sigaction(2, () => void (stopped = true));
    for (let n = 1; n <= count && !stopped; n++) {
      const ms = 0.03 + ctx.proc.clock.random() * 0.05;
      times.push(ms);
      if (!options.has('q'))
        await ctx.line(ctx.gnu ? `${size + 8} bytes from ${address}: icmp_seq=${n} ttl=64 time=${ms.toFixed(3)} ms` : `${size + 8} bytes from ${address}: seq=${n - 1} ttl=64 time=${ms.toFixed(3)} ms`); // prettier-ignore
      await ctx.out.flush();
      if (n < count) await ctx.proc.nanosleep(intervalMs).catch(() => undefined);
    }
    const average = times.reduce((a, b) => a + b, 0) / times.length;
    const deviation = Math.sqrt(times.reduce((sum, t) => sum + (t - average) ** 2, 0) / times.length);
    const [least, most] = [Math.min(...times), Math.max(...times)].map((t) => t.toFixed(3));
    await ctx.line(`\n--- ${host} ping statistics ---`);
    if (ctx.gnu) {
      await ctx.line(`${times.length} packets transmitted, ${times.length} received, 0% packet loss, time ${Math.max(0, ctx.proc.clock.now() - started).toFixed(0)}ms`); // prettier-ignore
      await ctx.line(`rtt min/avg/max/mdev = ${least}/${average.toFixed(3)}/${most}/${deviation.toFixed(3)} ms`);
    } else {
      await ctx.line(`${times.length} packets transmitted, ${times.length} packets received, 0% packet loss`);
      await ctx.line(`round-trip min/avg/max = ${least}/${average.toFixed(3)}/${most} ms`);
    }
    return 0;
  },
};
