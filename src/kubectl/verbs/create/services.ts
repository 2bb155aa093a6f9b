import { dnsSubdomainErrors } from '../../../kube/api';
import type { Command } from '../../command';
import { failure } from '../../errors';
import { begin, createFlags, metadataOf } from './object';

/** `80` or `8080:80`: the service's port and the pods'. */
function tcpPort(text: string): { name: string; protocol: string; port: number; targetPort: string | number } {
  const [port = '', target = port] = text.split(':');
  if (!/^\d+$/.test(port)) throw failure(`strconv.ParseUint: parsing "${port}": invalid syntax`);
  if (Number(port) > 65535) throw failure(`strconv.ParseUint: parsing "${port}": value out of range`);
  return { name: text.replace(':', '-'), protocol: 'TCP', port: Number(port), targetPort: /^\d+$/.test(target) ? Number(target) : target };
}

function serviceCommand(use: string, type: string, short: string): Command {
  return {
    use,
    short,
    flags: [
      ...createFlags,
      { name: 'tcp', kind: 'slice', usage: "Port pairs can be specified as '<port>:<targetPort>'." },
      ...(type === 'ClusterIP'
        ? [{ name: 'clusterip', kind: 'string', usage: "Assign your own ClusterIP or set to 'None' for a 'headless' service." } as const]
        : []),
      ...(type === 'NodePort'
        ? [{ name: 'node-port', kind: 'int', value: '0', usage: 'Port used to expose the service on each node in a cluster.' } as const]
        : []),
    ],
    async run(call) {
      const { flags } = call;
      const { name, create } = await begin(call);
      const headless = type === 'ClusterIP' && flags.string('clusterip') === 'None';
      const ports = flags.list('tcp').map(tcpPort);
      if (ports.length === 0 && !headless) throw failure('at least one tcp port specifier must be provided');
      const nodePort = type === 'NodePort' ? flags.int('node-port') : 0;
      const spec = {
        ...(ports.length > 0 ? { ports: ports.map((port) => (nodePort ? { ...port, nodePort } : port)) } : {}),
        selector: { app: name },
        ...(type === 'ClusterIP' && flags.string('clusterip') ? { clusterIP: flags.string('clusterip') } : {}),
        type,
      };
      const metadata = { ...(await metadataOf(call, name)), labels: { app: name } };
      return create(
        { kind: 'Service', apiVersion: 'v1', metadata, spec, status: { loadBalancer: {} } },
        `failed to create ${type} service: `,
      );
    },
  };
}

const externalName: Command = {
  use: 'externalname NAME --external-name external.name [--dry-run=server|client|none]',
  short: 'Create an ExternalName service',
  flags: [
    ...createFlags,
    { name: 'external-name', kind: 'string', required: true, usage: 'External name of service' },
    { name: 'tcp', kind: 'slice', usage: "Port pairs can be specified as '<port>:<targetPort>'." },
  ],
  async run(call) {
    const { name, create } = await begin(call);
    const outside = call.flags.string('external-name');
    if (dnsSubdomainErrors(outside).length > 0) throw failure(`invalid service external name ${outside}`);
    const metadata = { ...(await metadataOf(call, name)), labels: { app: name } };
    const spec = { selector: { app: name }, type: 'ExternalName', externalName: outside };
    return create(
      { kind: 'Service', apiVersion: 'v1', metadata, spec, status: { loadBalancer: {} } },
      'failed to create ExternalName service: ',
    );
  },
};

export const service: Command = {
  use: 'service [flags]',
  aliases: ['svc'],
  short: 'Create a service using a specified subcommand',
  commands: [
    serviceCommand('clusterip NAME [--tcp=<port>:<targetPort>] [--dry-run=server|client|none]', 'ClusterIP', 'Create a ClusterIP service'),
    externalName,
    serviceCommand(
      'loadbalancer NAME [--tcp=port:targetPort] [--dry-run=server|client|none]',
      'LoadBalancer',
      'Create a LoadBalancer service',
    ),
    serviceCommand('nodeport NAME [--tcp=port:targetPort] [--dry-run=server|client|none]', 'NodePort', 'Create a NodePort service'),
  ],
};

export const ingress: Command = {
  use: 'ingress NAME --rule=host/path=service:port[,tls[=secret]] ',
  aliases: ['ing'],
  short: 'Create an ingress with the specified name',
  flags: [
    ...createFlags,
    { name: 'annotation', kind: 'array', usage: 'Annotation to insert in the ingress object, in the format annotation=value' },
    { name: 'class', kind: 'string', usage: 'Ingress Class to be used' },
    { name: 'default-backend', kind: 'string', usage: 'Default service for backend, in format of svcname:port' },
    {
      name: 'rule',
      kind: 'array',
      usage:
        "Rule in format host/path=service:port[,tls=secretname]. Paths containing the leading character '*' are considered pathType=Prefix.",
    },
  ],
  async run(call) {
    const { flags } = call;
    const { name, create } = await begin(call);
    const rules = flags.list('rule');
    if (rules.length === 0 && !flags.string('default-backend'))
      throw failure(
        'not enough information provided: every ingress has to either specify a default-backend (which catches all traffic) or a list of rules (which catch specific paths)',
      );
    if (flags.string('default-backend') && flags.string('default-backend').split(':').length !== 2)
      throw failure('default-backend should be in format servicename:serviceport');
    const backend = (text: string): unknown => {
      const [service = '', port = ''] = text.split(':');
      return { service: { name: service, port: /^\d+$/.test(port) ? { number: Number(port) } : { name: port } } };
    };
    const parsed = rules.map((rule) => {
      const match = /^([^/]*)(\/[^=]*)=([^:,]+:[^,]+)(,tls(?:=(.+))?)?$/.exec(rule);
      if (!match) throw failure(`rule ${rule} is invalid and should be in format host/path=svcname:svcport[,tls[=secret]]`);
      const [, host = '', path = '/', target = '', secured, secret] = match;
      const prefix = path.endsWith('*');
      return {
        host,
        secured,
        secret,
        path: { path: prefix ? path.slice(0, -1) : path, pathType: prefix ? 'Prefix' : 'Exact', backend: backend(target) },
      };
    });
    const annotations = Object.fromEntries(
      flags.list('annotation').map((pair) => [pair.split('=')[0]!, pair.slice(pair.indexOf('=') + 1)]),
    );
    const tls = parsed
      .filter(({ secured }) => secured)
      .map(({ host, secret }) => ({ ...(host ? { hosts: [host] } : {}), ...(secret ? { secretName: secret } : {}) }));
    const spec = {
      ...(flags.string('class') ? { ingressClassName: flags.string('class') } : {}),
      ...(flags.string('default-backend') ? { defaultBackend: backend(flags.string('default-backend')) } : {}),
      ...(tls.length > 0 ? { tls } : {}),
      ...(parsed.length > 0 ? { rules: parsed.map(({ host, path }) => ({ ...(host ? { host } : {}), http: { paths: [path] } })) } : {}),
    };
    const metadata = { ...(await metadataOf(call, name)), ...(Object.keys(annotations).length > 0 ? { annotations } : {}) };
    return create(
      { kind: 'Ingress', apiVersion: 'networking.k8s.io/v1', metadata, spec, status: { loadBalancer: {} } },
      'failed to create ingress: ',
    );
  },
};
