import { Errno } from '../kernel';
import type { Command } from './command';
import { readText } from './input';

const usage = `Usage: hostname [-b] {hostname|-F file}         set host name (from file)
       hostname [-a|-A|-d|-f|-i|-I|-s|-y]       display formatted name
       hostname                                 display host name
       {yp,nis,}domainname {nisdomain|-F file}  set NIS domain name (from file)
       {yp,nis,}domainname                      display NIS domain name

`;

export const hostname: Command = {
  gnu: {
    short: 'adfIisbF:yV',
    long: { short: 's', fqdn: 'f', 'ip-address': 'i', 'all-ip-addresses': 'I', domain: 'd', 'file:': 'F', boot: 'b' },
    package: 'hostname',
    usageStatus: 255,
    tryText: () => usage,
    usage:
      '[-b] {hostname|-F file}         set host name (from file)\n[-a|-A|-d|-f|-i|-I|-s|-y]       display formatted name\n                                display host name',
    help: '',
  },
  busybox: {
    short: 'sidfF:',
    usage:
      "[-sidf] [HOSTNAME | -F FILE]\n\nShow or set hostname or DNS domain name\n\n\t-s\tShort\n\t-i\tAddresses for the hostname\n\t-d\tDNS domain name\n\t-f\tFully qualified domain name\n\t-F FILE\tUse FILE's content as hostname",
  },
  run: async (ctx, options) => {
    const { proc } = ctx;
    if (ctx.gnu && options.operands.length > 1) {
      await ctx.stderr(usage);
      return 255;
    }
    const file = options.value('F');
    let name = options.operands[0];
    if (file !== undefined) {
      try {
        name = (await readText(proc, file))
          .split('\n')
          .find((l) => l.trim() !== '' && !l.startsWith('#'))
          ?.trim();
        if (ctx.gnu) name ??= '';
      } catch (error) {
        if (error instanceof Errno) return ctx.fail(`${ctx.gnu ? '' : `can't open '${file}': `}${ctx.strerror(error)}`);
        throw error;
      }
    }
    if (name !== undefined) {
      if (ctx.gnu && !/^[A-Za-z0-9]([-A-Za-z0-9.]*[A-Za-z0-9])?$/.test(name)) return ctx.fail('the specified hostname is invalid');
      try {
        proc.sethostname(name);
        return 0;
      } catch (error) {
        if (!(error instanceof Errno)) throw error;
        if (error.code === 'EPERM' && ctx.gnu) return ctx.fail('you must be root to change the host name');
        return ctx.fail(ctx.gnu ? 'name too long' : `sethostname: ${ctx.strerror(error)}`);
      }
    }
    const own = proc.uname().nodename;
    const hosts = (await readText(proc, '/etc/hosts').catch(() => '')).split('\n').map((l) => l.replace(/#.*/, '').trim().split(/\s+/)); // prettier-ignore
    const line = hosts.find((words) => words.slice(1).includes(own));
    // the first name of its line in /etc/hosts is a host's own, others are aliases - hosts(5)
    const canonical = line?.[1] ?? own;
    const dot = canonical.indexOf('.');
    if (ctx.gnu && options.has('I')) {
      const addresses = proc.network
        .interfaces()
        .flatMap(({ up, addresses: all }) => (up ? all.filter(({ scope }) => scope === 'global') : []));
      await ctx.line(addresses.map(({ address }) => `${address} `).join(''));
    } else if (options.has('i', 'I')) {
      if (!line) return ctx.gnu ? ctx.fail('Name or service not known') : ctx.fail(`${own}: Unknown host`);
      await ctx.line(ctx.gnu && options.has('I') ? `${line[0]} ` : (line[0] as string));
    } else if (options.has('s')) await ctx.line(own.replace(/\..*/, ''));
    else if (options.has('d')) await ctx.line(dot < 0 ? '' : canonical.slice(dot + 1));
    else await ctx.line(options.has('f') ? canonical : own);
    return 0;
  },
};
