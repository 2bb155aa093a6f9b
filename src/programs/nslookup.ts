import { Errno } from '../kernel';
import type { Command, Context } from './command';
import { recordTypes, type RecordType } from './dns-message';
import { dnsPort, isAddress, query, resolverConfig } from './resolver';

const codes: Readonly<Record<number, string>> = { 1: 'FORMERR', 2: 'SERVFAIL', 3: 'NXDOMAIN', 5: 'REFUSED' };
const reversed = (address: string): string => `${address.split('.').reverse().join('.')}.in-addr.arpa`;

/** One question and what the answer says; whether it was an error. */
async function ask(ctx: Context, server: string, name: string, type: number): Promise<boolean> {
  const { code, answers } = await query(ctx.proc, server, name, type);
  if (code !== 0) await ctx.line(`** server can't find ${name}: ${codes[code] ?? code}`);
  for (const answer of answers) await ctx.write(`Name:\t${answer.name}\nAddress: ${answer.address}\n`);
  await ctx.line('');
  return code !== 0;
}

export const nslookup: Command = {
  busybox: {
    usage: '[-type=QUERY_TYPE] [-debug] HOST [DNS_SERVER]\n\nQuery DNS about HOST\n\nQUERY_TYPE: soa,ns,a,aaaa,cname,mx,txt,ptr,srv,any',
  },
  async run(ctx) {
    const words = ctx.args.filter((arg) => !arg.startsWith('-'));
    const wanted = ctx.args.flatMap((arg) => /^-(?:type|query|q)=(.*)$/.exec(arg)?.[1]?.toUpperCase() ?? []);
    const [host, given] = words;
    if (host === undefined || words.length > 2) return ctx.usage();
    const unknown = wanted.find((type) => !(type in recordTypes));
    if (unknown !== undefined) return ctx.fail(`invalid query type "${unknown.toLowerCase()}"`);
    const { servers, search } = await resolverConfig(ctx.proc);
    const server = given ?? servers[0] ?? '127.0.0.1';
    const types = wanted.length > 0 ? wanted.map((type) => recordTypes[type as RecordType]) : [recordTypes.A, recordTypes.AAAA];
    const isReverse = isAddress(host);
    // "Names without a dot are looked for in each domain, others as they are."
    const names = isReverse
      ? [reversed(host)]
      : host.includes('.') || search.length === 0
        ? [host]
        : search.map((domain) => `${host}.${domain}`);
    try {
      ctx.proc.network.dial(server, dnsPort);
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      if (error.code !== 'ECONNREFUSED') return ctx.fail(`can't connect to remote host (${server}): ${ctx.strerror(error)}`);
      await ctx.stderr(`nslookup: write to '${server}': ${ctx.strerror(error)}\n`);
      await ctx.line(';; connection timed out; no servers could be reached\n');
      return 1;
    }
    await ctx.write(`Server:\t\t${server}\nAddress:\t${server}:${dnsPort}\n\n`);
    let failed = false;
    for (const name of names)
      for (const type of isReverse ? [recordTypes.PTR] : types) failed = (await ask(ctx, server, name, type)) || failed;
    return failed ? 1 : 0;
  },
};
