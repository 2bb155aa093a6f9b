import type { KubeObject } from '../../kube/api';
import type { Command, Invocation } from '../command';
import { completePods } from '../completion';
import { failure, usageError } from '../errors';
import { podRunningTimeoutFlag } from '../flag-sets';
import { objectOf, phaseOf, podOf } from '../pods';
import { listAt, textAt } from '../value';

interface Ports {
  readonly local: string;
  readonly remote: string;
}

function portsOf(text: string): Ports {
  const parts = text.split(':');
  if (parts.length > 2) throw failure(`invalid port format '${text}'`);
  const [local = '', remote = local] = parts;
  return { local, remote };
}

/** strconv.ParseUint(text, 10, 16)'s error, if any. */
function portProblem(text: string): string | undefined {
  const why = !/^\d+$/.test(text) ? 'invalid syntax' : Number(text) > 65535 ? 'value out of range' : undefined;
  return why && `strconv.ParseUint: parsing ${JSON.stringify(text)}: ${why}`;
}

function checkPorts({ local, remote }: Ports): void {
  const wrong = portProblem(local || '0');
  if (wrong) throw failure(`error parsing local port '${local || '0'}': ${wrong}`);
  const bad = portProblem(remote);
  if (bad) throw failure(`error parsing remote port '${remote}': ${bad}`);
  if (Number(remote) === 0) throw failure('remote port must be > 0');
}

/** A port's number: as it is, or of the pod's container port of that name. */
function podPort(pod: KubeObject, { local, remote }: Ports): Ports {
  if (/^\d+$/.test(remote)) return { local, remote };
  for (const container of listAt(pod, 'spec', 'containers'))
    for (const port of listAt(container, 'ports'))
      if (port.name === remote)
        return { local: local === remote ? textAt(port, 'containerPort') : local, remote: textAt(port, 'containerPort') };
  throw failure(`Pod '${pod.metadata.name}' does not have a named port '${remote}'`);
}

/** A service's port as the port of its pods. */
function servicePort(service: KubeObject, pod: KubeObject, ports: Ports): Ports {
  const port = listAt(service, 'spec', 'ports').find((one) => one.name === ports.remote || textAt(one, 'port') === ports.remote);
  if (!port)
    throw failure(
      /^\d+$/.test(ports.remote)
        ? `Service ${service.metadata.name} does not have a service port ${ports.remote}`
        : `Service '${service.metadata.name}' does not have a named port '${ports.remote}'`,
    );
  const local = ports.local === ports.remote ? textAt(port, 'port') : ports.local;
  return podPort(pod, { local, remote: textAt(port, 'targetPort') || textAt(port, 'port') });
}

export const portForward: Command = {
  use: 'port-forward TYPE/NAME [options] [LOCAL_PORT:]REMOTE_PORT [...[LOCAL_PORT_N:]REMOTE_PORT_N]',
  short: 'Forward one or more local ports to a pod',
  group: 'trouble',
  long: `Forward one or more local ports to a pod.

 TYPE/NAME, such as deployment/mydeployment, names a pod or what runs pods; of several the first is taken. A pod that ends must be forwarded to again.

 The sandbox has no network: everything is looked up as on a cluster, then forwarding is refused.`,
  example: `  # Listen on the local port 8888, forward to 5000 of the pod
  kubectl port-forward pod/mypod 8888:5000
  
  # The same to a pod of a service, at its port named https
  kubectl port-forward service/myservice 8443:https`,
  flags: [
    { name: 'address', kind: 'slice', value: 'localhost', usage: 'Addresses to listen on, separated by commas: localhost or IPs.' },
    podRunningTimeoutFlag,
  ],
  run,
  complete: completePods,
};

async function run(call: Invocation): Promise<number> {
  const { k, args, flags, path } = call;
  if (args.length < 2) throw usageError(path, 'TYPE/NAME and list of ports are required for port-forward');
  if (flags.duration('pod-running-timeout') <= 0) throw usageError(path, '--pod-running-timeout must be higher than zero');
  const [word = '', ...ports] = args;
  const object = await objectOf(k, word);
  const pod = await podOf(k, word);
  const pairs = ports.map(portsOf).map((pair) => (object.kind === 'Service' ? servicePort(object, pod, pair) : podPort(pod, pair)));
  if (phaseOf(pod) !== 'Running') throw failure(`unable to forward port because pod is not running. Current status=${phaseOf(pod)}`);
  pairs.forEach(checkPorts);
  throw failure(`cannot listen on port ${pairs[0]!.local}: the sandbox has no network to forward`);
}
