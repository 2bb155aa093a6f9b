import type { KubeObject } from '../api';

interface ServiceSpec {
  readonly clusterIP?: string;
  readonly ports?: readonly { readonly name?: string; readonly port: number; readonly protocol?: string }[];
}

const shout = (name: string): string => name.toUpperCase().replaceAll('-', '_');

/** The variables of one service, as Docker links made them (envvars.FromServices). */
function variablesOf(name: string, { clusterIP = '', ports = [] }: ServiceSpec): [string, string][] {
  const prefix = shout(name);
  const [first] = ports;
  if (!first) return [];
  const url = (port: number, protocol: string): string => `${protocol.toLowerCase()}://${clusterIP}:${port}`;
  const made: [string, string][] = [
    [`${prefix}_SERVICE_HOST`, clusterIP],
    [`${prefix}_SERVICE_PORT`, String(first.port)],
    ...ports.flatMap((port): [string, string][] => (port.name ? [[`${prefix}_SERVICE_PORT_${shout(port.name)}`, String(port.port)]] : [])),
    [`${prefix}_PORT`, url(first.port, first.protocol ?? 'TCP')],
  ];
  for (const { port, protocol = 'TCP' } of ports) {
    const at = `${prefix}_PORT_${port}_${protocol}`;
    made.push([at, url(port, protocol)], [`${at}_PROTO`, protocol.toLowerCase()], [`${at}_PORT`, String(port)], [`${at}_ADDR`, clusterIP]);
  }
  return made;
}

const kubernetes: ServiceSpec = { clusterIP: '10.96.0.1', ports: [{ name: 'https', port: 443, protocol: 'TCP' }] };

/** Variables every container gets for the `kubernetes` service, and for `services`, those of its namespace. */
export function serviceVariables(services: readonly KubeObject[]): [string, string][] {
  const others = services.filter(({ metadata, spec }) => metadata.name !== 'kubernetes' && hasAddress(spec as ServiceSpec | undefined));
  return [
    ...variablesOf('kubernetes', kubernetes),
    ...others.flatMap(({ metadata, spec }) => variablesOf(metadata.name ?? '', spec as ServiceSpec)),
  ];
}

const hasAddress = (spec: ServiceSpec | undefined): boolean =>
  spec?.clusterIP !== undefined && spec.clusterIP !== '' && spec.clusterIP !== 'None';
