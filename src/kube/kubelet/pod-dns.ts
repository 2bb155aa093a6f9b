import type { Pod } from '../api';

/** What the node's own /etc/resolv.conf says. */
const node = { servers: ['192.168.49.1'], searches: [] as string[], options: [] as string[] };
const clusterServer = '10.96.0.10';
const clusterDomain = 'cluster.local';
/** "nameserver: up to 3" - resolv.conf(5). */
const mostServers = 3;

const distinct = (list: readonly string[]): string[] => [...new Set(list)];

/** Options by their names: one that the pod gives replaces one that is there. */
function mergeOptions(base: readonly string[], own: readonly { readonly name?: string; readonly value?: string }[]): string[] {
  const merged = new Map(base.map((option) => [option.replace(/:.*/, ''), option.replace(/^[^:]*:?/, '')]));
  for (const { name = '', value = '' } of own) merged.set(name, value);
  return [...merged].map(([name, value]) => (value ? `${name}:${value}` : name));
}

/** The pod's /etc/resolv.conf by its DNS policy and what dnsConfig adds (dns.Configurer). */
export function resolvConf({ metadata, spec }: Pod): string {
  const { dnsPolicy = 'ClusterFirst', dnsConfig = {}, hostNetwork } = spec;
  const svc = `svc.${clusterDomain}`;
  const cluster = { servers: [clusterServer], searches: [`${metadata.namespace}.${svc}`, svc, clusterDomain, ...node.searches], options: ['ndots:5'] }; // prettier-ignore
  const none = { servers: [], searches: [], options: [] };
  const usesNode = dnsPolicy === 'Default' || (dnsPolicy === 'ClusterFirst' && hostNetwork);
  const base = dnsPolicy === 'None' ? none : usesNode ? node : cluster;
  const servers = distinct([...base.servers, ...(dnsConfig.nameservers ?? [])]).slice(0, mostServers);
  const searches = distinct([...base.searches, ...(dnsConfig.searches ?? [])]);
  const options = mergeOptions(base.options, dnsConfig.options ?? []);
  return [
    ...(searches.length ? [`search ${searches.join(' ')}\n`] : []),
    ...servers.map((server) => `nameserver ${server}\n`),
    ...(options.length ? [`options ${options.join(' ')}\n`] : []),
  ].join('');
}

/** The domain of a pod with a subdomain; '' without. */
const domainOf = ({ metadata, spec }: Pod): string =>
  spec.subdomain ? `${spec.subdomain}.${metadata.namespace}.svc.${clusterDomain}` : '';

const shortName = ({ metadata, spec }: Pod): string => (spec.hostname || metadata.name || '').slice(0, 63).replace(/[-.]+$/, '');

/** What the pod's containers have as their host's name; the node's in its network. */
export function hostnameOf(pod: Pod): string {
  const { hostNetwork, nodeName = '', setHostnameAsFQDN } = pod.spec;
  if (hostNetwork) return nodeName;
  const domain = domainOf(pod);
  return setHostnameAsFQDN && domain ? `${shortName(pod)}.${domain}` : shortName(pod);
}

/** The pod's /etc/hosts; `nodeHosts` is the node's, which a pod in the node's network has. */
export function hostsFile(pod: Pod, podIp: string, nodeHosts: string): string {
  const { hostNetwork, hostAliases = [] } = pod.spec;
  const aliases = hostAliases.map(({ ip, hostnames = [] }) => `${ip}\t${hostnames.join('\t')}\n`).join('');
  const own = aliases && `\n# Entries added by HostAliases.\n${aliases}`;
  if (hostNetwork) return `# Kubernetes-managed hosts file (host network).\n${nodeHosts}${own}`;
  const [name, domain] = [shortName(pod), domainOf(pod)];
  return `# Kubernetes-managed hosts file.\n127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\nfe00::0\tip6-localnet\nfe00::0\tip6-mcastprefix\nfe00::1\tip6-allnodes\nfe00::2\tip6-allrouters\n${podIp}\t${domain && `${name}.${domain}\t`}${name}\n${own}`;
}
