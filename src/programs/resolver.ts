import { Errno, type Process } from '../kernel';
import { decodeReply, encodeQuery, recordTypes, type DnsAnswer } from './dns-message';
import { readText } from './input';

export const dnsPort = 53;
export const isAddress = (text: string): boolean =>
  /^\d{1,3}(\.\d{1,3}){3}$/.test(text) && text.split('.').every((part) => Number(part) < 256);

export interface ResolverConfig {
  readonly servers: readonly string[];
  readonly search: readonly string[];
  readonly ndots: number;
}

const linesOf = async (proc: Process, path: string): Promise<string[][]> => {
  try {
    return (await readText(proc, path)).split('\n').map((line) => line.replace(/#.*/, '').trim().split(/\s+/));
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    return [];
  }
};

/** resolv.conf(5). */
export async function resolverConfig(proc: Process): Promise<ResolverConfig> {
  const lines = await linesOf(proc, '/etc/resolv.conf');
  const values = (key: string): string[] => lines.filter(([first]) => first === key).flatMap(([, ...rest]) => rest);
  const ndots = values('options').find((option) => option.startsWith('ndots:'));
  return { servers: values('nameserver'), search: values('search'), ndots: ndots ? Number(ndots.slice(6)) : 1 };
}

/** Asks one server; throws what connecting to it throws. */
export async function query(proc: Process, server: string, name: string, type: number): Promise<{ code: number; answers: DnsAnswer[] }> {
  const id = Math.floor(proc.clock.random() * 0x10000);
  return decodeReply(await proc.network.dial(server, dnsPort).exchange(encodeQuery({ id, name, type })));
}

/** The IPv4 address of a host: itself, by /etc/hosts, or by the name servers and the domains to search. Undefined when there is none. */
export async function resolve(proc: Process, host: string): Promise<string | undefined> {
  if (isAddress(host)) return host;
  for (const [address = '', ...names] of await linesOf(proc, '/etc/hosts')) if (isAddress(address) && names.includes(host)) return address;
  const { servers, search, ndots } = await resolverConfig(proc);
  const bare = host.replace(/\.$/, '');
  const inDomains = host.endsWith('.') ? [] : search.map((domain) => `${bare}.${domain}`);
  const names = bare.split('.').length - 1 >= ndots ? [bare, ...inDomains] : [...inDomains, bare];
  for (const name of names) {
    for (const server of servers) {
      try {
        const { answers } = await query(proc, server, name, recordTypes.A);
        if (answers[0]) return answers[0].address;
        break;
      } catch (error) {
        if (!(error instanceof Errno)) throw error;
      }
    }
  }
  return undefined;
}
