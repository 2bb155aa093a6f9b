import { Errno } from '../kernel';
import type { Command } from './command';
import { strftime } from './dates';
import { loadAverages, uptimeLine } from './free';
import { readText } from './input';
import { uptimeMs } from './process-table';

// utmp(5) is written by login programs: terminals that a container runtime or an emulator opens are in no such file, so nobody is logged in.

export const who: Command = {
  gnu: {
    short: 'abdlmpqrstTuwHi',
    long: {
      all: 'a',
      boot: 'b',
      dead: 'd',
      heading: 'H',
      login: 'l',
      count: 'q',
      users: 'u',
      short: 's',
      time: 't',
      mesg: 'T',
      message: 'T',
      writable: 'T',
    },
    usage: '[OPTION]... [ FILE | ARG1 ARG2 ]',
    help: 'Print information about users who are currently logged in.\n\n  -a, --all      same as -b -d --login -p -r -t -T -u\n  -b, --boot     time of last system boot\n  -H, --heading  print line of column headings\n  -q, --count    all login names and number of users logged on\n  -u, --users    list users logged in\n',
  },
  busybox: { short: 'aH', usage: '[-aH]\n\nShow who is logged on\n\n\t-a\tShow all\n\t-H\tPrint column headers' },
  run: async (ctx, options) => {
    if (!ctx.gnu) {
      if (options.has('H')) await ctx.line('USER\t\tTTY\t\tIDLE\tTIME\t\t HOST');
      return 0;
    }
    const [, , extra] = options.operands;
    if (extra !== undefined) return ctx.usage(`extra operand ${ctx.quoteWord(extra)}`);
    if (options.has('H') && !options.has('q'))
      await ctx.line(
        options.has('u', 'a')
          ? 'NAME     LINE         TIME         IDLE          PID COMMENT'
          : 'NAME     LINE         TIME         COMMENT',
      );
    if (options.has('q')) await ctx.write('\n# users=0\n');
    return 0;
  },
};

export const users: Command = {
  gnu: {
    short: '',
    usage: '[OPTION]... [FILE]',
    help: 'Output who is currently logged in according to FILE.\nIf FILE is not specified, use /var/run/utmp.\n',
  },
  busybox: { short: '', usage: '\n\nPrint the users currently logged on' },
  run: async (ctx, options) => {
    const [, extra] = options.operands;
    if (extra !== undefined) return ctx.usage(`extra operand ${ctx.quoteWord(extra)}`);
    if (!ctx.gnu) await ctx.line('');
    return 0;
  },
};

export const w: Command = {
  gnu: {
    short: 'husfoiV',
    long: { 'no-header': 'h', 'no-current': 'u', short: 's', from: 'f', 'old-style': 'o', 'ip-addr': 'i' },
    package: 'procps',
    usage: '[options] [user]',
    help: 'Options:\n -h, --no-header     do not print header\n -u, --no-current    ignore current process username\n -s, --short         short format\n -f, --from          show remote hostname field\n -o, --old-style     old style output\n -i, --ip-addr       display IP address instead of hostname (if possible)\n',
  },
  busybox: { short: '', usage: '\n\nShow who is logged on' },
  run: async (ctx, options) => {
    if (options.has('h')) return 0;
    const now = ctx.proc.clock.now();
    await ctx.line(uptimeLine(now, await uptimeMs(ctx.proc), await loadAverages(() => readText(ctx.proc, '/proc/loadavg')), 0));
    if (!ctx.gnu) await ctx.line('USER\t\tTTY\t\tIDLE\tTIME\t\t HOST');
    else if (options.has('s')) await ctx.line('USER     TTY      FROM              IDLE WHAT');
    else await ctx.line('USER     TTY      FROM             LOGIN@   IDLE   JCPU   PCPU WHAT');
    return 0;
  },
};

export const last: Command = {
  gnu: {
    short: 'adf:FhiIn:p:Rs:t:VwxX0123456789',
    long: { 'limit:': 'n', 'file:': 'f', fulltimes: 'F', system: 'x', fullnames: 'w', hostlast: 'a' },
    package: 'util-linux',
    usage: '[options] [<username>...] [<tty>...]',
    help: 'Show a listing of last logged in users.\n\nOptions:\n -n, --limit <number>   how many lines to show\n -f, --file <file>      use a specific file instead of /var/log/wtmp\n -F, --fulltimes        print full login and logout times and dates\n -x, --system           display system shutdown entries and run level changes\n',
  },
  busybox: { short: 'Wf:', usage: '[-W] [-f FILE]\n\nShow listing of the last users that logged into the system\n\n\t-W\tDisplay with no host column truncation\n\t-f FILE Read from FILE instead of /var/log/wtmp' }, // prettier-ignore
  run: async (ctx, options) => {
    const path = options.value('f') ?? '/var/log/wtmp';
    try {
      const { ctimeMs } = ctx.proc.stat(path);
      const name = path.slice(path.lastIndexOf('/') + 1);
      await ctx.line(`\n${name} begins ${strftime('%a %b %e %H:%M:%S %Y', ctimeMs)}`);
      return 0;
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      return ctx.fail(ctx.gnu ? `cannot open ${path}: ${ctx.strerror(error)}` : `can't open '${path}': ${ctx.strerror(error)}`);
    }
  },
};
