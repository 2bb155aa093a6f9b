import { Errno, type Connection, type NetworkCalls, type Process } from '../../kernel';
import type { SandboxRecord } from './records';
import { RuntimeError, type PodSandbox, type PublishedPort } from './types';

/** A node's addresses for pods, given out in turn (the host-local plugin): one that is free again waits until all others were. */
export class AddressPool {
  readonly #taken = new Set<number>();
  #last = 1;

  constructor(private readonly subnet: string) {}

  take(): string {
    for (let tries = 0; tries < 253; tries++) {
      this.#last = this.#last >= 254 ? 2 : this.#last + 1;
      if (this.#taken.has(this.#last)) continue;
      this.#taken.add(this.#last);
      return `${this.subnet}.${this.#last}`;
    }
    const range = `${this.subnet}.1-${this.subnet}.254`;
    throw new RuntimeError(
      'Unknown',
      `failed to setup network for sandbox: plugin type="bridge" failed (add): no IP addresses available in range set: ${range}`,
    );
  }
  release(address: string): void {
    if (address.startsWith(`${this.subnet}.`)) this.#taken.delete(Number(address.slice(this.subnet.length + 1)));
  }
}

/** What a CNI bridge plugin does in a new network namespace: a loopback, and an interface with the Pod's address. */
export function connectPod(child: Process, ip: string, subnet: string): void {
  const { network } = child;
  const hex = ip.split('.').map((part) => Number(part).toString(16).padStart(2, '0'));
  const [a = '', b = '', c = '', d = ''] = hex;
  network.setUp('lo', true);
  network.add({
    name: 'eth0',
    kind: 'ether',
    // the bridge plugin's rule: 0a:58 and the address
    mac: ['0a', '58', ...hex].join(':'),
    mtu: 1500,
    up: true,
    addresses: [
      { family: 'inet', address: ip, prefix: 24, scope: 'global', broadcast: `${subnet}.255` },
      { family: 'inet6', address: `fe80::858:${a}ff:fe${b}:${c}${d}`.replace(/:0+(?=[0-9a-f])/g, ':'), prefix: 64, scope: 'link' },
    ],
    peerIndex: Number(ip.split('.')[3]) + 2,
  });
  network.addRoute({ to: 'default', via: `${subnet}.1`, device: 'eth0' });
}

/** What dockerd does in a new network namespace: a loopback, and an interface on docker0. */
export function connectBridge(child: Process, ip: string, subnet: string): void {
  const { network } = child;
  const last = Number(ip.split('.')[3]);
  const hex = ip.split('.').map((part) => Number(part).toString(16).padStart(2, '0'));
  network.setUp('lo', true);
  network.add({
    name: 'eth0',
    kind: 'ether',
    // the bridge driver's rule: 02:42 and the address
    mac: ['02', '42', ...hex].join(':'),
    mtu: 1500,
    up: true,
    addresses: [{ family: 'inet', address: ip, prefix: 16, scope: 'global', broadcast: '172.17.255.255' }],
    peerIndex: last + 300,
  });
  network.addRoute({ to: 'default', via: `${subnet}.1`, device: 'eth0' });
}

/** Leads a port of the node to one of an address; undefined when the port is taken. */
export function publishPort(network: NetworkCalls, { hostPort, containerPort }: PublishedPort, address: string): (() => void) | undefined {
  try {
    return network.listen(hostPort, (request) => network.dial(address, containerPort).exchange(request));
  } catch (error) {
    if (error instanceof Errno && error.code === 'EADDRINUSE') return undefined;
    throw error;
  }
}

/** Where the CNI plugins have a pod's network namespace. */
export function netnsPath({ id, config }: PodSandbox): string {
  if (config.namespaces.net === 'node') return 'host';
  const groups = [0, 8, 12, 16, 20, 32].map((at, i, ends) => id.slice(at, ends[i + 1])).slice(0, -1);
  return `/var/run/netns/cni-${groups.join('-')}`;
}

/** A TCP connection to localhost within a pod's network, for port forwarding. Throws RuntimeError in containerd's words. */
export function dialWithin(sandbox: SandboxRecord | undefined, id: string, port: number): Connection {
  const refused = (why: string): RuntimeError => new RuntimeError('Unknown', why);
  if (!sandbox) throw refused(`failed to find sandbox "${id}" in store: not found`);
  if (!sandbox.running) throw refused(`network namespace for sandbox "${id}" is closed`);
  try {
    return sandbox.task.proc.network.dial('127.0.0.1', port);
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    const why = `connect: ${error.message.toLowerCase()}`;
    const tried = `IPv4: dial tcp4 127.0.0.1:${port}: ${why} IPv6 dial tcp6 [::1]:${port}: ${why} `;
    throw refused(
      `failed to execute portforward in network namespace "${netnsPath(sandbox)}": failed to connect to localhost:${port} inside namespace "${id}", ${tried}`,
    );
  }
}
