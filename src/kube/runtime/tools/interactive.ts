import type { Process, Termios } from '../../../kernel';
import { SIG } from '../../../kernel';
import { InputQueue } from '../streams';
import type { Runtime } from '../types';

/** A terminal in raw mode for an interactive program on its far end, and back. */
async function raw(proc: Process, fd: number): Promise<() => Promise<void>> {
  const saved: Termios = proc.tcgetattr(fd);
  await proc.tcsetattr(fd, {
    ...saved,
    icrnl: false,
    ixon: false,
    opost: false,
    isig: false,
    icanon: false,
    echo: false,
    iexten: false,
    vmin: 1,
    vtime: 0,
  });
  return () => proc.tcsetattr(fd, saved);
}

/** Runs a program in a container with this process's own terminal or streams as its own; resolves to its exit code. */
export async function execInteractively(
  proc: Process,
  runtime: Runtime,
  containerId: string,
  argv: readonly string[],
  options: { stdin: boolean; tty: boolean },
): Promise<number> {
  const tty = options.tty && proc.isatty(1);
  const stdin = options.stdin ? new InputQueue() : undefined;
  let tail: Promise<unknown> = Promise.resolve();
  const to = (fd: number) => (bytes: Uint8Array) => void (tail = tail.then(() => proc.write(fd, bytes)).catch(() => {}));
  const restore = tty && options.stdin && proc.isatty(0) ? await raw(proc, 0) : undefined;
  try {
    const session = await runtime.exec(containerId, {
      argv,
      ...(stdin && { stdin }),
      stdout: to(1),
      stderr: to(2),
      tty,
      ...(tty && { size: proc.getWindowSize(1) }),
    });
    if (tty) proc.sigaction(SIG.WINCH, () => session.resize(proc.getWindowSize(1)), { restart: true });
    if (stdin) {
      void (async () => {
        for (;;) {
          const bytes = await proc.read(0);
          if (!bytes.length) break;
          stdin.push(bytes);
        }
        stdin.end();
      })().catch(() => stdin.end());
    }
    const code = await session.exit;
    await tail;
    return code;
  } finally {
    await restore?.();
  }
}
