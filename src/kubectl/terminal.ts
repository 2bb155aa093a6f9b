import { type Process, SIG, type Termios } from '../kernel';
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
    return await carry(k, channel, options);
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

async function carry(k: Kubectl, channel: Channel, options: StreamOptions): Promise<Status | undefined> {
  const { proc } = k;
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
  proc.onEnd(() => channel.close());
  let status: Status | undefined;
  let ended = false;
  if (options.stdin) void pumpInput(proc, channel, () => ended || closed);
  for (;;) {
    const next = queue.shift();
    if (!next) {
      if (closed) break;
      await new Promise<void>((resolve) => (wake = resolve));
      continue;
    }
    if (next.id === 1) await k.out(next.bytes);
    else if (next.id === 2) await proc.write(2, next.bytes);
    else if (next.id === 3 && next.bytes.length > 0) {
      status = JSON.parse(decoder.decode(next.bytes)) as Status;
      if (queue.length === 0) break;
    }
  }
  ended = true;
  return status;
}

async function pumpInput(proc: Process, channel: Channel, ended: () => boolean): Promise<void> {
  try {
    for (;;) {
      const bytes = await proc.read(0);
      if (ended()) return;
      if (bytes.length === 0) {
        channel.closeSend(0);
        return;
      }
      channel.send(0, bytes);
    }
  } catch {
    channel.closeSend(0);
  }
}
