import { addressFamily, goQuoted, type Forwarding } from '../kube/api';
import { Errno } from '../kernel';
import { failure } from './errors';
import { klog } from './dry-run';
import type { Kubectl } from './kubectl';
import { joinHostPort, listenOn, ListenProblem, untilInterrupted } from './listen';

/** A local port, 0 for any, and the pod's. */
export interface PortPair {
  local: number;
  readonly remote: number;
}

/** strconv.ParseUint(text, 10, 16). */
function parsePort(which: 'local' | 'remote', text: string): number {
  const why = !/^\d+$/.test(text) ? 'invalid syntax' : Number(text) > 65_535 ? 'value out of range' : undefined;
  if (why) throw failure(`error parsing ${which} port '${text}': strconv.ParseUint: parsing ${goQuoted(text)}: ${why}`);
  return Number(text);
}

/** `LOCAL:REMOTE`, `:REMOTE` or one number for both. */
export function parsePair(text: string): PortPair {
  const parts = text.split(':');
  if (parts.length > 2) throw failure(`invalid port format '${text}'`);
  const [first = '', second = first] = parts;
  const pair = { local: parsePort('local', parts.length === 2 ? first || '0' : first), remote: parsePort('remote', second) };
  if (pair.remote === 0) throw failure('remote port must be > 0');
  return pair;
}

interface ListenAddress {
  readonly address: string;
  readonly family: 'tcp4' | 'tcp6';
  /** Of localhost's two addresses one is enough. */
  readonly optional: boolean;
}

/** --address: in order, each once; `localhost` is both loopback addresses. */
export function listenAddresses(texts: readonly string[]): ListenAddress[] {
  if (texts.length === 0) throw failure('you must specify at least 1 address');
  const found = new Map<string, ListenAddress>();
  const local = (address: string, family: ListenAddress['family']): void => {
    if (!found.has(address)) found.set(address, { address, family, optional: true });
  };
  for (const text of texts) {
    if (text === 'localhost') {
      local('127.0.0.1', 'tcp4');
      local('::1', 'tcp6');
      continue;
    }
    const family = addressFamily(text);
    if (!family) throw failure(`${text} is not a valid IP`);
    found.set(text, { address: text, family: family === 'IPv4' ? 'tcp4' : 'tcp6', optional: false });
  }
  return [...found.values()].sort((a, b) => (a.address < b.address ? -1 : 1));
}

/** Hands a local client's request to a port of the pod; what goes wrong there ends the forwarding. */
async function forwarded(k: Kubectl, forwarding: Forwarding, { local, remote }: PortPair, request: Uint8Array): Promise<Uint8Array> {
  await k.out(`Handling connection for ${local}\n`);
  const connection = forwarding.connect(remote);
  connection.send(request);
  connection.closeSend();
  const parts: Uint8Array[] = [];
  const problem = await new Promise<string | undefined>((resolve) => connection.listen((bytes) => parts.push(bytes), resolve));
  if (problem !== undefined) {
    const text = `an error occurred forwarding ${local} -> ${remote}: ${problem}`;
    await klog(k, 'E', 'portforward.go:522', `"Unhandled Error" err=${goQuoted(text)}`);
    forwarding.close();
  }
  const answer = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    answer.set(part, at);
    at += part.length;
  }
  return answer;
}

/** Listens for one pair of ports. Returns what is wrong when that is more than one of localhost's addresses. */
async function listen(
  k: Kubectl,
  forwarding: Forwarding,
  pair: PortPair,
  addresses: readonly ListenAddress[],
): Promise<string | undefined> {
  const problems: string[] = [];
  const failed = { optional: 0, other: 0 };
  let localhost = 0;
  const respond = (request: Uint8Array): Promise<Uint8Array> =>
    forwarded(k, forwarding, pair, request).catch((error: unknown) => {
      // nobody reads what is told
      if (error instanceof Errno) return new Uint8Array();
      throw error;
    });
  for (const { address, family, optional } of addresses) {
    try {
      pair.local = listenOn(k.proc, family, address, pair.local, respond).port;
      await k.out(`Forwarding from ${joinHostPort(address, pair.local)} -> ${pair.remote}\n`);
      if (optional) localhost++;
    } catch (error) {
      if (!(error instanceof ListenProblem)) throw error;
      problems.push(`unable to create listener: Error ${error.message}`);
      failed[optional ? 'optional' : 'other']++;
    }
  }
  if (failed.other === 0 && (failed.optional === 0 || localhost > 0)) return undefined;
  return `Listeners failed to create with the following errors: [${problems.join(' ')}]`;
}

/** Forwards until Ctrl-C; throws when no port can be listened on, and when the pod is lost. */
export async function forwardPorts(
  k: Kubectl,
  open: () => Promise<Forwarding>,
  pairs: readonly PortPair[],
  addresses: readonly ListenAddress[],
): Promise<number> {
  const forwarding = await open();
  k.proc.onEnd(() => forwarding.close());
  try {
    let listening = false;
    for (const pair of pairs) {
      const problem = await listen(k, forwarding, pair, addresses);
      if (problem === undefined) listening = true;
      else await k.err(`Unable to listen on port ${pair.local}: ${problem}\n`);
    }
    if (!listening) {
      const shown = pairs.map(({ local, remote }) => `{${local} ${remote}}`).join(' ');
      throw failure(`unable to listen on any of the requested ports: [${shown}]`);
    }
    if ((await untilInterrupted(k.proc, (done) => forwarding.onClose(done))) === 'ended') throw failure('lost connection to pod');
    return 0;
  } finally {
    forwarding.close();
  }
}
