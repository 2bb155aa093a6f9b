import { Errno, SIG, type Bytes, type Process } from '../kernel';

/** net.Listen's networks. */
type Family = 'tcp' | 'tcp4' | 'tcp6';

/** The ports that are given out where none is asked for (net.ipv4.ip_local_port_range). */
const ephemeral = { first: 32_768, last: 60_999 } as const;

/** Go's net.JoinHostPort. */
export const joinHostPort = (host: string, port: number): string => (host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`);

/** A port could not be listened on; the message is Go's: `listen tcp4 127.0.0.1:80: bind: address already in use`. */
export class ListenProblem extends Error {}

/** Listens on a TCP port of the machine until the process ends or `stop` is called; port 0: one that is free. Throws ListenProblem. */
export function listenOn(
  proc: Process,
  family: Family,
  address: string,
  port: number,
  respond: (request: Bytes) => Promise<Bytes>,
): { readonly port: number; readonly stop: () => void } {
  for (;;) {
    const { first, last } = ephemeral;
    const wanted = port || first + Math.floor(proc.clock.random() * (last - first + 1));
    try {
      return { port: wanted, stop: proc.network.listen(wanted, respond, address) };
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      if (port === 0 && error.code === 'EADDRINUSE') continue;
      throw new ListenProblem(`listen ${family} ${joinHostPort(address, port)}: bind: ${error.message.toLowerCase()}`);
    }
  }
}

/** Waits until Ctrl-C (`interrupted`), or until `ended` calls back. Other signals do what they do by default. */
export async function untilInterrupted(proc: Process, ended: (done: () => void) => void): Promise<'interrupted' | 'ended'> {
  const [read, write] = proc.pipe();
  let interrupted = false;
  proc.sigaction(SIG.INT, () => void (interrupted = true));
  ended(() => void proc.write(write, '.').catch(() => undefined));
  while (!interrupted) {
    try {
      await proc.read(read, 1);
      return 'ended';
    } catch (error) {
      if (!(error instanceof Errno) || error.code !== 'EINTR') throw error;
    }
  }
  return 'interrupted';
}
