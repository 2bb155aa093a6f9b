import { Errno, SIG, numberedSignals, signalName, signalNumber, signals } from '../kernel';
import type { Command, Context } from './command';

function names(ctx: Context): string {
  if (!ctx.gnu) return numberedSignals();
  const rows = [signals.slice(0, 16), signals.slice(16)];
  return rows.map((r) => `${r.map((s) => s.name).join(' ')}\n`).join('');
}

function table(): string {
  let text = '';
  for (const [i, s] of signals.entries()) text += `${String(s.number).padStart(2)} ${i % 7 === 6 ? `${s.name}\n` : s.name.padEnd(8)}`;
  return `${text}\n`;
}

async function list(ctx: Context, operands: readonly string[]): Promise<number> {
  if (operands.length === 0) return (await ctx.write(names(ctx)), 0);
  // procps looks at the first alone, and ends well whatever it is
  for (const word of ctx.gnu ? operands.slice(0, 1) : operands) {
    const number = signalNumber(word);
    if (number === undefined) {
      if (ctx.gnu) await ctx.stderr(`${ctx.invoked}: unknown signal name ${word}\n`);
      else await ctx.perrorText(`bad signal name '${word}'`);
    } else await ctx.line(/^\d+$/.test(word) ? (signalName(number > 128 ? number - 128 : number) ?? word) : String(number));
  }
  return ctx.status;
}

/** Sends a signal; whom it does not reach does not matter. */
function tryKill(ctx: Context, pid: number, signal: number): void {
  try {
    ctx.proc.kill(pid, signal);
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
  }
}

const usage =
  '\nUsage:\n kill [options] <pid> [...]\n\nOptions:\n <pid> [...]            send signal to every <pid> listed\n -<signal>, -s, --signal <signal>\n                        specify the <signal> to be sent\n -q, --queue <value>    integer value to be sent with the signal\n -l, --list=[<signal>]  list all signal names, or convert one to a name\n -L, --table            list all signal names in a nice table\n\n -h, --help     display this help and exit\n -V, --version  output version information and exit\n\nFor more details see kill(1).\n';

export const kill: Command = {
  gnu: { package: 'procps' },
  busybox: { usage: '[-l] [-SIG] PID...\n\nSend a signal (default: TERM) to given PIDs\n\n\t-l\tList all signal names and numbers' },
  run: async (ctx) => {
    let args = [...ctx.args];
    let signal: number = SIG.TERM;
    const first = args[0] ?? '';
    if (ctx.gnu && (first === '-h' || first === '--help')) return (await ctx.write(usage), 0);
    if (ctx.gnu && (first === '-V' || first === '--version')) return (await ctx.write(ctx.versionText()), 0);
    if (first === '-L' || first === '--table') return (await ctx.write(table()), 0);
    if (first === '-l' || first.startsWith('--list'))
      return list(ctx, first.includes('=') ? [first.slice(first.indexOf('=') + 1)] : args.slice(1));
    if (ctx.gnu && first.startsWith('-l')) return list(ctx, [first.slice(2)]);
    if (first.startsWith('-') && first !== '--' && first.length > 1) {
      const long = (ctx.gnu ? /^(?:-s|--signal)$/ : /^(?:-s|-n|--signal)$/).test(first);
      const word = long
        ? (args[1] ?? '')
        : first.startsWith('--signal=')
          ? first.slice(9)
          : first.slice(first.startsWith('-s') && signalNumber(first.slice(1)) === undefined ? 2 : 1);
      const number = signalNumber(word);
      if (number === undefined) {
        if (!ctx.gnu) return ctx.fail(`bad signal name '${word}'`);
        if (long || first.startsWith('--signal=')) {
          await ctx.stderr(`${ctx.invoked}: (${args[2] ?? ''}): Invalid argument\n`);
          return 1;
        }
        // procps takes what is no signal for options, and of an option that is a digit it makes a group: -99 is -9
        if (/^-\d/.test(first)) return (tryKill(ctx, -Number(first[1]), SIG.TERM), 0);
        await ctx.stderr(`${ctx.invoked}: invalid argument ${first[1]}\n${usage}`);
        return 1;
      }
      signal = number;
      args = args.slice(long ? 2 : 1);
    }
    if (args[0] === '--') args.shift();
    if (args.length === 0) {
      if (!ctx.gnu) return ctx.fail('you need to specify whom to kill');
      await ctx.stderr(usage);
      return 1;
    }
    for (const word of args) {
      if (!/^-?\d+$/.test(word)) {
        if (ctx.gnu) return (await ctx.stderr(`${ctx.invoked}: failed to parse argument: '${word}'\n`), 1);
        await ctx.warn(`invalid number '${word}'`);
        ctx.status = 1;
        continue;
      }
      try {
        ctx.proc.kill(Number(word), signal);
      } catch (error) {
        if (!(error instanceof Errno)) throw error;
        if (ctx.gnu) await ctx.stderr(`${ctx.invoked}: (${word}): ${ctx.strerror(error)}\n`);
        else await ctx.warn(`can't kill pid ${word}: ${ctx.strerror(error)}`);
        ctx.status = 1;
      }
      await ctx.proc.schedYield();
    }
    return ctx.status;
  },
};
