import { Errno } from '../kernel';
import type { Command, Context } from './command';
import { readAll } from './input';
import { isAddress, resolve } from './resolver';

const services: Readonly<Record<number, string>> = { 22: 'ssh', 25: 'smtp', 53: 'domain', 80: 'http', 443: 'https', 3306: 'mysql', 5432: 'postgresql', 6379: 'redis', 8080: 'http-alt' }; // prettier-ignore

async function talk(ctx: Context, address: string, port: number): Promise<number> {
  const connection = ctx.proc.network.dial(address, port);
  const request = await readAll(ctx.proc, 0);
  if (request.length > 0) await ctx.write(await connection.exchange(request));
  return 0;
}

/** Waits for one request, prints it, and answers with what standard input has. */
async function listen(ctx: Context, port: number, keep: boolean): Promise<number> {
  const answer = ctx.proc.isatty(0) ? new Uint8Array() : await readAll(ctx.proc, 0);
  let close: (() => void) | undefined;
  const wake = ctx.proc.pipe();
  try {
    close = ctx.proc.network.listen(port, async (request) => {
      await ctx.proc.write(1, request);
      if (!keep) await ctx.proc.write(wake[1], '.');
      return answer;
    });
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    return ctx.fail(ctx.gnu ? ctx.strerror(error) : `bind: ${ctx.strerror(error)}`);
  }
  await ctx.proc.read(wake[0], 1);
  close();
  return 0;
}

async function ports(ctx: Context, text: string): Promise<number[]> {
  const [low = '', high = low] = text.split('-');
  const named = Object.entries(services).find(([, name]) => name === text)?.[0];
  const [from, to] = named ? [Number(named), Number(named)] : [Number(low), Number(high)];
  if (!(from >= 0 && to >= from && to < 65536 && text !== '')) {
    if (ctx.gnu) await ctx.stderr(/^\d+$/.test(text) ? `nc: port number too large: ${text}\n` : `nc: service "${text}" unknown\n`);
    else await ctx.stderr(`nc: bad port '${text}'\n`);
    return [];
  }
  return Array.from({ length: to - from + 1 }, (_, i) => from + i);
}

export const nc: Command = {
  gnu: {
    short: '46CDdFhklNnrStUuvZzI:i:M:m:O:P:p:q:s:T:V:W:w:X:x:',
    package: 'other',
    usage: '[-46CDdFhklNnrStUuvZz] [-I length] [-i interval] [-M ttl]',
    tryText: () =>
      'usage: nc [-46CDdFhklNnrStUuvZz] [-I length] [-i interval] [-M ttl]\n\t  [-m minttl] [-O length] [-P proxy_username] [-p source_port]\n\t  [-q seconds] [-s sourceaddr] [-T keyword] [-V rtable] [-W recvlimit]\n\t  [-w timeout] [-X proxy_protocol] [-x proxy_address[:port]]\n\t  [destination] [port]\n',
  },
  busybox: {
    short: 'lp:nw:zvi:f:e:u',
    usage:
      "[OPTIONS] HOST PORT  - connect\nnc [OPTIONS] -l -p PORT [HOST] [PORT]  - listen\n\n\t-e PROG\tRun PROG after connect (must be last)\n\t-l\tListen mode, for inbound connects\n\t-lk\tWith -e, provides persistent server\n\t-p PORT\tLocal port\n\t-s ADDR\tLocal address\n\t-w SEC\tTimeout for connects and final net reads\n\t-i SEC\tDelay interval for lines sent\n\t-n\tDon't do DNS resolution\n\t-u\tUDP mode\n\t-b\tAllow broadcasts\n\t-v\tVerbose\n\t-o FILE\tHex dump traffic\n\t-z\tZero-I/O mode (scanning)",
  },
  run: async (ctx, options) => {
    const [host, portText, extra] = options.operands;
    if (extra !== undefined) return ctx.usage();
    if (options.has('u')) return ctx.fail('UDP is not there: only TCP');
    if (options.has('l')) {
      const [port] = await ports(ctx, options.value('p') ?? portText ?? host ?? '');
      if (port === undefined) return 1;
      if (ctx.gnu && options.has('v')) await ctx.stderr(`Listening on 0.0.0.0 ${port}\n`);
      return listen(ctx, port, options.has('k'));
    }
    if (host === undefined || portText === undefined) return ctx.usage();
    const address = isAddress(host) ? host : options.has('n') ? undefined : await resolve(ctx.proc, host);
    if (address === undefined) {
      if (ctx.gnu)
        await ctx.stderr(`nc: getaddrinfo for host "${host}" port ${portText}: ${options.has('n') ? 'Name or service not known' : 'Temporary failure in name resolution'}\n`); // prettier-ignore
      else await ctx.stderr(`nc: bad address '${host}'\n`);
      return 1;
    }
    let status = 1;
    const wanted = await ports(ctx, portText);
    for (const port of wanted) {
      try {
        ctx.proc.network.dial(address, port);
      } catch (error) {
        if (!(error instanceof Errno)) throw error;
        const shown = host === address ? address : `${host} (${address})`;
        if (!ctx.gnu) await ctx.stderr(`nc: can't connect to remote host (${address}): ${ctx.strerror(error)}\n`);
        else if (options.has('v') || !options.has('z'))
          await ctx.stderr(`nc: connect to ${shown} port ${port} (tcp) failed: ${ctx.strerror(error)}\n`);
        continue;
      }
      status = 0;
      if (options.has('v'))
        await ctx.stderr(ctx.gnu ? `Connection to ${host}${host === address ? '' : ` (${address})`} ${port} port [tcp/${(!options.has('n') && services[port]) || '*'}] succeeded!\n` : `${host} (${address}:${port}) open\n`); // prettier-ignore
      if (options.has('z')) continue;
      try {
        return await talk(ctx, address, port);
      } catch (error) {
        if (!(error instanceof Errno)) throw error;
        return ctx.fail(ctx.strerror(error));
      }
    }
    return status;
  },
};

export const telnet: Command = {
  gnu: { short: '+468EFKLacdrxX:e:k:l:n:b:S:', package: 'other', tryText: () => 'Usage: telnet [OPTION...] [HOST [PORT]]\n' },
  busybox: { short: 'al:', usage: '[-a] [-l USER] HOST [PORT]\n\nConnect to telnet server\n\n\t-a\tAutomatic login with $USER variable\n\t-l USER\tAutomatic login as USER' }, // prettier-ignore
  run: async (ctx, options) => {
    const [host, portText = '23'] = options.operands;
    if (host === undefined) return ctx.usage();
    const address = await resolve(ctx.proc, host);
    if (address === undefined) {
      if (!ctx.gnu) return ctx.fail(`bad address '${host}'`);
      await ctx.stderr(`telnet: could not resolve ${host}/${portText}: Temporary failure in name resolution\n`);
      return 1;
    }
    const [port = 0] = await ports(ctx, portText);
    if (ctx.gnu) await ctx.line(`Trying ${address}...`);
    try {
      const connection = ctx.proc.network.dial(address, port);
      if (ctx.gnu) await ctx.write(`Connected to ${host}.\nEscape character is '^]'.\n`);
      else await ctx.line(`Connected to ${host}`);
      await ctx.out.flush();
      let request = '';
      const decoder = new TextDecoder();
      // a request of HTTP ends with an empty line; others with the input
      while (!/\n\r?\n$/.test(request)) {
        const part = await ctx.proc.read(0);
        if (part.length === 0) break;
        request += decoder.decode(part).replace(/\r?\n/g, '\r\n');
      }
      if (request !== '') await ctx.write(await connection.exchange(new TextEncoder().encode(request)));
      await ctx.out.flush();
      if (ctx.gnu) await ctx.stderr('Connection closed by foreign host.\n');
      else await ctx.stderr('Connection closed by foreign host\r\n');
      return 1;
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      if (!ctx.gnu) return ctx.fail(`can't connect to remote host (${address}): ${ctx.strerror(error)}`);
      await ctx.out.flush();
      await ctx.stderr(`telnet: Unable to connect to remote host: ${ctx.strerror(error)}\n`);
      return 1;
    }
  },
};
