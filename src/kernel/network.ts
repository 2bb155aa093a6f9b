import { Errno } from './errno';
import type { Bytes } from './file';
import { Namespace } from './namespace';
import type { UserNamespace } from './user-namespace';
import { capableIn, type NetworkView, type Subject } from './vfs';

export interface NetAddress {
  readonly family: 'inet' | 'inet6';
  readonly address: string;
  readonly prefix: number;
  readonly scope: 'host' | 'link' | 'global';
  readonly broadcast?: string;
}

export interface NetInterface {
  readonly index: number;
  readonly name: string;
  readonly kind: 'loopback' | 'ether';
  readonly mac: string;
  readonly mtu: number;
  readonly up: boolean;
  readonly addresses: readonly NetAddress[];
  /** A veth's other end, in another namespace: `eth0@if7`. */
  readonly peerIndex?: number;
}

export interface NetRoute {
  /** `default` or a prefix in CIDR notation. */
  readonly to: string;
  readonly via?: string;
  readonly device: string;
  /** The kernel made it for an address. */
  readonly source?: string;
}

/** What a server answers to the bytes of one request; the connection is closed after it. */
export type Respond = (request: Bytes) => Bytes | Promise<Bytes>;

/** A connection to a server that takes one request. */
export interface Connection {
  exchange(request: Bytes): Promise<Bytes>;
}

/** A TCP port that is served. */
export interface Listener {
  readonly port: number;
  /** An address of the namespace; `0.0.0.0`: all of IPv4, `::`: all. */
  readonly address: string;
  readonly respond: Respond;
  readonly pid: number;
}

/** rtnetlink(7), as data: Pausebox sends no packets. Changes throw EPERM without CAP_NET_ADMIN, ENODEV for an unknown name. */
export interface NetworkCalls {
  interfaces(): readonly NetInterface[];
  routes(): readonly NetRoute[];
  setUp(name: string, up: boolean): void;
  /** A new interface; EEXIST when the name is taken. */
  add(made: Omit<NetInterface, 'index'>): void;
  addAddress(name: string, address: NetAddress): void;
  removeAddress(name: string, address: string): void;
  addRoute(route: NetRoute): void;
  /** connect(2) to an IPv4 address: throws ENETUNREACH without a route, ECONNREFUSED otherwise, since nothing listens. */
  connect(address: string): never;
  /** connect(2) to a TCP port: throws ENETUNREACH without a route, ECONNREFUSED where nobody listens. */
  dial(address: string, port: number): Connection;
  /** Serves a TCP port of an address (all of IPv4) until the returned function is called. Throws EADDRINUSE, EADDRNOTAVAIL. */
  listen(port: number, respond: Respond, address?: string): () => void;
  /** Who listens, by port; `pid` is 0 when it is nobody the caller can see. */
  listeners(): readonly Listener[];
}

const CAP_NET_ADMIN = 12;

const loopbackAddresses: readonly NetAddress[] = [
  { family: 'inet', address: '127.0.0.1', prefix: 8, scope: 'host' },
  { family: 'inet6', address: '::1', prefix: 128, scope: 'host' },
];

const numberOf = (address: string): number => address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
const maskOf = (prefix: number): number => (prefix === 0 ? 0 : (2 ** 32 - 2 ** (32 - prefix)) >>> 0);
const dotted = (value: number): string => [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join('.');

const isWild = (address: string): boolean => address === '0.0.0.0' || address === '::';
/** Whether two listeners of a port are in each other's way (ip(7)). */
const overlap = (a: string, b: string): boolean =>
  a === b || a === '::' || b === '::' || (a.includes(':') === b.includes(':') && (isWild(a) || isWild(b)));
/** Whether a listener is reached at an address. */
const serves = (listener: string, address: string): boolean =>
  listener === address || listener === '::' || (listener === '0.0.0.0' && !address.includes(':'));

/** Whether an IPv4 address is in `10.0.0.0/8`. */
const within = (address: string, cidr: string): boolean => {
  const [net = '', bits = '32'] = cidr.split('/');
  const mask = maskOf(Number(bits));
  return (numberOf(address) & mask) >>> 0 === (numberOf(net) & mask) >>> 0;
};

/** Who listens on a TCP port of an address that no interface of the machine has; undefined when nobody does. */
export type Beyond = (address: string, port: number) => Respond | undefined;

/** What joins a machine's network namespaces: who listens there, and what is beyond. */
export class Wire {
  readonly listening = new Set<NetNamespace>();
  beyond: Beyond = () => undefined;
}

/** network_namespaces(7): the interfaces and routes of one. A new one has a loopback that is down. */
export class NetNamespace extends Namespace {
  #interfaces: NetInterface[] = [
    { index: 1, name: 'lo', kind: 'loopback', mac: '00:00:00:00:00:00', mtu: 65536, up: false, addresses: [] },
  ];
  #routes: NetRoute[] = [];
  #servers: readonly Omit<Listener, 'pid'>[] = [];
  constructor(
    inode: number,
    override readonly owner: UserNamespace,
    readonly wire = new Wire(),
  ) {
    super('net', inode, owner);
  }

  readonly view: NetworkView = {
    interfaces: () => this.#interfaces,
    routes: () => this.#routes,
    listeners: () => this.#servers.map((server) => ({ ...server, pid: 0 })).sort((a, b) => a.port - b.port),
  };

  #find(name: string): NetInterface {
    const found = this.#interfaces.find((each) => each.name === name);
    if (!found) throw new Errno('ENODEV');
    return found;
  }
  #change(name: string, change: Partial<NetInterface>): void {
    this.#interfaces = this.#interfaces.map((each) => (each.name === name ? { ...each, ...change } : each));
  }

  #setUp(name: string, up: boolean): void {
    const { kind, addresses } = this.#find(name);
    const missing = up && kind === 'loopback' ? loopbackAddresses.filter((a) => !addresses.some((b) => a.address === b.address)) : [];
    this.#change(name, { up, addresses: [...addresses, ...missing] });
    if (!up) this.#routes = this.#routes.filter(({ device }) => device !== name);
    else for (const address of addresses) this.#connected(name, address);
  }
  /** The route to an address's own network. */
  #connected(device: string, { family, address, prefix, scope }: NetAddress): void {
    if (family !== 'inet' || scope === 'host' || prefix === 32) return;
    const to = `${dotted((numberOf(address) & maskOf(prefix)) >>> 0)}/${prefix}`;
    if (!this.#routes.some((route) => route.to === to)) this.#routes.push({ to, device, source: address });
  }

  #connect(address: string): never {
    const local = this.#interfaces.some(({ up, kind }) => up && kind === 'loopback') && within(address, '127.0.0.0/8');
    const own = this.#interfaces.some((each) => each.up && each.addresses.some((known) => known.address === address));
    throw new Errno(local || own || this.#hasRoute(address) ? 'ECONNREFUSED' : 'ENETUNREACH');
  }

  #hasRoute(address: string): boolean {
    return this.#routes.some(({ to }) => to === 'default' || within(address, to));
  }
  #has(address: string): boolean {
    return this.#interfaces.some((each) => each.up && each.addresses.some((known) => known.address === address));
  }
  #isLocal(address: string): boolean {
    return this.#has(address) || within(address, '127.0.0.0/8');
  }
  #dial(address: string, port: number): Connection {
    const local = this.#isLocal(address);
    const at = local ? this : [...this.wire.listening].find((each) => each.#has(address));
    const server = at && at.#servers.find((each) => each.port === port && serves(each.address, address));
    const respond = server?.respond ?? this.wire.beyond(address, port);
    if (!respond || !(local || this.#hasRoute(address))) this.#connect(address);
    return { exchange: async (request) => respond(request) };
  }
  #listen(port: number, respond: Respond, address: string): () => void {
    if (!isWild(address) && !this.#isLocal(address)) throw new Errno('EADDRNOTAVAIL');
    if (this.#servers.some((each) => each.port === port && overlap(each.address, address))) throw new Errno('EADDRINUSE');
    const server = { port, address, respond };
    this.#servers = [...this.#servers, server];
    this.wire.listening.add(this);
    return () => {
      this.#servers = this.#servers.filter((each) => each !== server);
      if (!this.#servers.length) this.wire.listening.delete(this);
    };
  }

  calls(subject: () => Subject): NetworkCalls {
    const demand = (): void => {
      if (!capableIn(subject(), this.owner, CAP_NET_ADMIN)) throw new Errno('EPERM');
    };
    return {
      ...this.view,
      setUp: (name, up) => {
        this.#find(name);
        demand();
        this.#setUp(name, up);
      },
      add: (made) => {
        demand();
        if (this.#interfaces.some(({ name }) => name === made.name)) throw new Errno('EEXIST');
        this.#interfaces.push({ ...made, index: Math.max(...this.#interfaces.map(({ index }) => index)) + 1 });
        if (made.up) for (const address of made.addresses) this.#connected(made.name, address);
      },
      addAddress: (name, address) => {
        demand();
        const { addresses, up } = this.#find(name);
        if (addresses.some((each) => each.address === address.address)) throw new Errno('EEXIST');
        this.#change(name, { addresses: [...addresses, address] });
        if (up) this.#connected(name, address);
      },
      removeAddress: (name, address) => {
        demand();
        const { addresses } = this.#find(name);
        if (!addresses.some((each) => each.address === address)) throw new Errno('EADDRNOTAVAIL');
        this.#change(name, { addresses: addresses.filter((each) => each.address !== address) });
        this.#routes = this.#routes.filter(({ source }) => source !== address);
      },
      addRoute: (route) => {
        demand();
        const device = this.#find(route.device);
        if (!device.up) throw new Errno('ENETDOWN');
        if (this.#routes.some(({ to }) => to === route.to)) throw new Errno('EEXIST');
        this.#routes = route.to === 'default' ? [route, ...this.#routes] : [...this.#routes, route];
      },
      connect: (address) => this.#connect(address),
      dial: (address, port) => this.#dial(address, port),
      listen: (port, respond, address = '0.0.0.0') => this.#listen(port, respond, address),
    };
  }
}
