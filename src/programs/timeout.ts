import { Errno, SIG, signalName, signalNumber } from '../kernel';
import { type Command, forked } from './command';
import { execCommand } from './exec';
import { parseDuration } from './sizes';

export const timeout: Command = {
  gnu: {
    short: '+k:s:v',
    long: { foreground: 'foreground', 'kill-after:': 'k', 'preserve-status': 'preserve-status', 'signal:': 's', verbose: 'v' },
    usage: '[OPTION] DURATION COMMAND [ARG]...\n[OPTION]',
    usageStatus: 125,
    help: 'Start COMMAND, and kill it if still running after DURATION.\n\n      --preserve-status  exit with the status of COMMAND even when it times out\n      --foreground       let COMMAND read from the terminal and get its signals\n  -k, --kill-after=DURATION  also send KILL, this long after the first signal\n  -s, --signal=SIGNAL    the signal to be sent on timeout\n  -v, --verbose          diagnose any signal sent\n',
  },
  busybox: {
    short: '+s:k:',
    usage:
      '[-s SIG] [-k KILL_SECS] SECS PROG ARGS\n\nRun PROG. Send SIG to it if it is not gone in SECS seconds.\nDefault SIG: TERM.If it still exists in KILL_SECS seconds, send KILL.',
  },
  run: async (ctx, options) => {
    const { proc } = ctx;
    const [durationText, ...argv] = options.operands;
    const signalText = options.value('s');
    const signal = signalText === undefined ? SIG.TERM : signalNumber(signalText);
    if (signal === undefined)
      return ctx.gnu ? ctx.usage(`${ctx.quoteWord(signalText as string)}: invalid signal`) : ctx.fail(`unknown signal '${signalText}'`);
    const duration = async (text: string): Promise<number> => {
      const ms = parseDuration(text);
      if (ms === undefined)
        return ctx.gnu ? ctx.usage(`invalid time interval ${ctx.quoteWord(text)}`) : ctx.fail(`invalid number '${text}'`);
      return ms;
    };
    if (durationText === undefined || argv.length === 0) return ctx.usage(undefined);
    const killAfter = options.value('k') === undefined ? undefined : await duration(options.value('k') as string);
    const delay = await duration(durationText);
    if (!ctx.gnu) return busyboxTimeout();
    let timedOut = false;
    let child = 0;
    let current: number = signal;
    const send = async (s: number, at: number): Promise<void> => {
      if (options.has('v')) await ctx.warn(`sending signal ${signalName(s)} to command ${ctx.quote(argv[0] as string)}`);
      quietly(() => proc.kill(at, s));
    };
    if (!options.has('foreground')) quietly(() => proc.setpgid(0, 0));
    const onSignal = async (received: number): Promise<void> => {
      let s = received;
      if (received === SIG.ALRM) {
        timedOut = true;
        s = current;
      }
      if (child === 0) return;
      if (killAfter !== undefined) {
        current = SIG.KILL;
        proc.alarm(killAfter);
      }
      await send(s, child);
      if (!options.has('foreground')) {
        // The whole group, timeout itself aside.
        quietly(() => proc.sigaction(s, 'ignore'));
        quietly(() => proc.kill(0, s));
        if (s !== SIG.KILL && s !== SIG.CONT) {
          quietly(() => proc.kill(child, SIG.CONT));
          quietly(() => proc.kill(0, SIG.CONT));
        }
      }
    };
    for (const s of [SIG.ALRM, SIG.INT, SIG.QUIT, SIG.HUP, SIG.TERM, signal]) quietly(() => proc.sigaction(s, onSignal, { restart: true }));
    proc.sigaction(SIG.TTIN, 'ignore');
    proc.sigaction(SIG.TTOU, 'ignore');
    child = proc.fork(
      forked(ctx, (inner) => {
        for (const s of [SIG.TTIN, SIG.TTOU, SIG.ALRM, SIG.INT, SIG.QUIT, SIG.HUP, SIG.TERM, signal])
          quietly(() => inner.proc.sigaction(s, 'default'));
        return execCommand(inner, argv, { message: (name) => `failed to run command ${ctx.quote(name)}` });
      }),
    );
    if (delay > 0 && delay !== Infinity) proc.alarm(delay);
    for (;;) {
      let waited;
      try {
        waited = await proc.wait(child);
      } catch (error) {
        if (error instanceof Errno && error.code === 'EINTR') continue;
        throw error;
      }
      if (!waited || waited.status.kind === 'stopped' || waited.status.kind === 'continued') continue;
      proc.alarm(0);
      const { status } = waited;
      if (status.kind === 'signaled') {
        if (timedOut && !options.has('preserve-status') && status.signal !== SIG.KILL) return 124;
        if (status.signal === SIG.KILL || !timedOut) {
          quietly(() => proc.sigaction(status.signal, 'default'));
          quietly(() => proc.kill(proc.pid, status.signal));
          await proc.schedYield();
        }
        return 128 + status.signal;
      }
      return timedOut && !options.has('preserve-status') ? 124 : status.code;
    }

    /** busybox: the parent becomes PROG, and a grandchild watches it. */
    async function busyboxTimeout(): Promise<number> {
      const target = proc.pid;
      const watcher = proc.fork(
        forked(ctx, async (inner) => {
          inner.proc.fork(
            forked(inner, async (watch) => {
              const alive = (): boolean => {
                try {
                  watch.proc.kill(target, 0);
                  return true;
                } catch {
                  return false;
                }
              };
              for (let left = delay; left > 0; left -= 1000) {
                await watch.proc.nanosleep(Math.min(1000, left));
                if (!alive()) return 0;
              }
              quietly(() => watch.proc.kill(target, signal as number));
              if (killAfter === undefined) return 0;
              await watch.proc.nanosleep(killAfter);
              quietly(() => watch.proc.kill(target, SIG.KILL));
              return 0;
            }),
          );
          return 0;
        }),
      );
      await proc.wait(watcher);
      return execCommand(ctx, argv, { message: (name) => `can't execute '${name}'` });
    }
  },
};

function quietly(call: () => unknown): void {
  try {
    call();
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
  }
}
