import { Errno, SIG, signalNumber, signals, type Process } from '../kernel';
import { execCommand } from './exec';
import type { Command, Context } from './command';
import type { Options } from './getopt';
import { splitWords } from './words';

/** Signals named by --ignore-signal and its kin: all when no list is given. */
async function signalsOf(ctx: Context, value: string | undefined): Promise<number[]> {
  if (value === undefined) return signals.map((s) => s.number).filter((n) => n !== SIG.KILL && n !== SIG.STOP);
  const numbers: number[] = [];
  for (const name of value.split(',')) {
    const number = signalNumber(name);
    if (number === undefined) return ctx.usage(`${ctx.quoteWord(name)}: invalid signal`, 125);
    numbers.push(number);
  }
  return numbers;
}

async function applySignals(ctx: Context, options: Options): Promise<void> {
  const proc: Process = ctx.proc;
  for (const o of options.list) {
    if (o.name === 'default-signal') for (const n of await signalsOf(ctx, o.value)) proc.sigaction(n, 'default');
    if (o.name === 'ignore-signal') for (const n of await signalsOf(ctx, o.value)) proc.sigaction(n, 'ignore');
    if (o.name === 'block-signal') for (const n of await signalsOf(ctx, o.value)) proc.sigprocmask('block', 1n << BigInt(n - 1));
  }
}

export const env: Command = {
  gnu: {
    short: '+C:iS:u:v0',
    long: {
      'ignore-environment': 'i', null: '0', 'unset:': 'u', 'chdir:': 'C', debug: 'v', 'split-string:': 'S',
      'block-signal::': 'block-signal', 'default-signal::': 'default-signal', 'ignore-signal::': 'ignore-signal',
    }, // prettier-ignore
    usage: '[OPTION]... [-] [NAME=VALUE]... [COMMAND [ARG]...]',
    help: 'Run COMMAND with each NAME set to VALUE, or print the environment.\n\n  -i, --ignore-environment   start with an empty environment\n  -0, --null                 end printed lines with NUL\n  -u, --unset=NAME           remove a variable\n  -C, --chdir=DIR            change the working directory\n  -S, --split-string=S       split S into arguments\n      --ignore-signal[=SIG]  ignore signals; also --default-signal, --block-signal\n',
    usageStatus: 125,
  },
  busybox: {
    short: '+iu:0',
    long: { 'ignore-environment': 'i', 'unset:': 'u', null: '0' },
    usage:
      '[-i0] [-u NAME]... [-] [NAME=VALUE]... [PROG ARGS]\n\nPrint current environment or run PROG after setting up environment\n\n\t-, -i\tStart with empty environment\n\t-0\tNUL terminated output\n\t-u NAME\tRemove variable from environment',
  },
  run: async (ctx, options) => {
    let operands = [...options.operands];
    const vars = ctx.env;
    let empty = options.has('i');
    if (operands[0] === '-') {
      empty = true;
      operands = operands.slice(1);
    }
    const split = options.value('S');
    if (split !== undefined) operands = [...splitWords(split, vars), ...operands];
    const path = vars.get('PATH');
    if (empty) vars.clear();
    for (const name of options.values('u')) {
      if (ctx.gnu && (name === '' || name.includes('='))) return ctx.fail(`cannot unset ${ctx.quoteWord(name)}: Invalid argument`, 125);
      vars.delete(name);
    }
    while (operands[0]?.includes('=')) {
      const word = operands.shift() as string;
      const at = word.indexOf('=');
      vars.set(word.slice(0, at), word.slice(at + 1));
    }
    const [command, ...args] = operands;
    if (command === undefined) {
      if (options.has('C')) return ctx.usage('must specify command with --chdir (-C)', 125);
      const end = options.has('0') ? '\0' : '\n';
      for (const [name, value] of vars) await ctx.write(`${name}=${value}${end}`);
      return 0;
    }
    if (options.has('0') && ctx.gnu) return ctx.usage('cannot specify --null (-0) with command', 125);
    await applySignals(ctx, options);
    const directory = options.value('C');
    if (directory !== undefined) {
      try {
        ctx.proc.chdir(directory);
      } catch (error) {
        if (error instanceof Errno) return ctx.fail(`cannot change directory to ${ctx.quote(directory)}: ${ctx.strerror(error)}`, 125);
        throw error;
      }
    }
    return execCommand(ctx, [command, ...args], {
      path: vars.get('PATH') ?? (empty ? undefined : path),
      message: (name) => (ctx.gnu ? ctx.quote(name) : `can't execute '${name}'`),
    });
  },
};
