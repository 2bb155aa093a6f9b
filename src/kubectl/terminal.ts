import { Errno, type Process, SIG, type Termios } from '../kernel';
import type { Channel, Status } from '../kube/api';
import type { Kubectl } from './kubectl';

const decoder = new TextDecoder();
const encoder = new TextEncoder();

export interface StreamOptions {
  readonly stdin: boolean;
  readonly tty: boolean;
}

/** cfmakeraw(3). */
function raw(termios: Termios): Termios {
  return {
    ...termios,
    icrnl: false, inlcr: false, igncr: false, ixon: false, istrip: false, opost: false,
    echo: false, echonl: false, icanon: false, isig: false, iexten: false,
    vmin: 1, vtime: 0,
  }; // prettier-ignore
}

/**
 * Carries a remote command's streams over its channel until it ends: standard input, output, error and, with a TTY,
 * the window's size, the local terminal being raw meanwhile. Returns the last message of the error channel.
 */
export async function stream(k: Kubectl, channel: Channel, options: StreamOptions): Promise<Status | undefined> {
  const { proc } = k;
  const restore = options.tty ? await makeRaw(proc, channel) : undefined;
  try {
    if (options.stdin) void pumpInput(k.proc, channel);
    return await carry(k, channel, (id, bytes) => (id === 1 ? k.out(bytes) : write(k.proc, bytes)));
  } finally {
    await restore?.();
    channel.close();
  }
}

async function makeRaw(proc: Process, channel: Channel): Promise<(() => Promise<void>) | undefined> {
  if (!proc.isatty(0)) return undefined;
  const before = proc.tcgetattr(0);
  const size = (): void => {
    const { columns, rows } = proc.getWindowSize(0);
    channel.send(4, encoder.encode(JSON.stringify({ Width: columns, Height: rows })));
  };
  await proc.tcsetattr(0, raw(before));
  proc.sigaction(SIG.WINCH, size, { restart: true });
  for (const signal of [SIG.TERM, SIG.HUP, SIG.INT]) {
    proc.sigaction(signal, async () => {
      await proc.tcsetattr(0, before);
      proc.sigaction(signal, 'default');
      proc.kill(proc.pid, signal);
    });
  }
  size();
  return async () => {
    for (const signal of [SIG.TERM, SIG.HUP, SIG.INT, SIG.WINCH]) proc.sigaction(signal, 'default');
    await proc.tcsetattr(0, before);
  };
}

async function write(proc: Process, bytes: Uint8Array): Promise<void> {
  await proc.write(2, bytes);
}

/** Hands what comes over a channel to `output`, in order, until the channel ends. */
export async function carry(
  k: Kubectl,
  channel: Channel,
  output: (id: number, bytes: Uint8Array) => Promise<void> | void,
): Promise<Status | undefined> {
  const queue: { id: number; bytes: Uint8Array }[] = [];
  let closed = false;
  let wake: (() => void) | undefined;
  const changed = (): void => {
    wake?.();
    wake = undefined;
  };
  channel.onMessage((id, bytes) => {
    queue.push({ id, bytes });
    changed();
  });
  channel.onClose(() => {
    closed = true;
    changed();
  });
  k.proc.onEnd(() => channel.close());
  let status: Status | undefined;
  for (;;) {
    const next = queue.shift();
    if (!next) {
      if (closed) return status;
      await new Promise<void>((resolve) => (wake = resolve));
    } else if (next.id === 1 || next.id === 2) await output(next.id, next.bytes);
    else if (next.id === 3 && next.bytes.length > 0) {
      status = JSON.parse(decoder.decode(next.bytes)) as Status;
      if (queue.length === 0) return status;
    }
  }
}

/** Standard input to channel 0; ends with the process. */
async function pumpInput(proc: Process, channel: Channel): Promise<void> {
  let ended = false;
  channel.onClose(() => (ended = true));
  try {
    for (;;) {
      const bytes = await proc.read(0);
      if (ended) return;
      if (bytes.length === 0) {
        channel.closeSend(0);
        return;
      }
      channel.send(0, bytes);
    }
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    channel.closeSend(0);
  }
}
