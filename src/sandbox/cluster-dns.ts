import { decodeQuery, encodeReply, recordTypes } from '../programs';
import { slicesOf, type Service, type Slice } from './service-network';

const zone = 'cluster.local';

/** The addresses of a name in the cluster's zone; undefined when there is no such name. */
function addressesOf(name: string, services: readonly Service[], slices: readonly Slice[]): string[] | undefined {
  const labels = name.toLowerCase().replace(/\.$/, '').split('.');
  if (labels.slice(-2).join('.') !== zone) return undefined;
  const [kind = '', namespace = '', service = '', host, ...more] = labels.slice(0, -2).reverse();
  if (more.length > 0) return undefined;
  // 10-244-0-3.default.pod.cluster.local
  if (kind === 'pod') return host === undefined && /^\d+(-\d+){3}$/.test(service) ? [service.replaceAll('-', '.')] : undefined;
  if (kind !== 'svc') return undefined;
  if (namespace === '') return [];
  const isHere = services.filter(({ metadata }) => metadata.namespace === namespace);
  if (service === '') return isHere.length > 0 ? [] : undefined;
  const found = isHere.find(({ metadata }) => metadata.name === service);
  if (!found) return undefined;
  const address = found.spec?.clusterIP;
  if (address && address !== 'None') return host === undefined ? [address] : undefined;
  const ready = slicesOf(slices, found)
    .flatMap(({ endpoints }) => endpoints ?? [])
    .filter(({ conditions }) => conditions?.ready !== false);
  const named = host === undefined ? ready : ready.filter((endpoint) => endpoint.hostname === host);
  const addresses = named.flatMap((endpoint) => endpoint.addresses ?? []);
  return addresses.length > 0 ? addresses : undefined;
}

/** CoreDNS with the names of the cluster's services, and nothing beyond. */
export function answerDns(request: Uint8Array, services: readonly Service[], slices: readonly Slice[]): Uint8Array {
  const query = decodeQuery(request);
  const addresses = addressesOf(query.name, services, slices);
  if (!addresses) return encodeReply(query, 3, []);
  return encodeReply(query, 0, query.type === recordTypes.A ? addresses : []);
}
