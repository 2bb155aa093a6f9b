import type { Process, Termios, WindowSize } from '../../../kernel';
import { SIG } from '../../../kernel';
import { InputQueue } from '../streams';
import type { ExecOptions, Runtime, StreamsClient } from '../types';

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

/** A process's own terminal or streams as the near end of a container's. */
export interface OwnStreams {
  readonly client: StreamsClient;
  onResize(resize: (size: WindowSize) => void): void;
  /** Settles when all that came has been written. */
  written(): Promise<unknown>;
  restore(): Promise<void>;
}

export async function ownStreams(proc: Process, interactive: boolean, wantsTty: boolean): Promise<OwnStreams> {
  const tty = wantsTty && proc.isatty(1);
  const stdin = interactive ? new InputQueue() : undefined;
  let tail: Promise<unknown> = Promise.resolve();
  const to = (fd: number) => (bytes: Uint8Array) => void (tail = tail.then(() => proc.write(fd, bytes)).catch(() => {}));
  const restore = tty && interactive && proc.isatty(0) ? await raw(proc, 0) : undefined;
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
  return {
    client: { ...(stdin && { stdin }), stdout: to(1), stderr: to(2), ...(tty && { size: proc.getWindowSize(1) }) },
    onResize: (resize) => {
      if (tty) proc.sigaction(SIG.WINCH, () => resize(proc.getWindowSize(1)), { restart: true });
    },
    written: () => tail,
    restore: async () => restore?.(),
  };
}

/** Runs a program in a container with this process's own terminal or streams as its own; resolves to its exit code. */
export async function execInteractively(
  proc: Process,
  runtime: Runtime,
  containerId: string,
  how: Pick<ExecOptions, 'argv' | 'env' | 'cwd' | 'user'>,
  options: { stdin: boolean; tty: boolean },
): Promise<number> {
  const streams = await ownStreams(proc, options.stdin, options.tty);
  try {
    const session = await runtime.exec(containerId, { ...how, ...streams.client, tty: options.tty && proc.isatty(1) });
    streams.onResize((size) => session.resize(size));
    const code = await session.exit;
    await streams.written();
    return code;
  } finally {
    await streams.restore();
  }
}
