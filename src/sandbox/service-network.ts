import type { Clock } from '../clock';
import { Errno, type Beyond, type Connection, type KernelApi } from '../kernel';
import { ApiClient, type KubeObject, type Transport } from '../kube/api';
import { Informer } from '../kube/control';
import { answerDns } from './cluster-dns';

interface Port {
  readonly name?: string;
  readonly port: number;
  readonly nodePort?: number;
  readonly protocol?: string;
}
export interface Service extends KubeObject {
  spec?: { readonly type?: string; readonly clusterIP?: string; readonly ports?: readonly Port[] };
}
export interface Slice extends KubeObject {
  endpoints?:
    | readonly { readonly addresses?: readonly string[]; readonly conditions?: { readonly ready?: boolean }; readonly hostname?: string }[]
    | null;
  ports?: readonly { readonly name?: string; readonly port?: number }[] | null;
}

/** A node as the others reach it. */
export interface NetworkNode {
  readonly kernel: KernelApi;
  readonly ip: string;
  /** Its pods' addresses begin so: `10.244.0`. */
  readonly podNetwork: string;
  readonly runtime: { connect(address: string, port: number): Connection };
}

const serviceName = 'kubernetes.io/service-name';
const dnsPort = 53;

export const slicesOf = (slices: readonly Slice[], { metadata }: Service): Slice[] =>
  slices.filter((slice) => slice.metadata.namespace === metadata.namespace && slice.metadata.labels?.[serviceName] === metadata.name);

/** Addresses and ports that are ready behind a service's port. */
function backends(slices: readonly Slice[], port: Port): [address: string, port: number][] {
  return slices.flatMap((slice) => {
    const number = slice.ports?.find(({ name = '' }) => name === (port.name ?? ''))?.port;
    const ready = (slice.endpoints ?? []).filter(({ conditions }) => conditions?.ready !== false);
    return number === undefined
      ? []
      : ready.flatMap(({ addresses = [] }) => addresses.map((address): [string, number] => [address, number]));
  });
}

/**
 * What kube-proxy, CoreDNS and the routes between nodes do: services are reached at their addresses, on their ports and by
 * their names, pods from every node. Names are answered at the address of the service `kube-dns`, while pods are behind it.
 */
export function startServiceNetwork(clock: Clock, transport: Transport, nodes: readonly NetworkNode[]): () => void {
  const client = new ApiClient(transport, 'kube-proxy/v1.36.2');
  const services = new Informer<Service>(client, clock, { groupVersion: 'v1', resource: 'services' }, 'Service');
  const slices = new Informer<Slice>(client, clock, { groupVersion: 'discovery.k8s.io/v1', resource: 'endpointslices' }, 'EndpointSlice');

  const nodeOf = (address: string): NetworkNode | undefined =>
    nodes.find(({ ip, podNetwork }) => address === ip || address.startsWith(`${podNetwork}.`));
  const connect = (address: string, port: number): Connection => {
    const node = nodeOf(address);
    if (!node) throw new Errno('ECONNREFUSED');
    return node.runtime.connect(address, port);
  };

  const serviceAt = (address: string, port: number): { service: Service; port: Port } | undefined => {
    const isNode = nodes.some(({ ip }) => ip === address);
    for (const service of services.list()) {
      const { clusterIP, ports = [] } = service.spec ?? {};
      const found = ports.find((each) => (isNode ? each.nodePort === port : clusterIP === address && each.port === port));
      if (found) return { service, port: found };
    }
    return undefined;
  };

  /** Whoever answers at an address that `here` does not have. */
  const beyond =
    (here: NetworkNode): Beyond =>
    (address, port) => {
      const found = serviceAt(address, port);
      if (!found) {
        const node = nodeOf(address);
        return node && node !== here ? (request) => connect(address, port).exchange(request) : undefined;
      }
      const choices = backends(slicesOf(slices.list(), found.service), found.port);
      // "A port that nothing is behind is refused."
      const choice = choices[Math.floor(clock.random() * choices.length)];
      if (!choice) return undefined;
      const { name, namespace } = found.service.metadata;
      if (name === 'kube-dns' && namespace === 'kube-system' && port === dnsPort)
        return (request) => answerDns(request, services.list(), slices.list());
      const connection = connect(...choice);
      return (request) => connection.exchange(request);
    };

  void services.start();
  void slices.start();
  const stops = nodes.map((node) => node.kernel.setBeyond(beyond(node)));
  return () => {
    services.stop();
    slices.stop();
    for (const stop of stops) stop();
  };
}
