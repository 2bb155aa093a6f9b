import type { KubeObject } from '../../kube/api';
import type { Command, Invocation } from '../command';
import { completeOf } from '../completion';
import { dryRunOf, dryRunQuery } from '../dry-run';
import { failure } from '../errors';
import { readFile } from '../files';
import { dryRunFlag, fieldManagerFlag, fileFlags, labelSelectorFlag, saveConfigFlag } from '../flag-sets';
import { podContainers } from '../pod-template';
import { objectPrinter, outputFlags } from '../printers';
import { report } from '../report';
import { givenObjects, targets } from '../resources';
import { labelsOf } from '../selectors';
import { fieldsAt, isFields, listAt, textAt } from '../value';

export const expose: Command = {
  use: 'expose (-f FILENAME | TYPE NAME) [--port=port] [--protocol=TCP|UDP|SCTP] [--target-port=number-or-name] [--name=name] [--external-ip=external-ip-of-service] [--type=type]',
  short: 'Take a replication controller, service, deployment or pod and expose it as a new Kubernetes service',
  group: 'beginner',
  long: `Expose a resource as a new Kubernetes service.

 The new service takes the labels that the resource selects its pods by, or a pod's own labels, as its selector. Without --port it takes the ports of the containers.`,
  example: `  # A service for a pod, on port 444
  kubectl expose pod valid-pod --port=444 --name=frontend
  
  # A service for a deployment, on port 80, to port 8000 of the containers
  kubectl expose deployment nginx --port=80 --target-port=8000`,
  flags: [
    { name: 'cluster-ip', kind: 'string', usage: "ClusterIP of the service, or 'None' for a headless one." },
    dryRunFlag,
    { name: 'external-ip', kind: 'string', usage: 'Additional external IP address to accept for the service.' },
    fieldManagerFlag('kubectl-expose'),
    ...fileFlags('identifying the resource to expose a service'),
    { name: 'labels', short: 'l', kind: 'string', usage: 'Labels to apply to the service created by this call.' },
    { name: 'load-balancer-ip', kind: 'string', usage: 'IP of the load balancer.' },
    { name: 'name', kind: 'string', usage: 'The name for the newly created object.' },
    ...outputFlags(),
    { name: 'override-type', kind: 'string', value: 'merge', usage: 'How --overrides is laid over the object.' },
    { name: 'overrides', kind: 'string', usage: 'JSON that is laid over the object.' },
    { name: 'port', kind: 'string', usage: 'The port that the service should serve on.' },
    { name: 'protocol', kind: 'string', usage: "The protocol of the service. Default is 'TCP'." },
    saveConfigFlag,
    { ...labelSelectorFlag, short: undefined, name: 'selector', usage: 'A label selector to use for this service.' },
    { name: 'session-affinity', kind: 'string', usage: "Session affinity: 'None' or 'ClientIP'." },
    { name: 'target-port', kind: 'string', usage: 'Name or number for the port on the container.' },
    { name: 'type', kind: 'string', usage: "ClusterIP, NodePort, LoadBalancer, or ExternalName. Default is 'ClusterIP'." },
  ],
  run,
  complete: completeOf('pod service replicationcontroller deployment replicaset'),
};

const number = (text: string): string | number => (/^\d+$/.test(text) ? Number(text) : text);

function selectorOf(object: KubeObject): Record<string, string> | undefined {
  if (object.kind === 'Pod') return object.metadata.labels;
  const selector = fieldsAt(object, 'spec', 'selector');
  return (isFields(selector.matchLabels) ? selector.matchLabels : selector) as Record<string, string>;
}

async function run(call: Invocation): Promise<number> {
  const { k, flags, args } = call;
  await k.connection();
  const dryRun = await dryRunOf(k, flags);
  const printer = await objectPrinter(flags, (file) => readFile(k.proc, file));
  const { found, errors } = await givenObjects(k, await targets(k, { args, flags }));
  if (errors.length > 0) throw errors[0];
  for (const { mapping, object } of found) {
    if (!['Pod', 'Service', 'ReplicationController', 'Deployment', 'ReplicaSet'].includes(mapping.kind)) {
      throw failure(`cannot expose a ${mapping.kind}${mapping.group ? `.${mapping.group}` : ''}`);
    }
    const given = flags.string('selector');
    const selector = given ? Object.fromEntries(given.split(',').map((pair) => pair.split(/==?/) as [string, string])) : selectorOf(object);
    if (!selector || Object.keys(selector).length === 0) {
      throw failure(
        `couldn't retrieve selectors via --selector flag or introspection: the ${mapping.kind.toLowerCase()} has no labels and cannot be exposed`,
      );
    }
    const own =
      mapping.kind === 'Service'
        ? listAt(object, 'spec', 'ports').map((port) => ({ port: textAt(port, 'port'), protocol: textAt(port, 'protocol') }))
        : podContainers(object).flatMap((container) =>
            listAt(container, 'ports').map((port) => ({ port: textAt(port, 'containerPort'), protocol: textAt(port, 'protocol') })),
          );
    const ports = flags.string('port')
      ? flags
          .string('port')
          .split(',')
          .map((port) => ({ port, protocol: flags.string('protocol') }))
      : own;
    if (ports.length === 0 && flags.string('cluster-ip') !== 'None') throw failure("couldn't find port via --port flag or introspection");
    for (const { port } of ports) if (!/^\d+$/.test(port)) throw failure(`strconv.Atoi: parsing ${JSON.stringify(port)}: invalid syntax`);
    const target = flags.string('target-port');
    const listed = ports.map(({ port, protocol }, i) => ({
      ...(ports.length > 1 ? { name: `port-${i + 1}` } : {}),
      protocol: flags.string('protocol') || protocol || 'TCP',
      port: Number(port),
      targetPort: number(target || port),
    }));
    const spec = {
      ...(listed.length > 0 ? { ports: listed } : {}),
      selector,
      ...(flags.string('cluster-ip') ? { clusterIP: flags.string('cluster-ip') } : {}),
      ...(flags.string('type') ? { type: flags.string('type') } : {}),
      ...(flags.string('external-ip') ? { externalIPs: [flags.string('external-ip')] } : {}),
      ...(flags.string('session-affinity') ? { sessionAffinity: flags.string('session-affinity') } : {}),
    };
    const labels = flags.string('labels') ? labelsOf(flags.string('labels')) : object.metadata.labels;
    const namespace = await k.namespace();
    const place = k.namespaceGiven ? { namespace } : {};
    const metadata = { name: flags.string('name') || object.metadata.name, ...place, ...(labels ? { labels } : {}) };
    const service: KubeObject = { kind: 'Service', apiVersion: 'v1', metadata, spec, status: { loadBalancer: {} } };
    const services = (await k.mapper()).need('services');
    const query = { fieldManager: flags.string('field-manager'), dryRun: dryRunQuery(dryRun) };
    const made =
      dryRun === 'client'
        ? service
        : await k.json<KubeObject>('POST', k.path(services, namespace), { query, body: JSON.stringify(service) });
    await report(k, printer, made, services, 'exposed', dryRun);
  }
  return 0;
}
