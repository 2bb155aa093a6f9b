import { ApiError, type Forwarding, type KubeObject } from '../../kube/api';
import type { Command, Invocation } from '../command';
import { completePorts } from '../completion';
import { CommandError, failure, usageError } from '../errors';
import { podRunningTimeoutFlag } from '../flag-sets';
import type { Kubectl } from '../kubectl';
import { attachablePod, objectOf, phaseOf } from '../pods';
import { forwardPorts, listenAddresses, parsePair } from '../port-forwarder';
import { type Fields, listAt, textAt } from '../value';
import { refusedUpgrade } from './exec';

interface Ports {
  readonly local: string;
  readonly remote: string;
}

/** Unlike `parsePair`: more than two parts are taken for the first of them. */
function portsOf(text: string): Ports {
  const parts = text.split(':');
  return parts.length === 2 ? { local: parts[0]!, remote: parts[1]! } : { local: parts[0]!, remote: parts[0]! };
}
const joined = ({ local, remote }: Ports): string => (local === remote ? remote : `${local}:${remote}`);
const isNumber = (text: string): boolean => /^[+-]?\d+$/.test(text);

const containerPorts = (pod: KubeObject): Fields[] => listAt(pod, 'spec', 'containers').flatMap((container) => listAt(container, 'ports'));

function podPortNamed(pod: KubeObject, name: string): string {
  const port = containerPorts(pod).find((each) => each.name === name);
  if (!port) throw failure(`Pod '${pod.metadata.name}' does not have a named port '${name}'`);
  return textAt(port, 'containerPort');
}
function servicePortNamed(service: KubeObject, name: string): string {
  const port = listAt(service, 'spec', 'ports').find((each) => each.name === name);
  if (!port) throw failure(`Service '${service.metadata.name}' does not have a named port '${name}'`);
  return textAt(port, 'port');
}

/** A port that is only UDP's is not forwarded. */
function checkProtocol(declared: readonly Fields[], number: 'port' | 'containerPort', wanted: string, remote: string): void {
  const protocols = declared.filter((port) => textAt(port, number) === wanted).map((port) => textAt(port, 'protocol') || 'TCP');
  if (protocols.includes('UDP') && !protocols.includes('TCP')) throw failure(`UDP protocol is not supported for ${remote}`);
}

/** A pod's port by number or name. */
function podPort(pod: KubeObject, { local, remote }: Ports): Ports {
  if (remote === '') throw failure('remote port cannot be empty');
  const number = isNumber(remote) ? remote : podPortNamed(pod, remote);
  return { local: local === remote ? number : local, remote: number };
}

/** A service's port as the port of its pods. */
function servicePort(service: KubeObject, pod: KubeObject, { local, remote }: Ports): Ports {
  const number = isNumber(remote) ? String(Number(remote)) : servicePortNamed(service, remote);
  const near = local === remote ? number : local;
  if (textAt(service, 'spec', 'clusterIP') === 'None') return { local: near, remote: number };
  const port = listAt(service, 'spec', 'ports').find((each) => textAt(each, 'port') === number);
  if (!port) throw failure(`Service ${service.metadata.name} does not have a service port ${number}`);
  const target = textAt(port, 'targetPort');
  if (target === '' || target === '0') return { local: near, remote: number };
  return { local: near, remote: typeof port.targetPort === 'number' ? target : podPortNamed(pod, target) };
}

function portTexts(object: KubeObject, pod: KubeObject, words: readonly string[]): string[] {
  const isService = object.kind === 'Service';
  const declared = isService ? listAt(object, 'spec', 'ports') : containerPorts(pod);
  const pairs = words.map(portsOf);
  for (const { remote } of pairs) {
    const number = isNumber(remote) ? remote : isService ? servicePortNamed(object, remote) : podPortNamed(pod, remote);
    checkProtocol(declared, isService ? 'port' : 'containerPort', number, remote);
  }
  return pairs.map((pair) => joined(isService ? servicePort(object, pod, pair) : podPort(pod, pair)));
}

export const portForward: Command = {
  use: 'port-forward TYPE/NAME [options] [LOCAL_PORT:]REMOTE_PORT [...[LOCAL_PORT_N:]REMOTE_PORT_N]',
  short: 'Forward one or more local ports to a pod',
  group: 'trouble',
  long: `Forward one or more local ports to a pod.

 TYPE/NAME, such as deployment/mydeployment, names a pod or what runs pods; of several one is taken. When that pod ends, the command must be run again.`,
  example: `  # Listen on ports 5000 and 6000 here, forward to those of the pod
  kubectl port-forward pod/mypod 5000 6000
  
  # Listen on the local port 8888, forward to 5000 of the pod
  kubectl port-forward pod/mypod 8888:5000
  
  # The same to a pod of a service, at its port named https
  kubectl port-forward service/myservice 8443:https
  
  # On all addresses of this machine
  kubectl port-forward --address 0.0.0.0 pod/mypod 8888:5000
  
  # On any port that is free
  kubectl port-forward pod/mypod :5000`,
  flags: [
    { name: 'address', kind: 'slice', value: 'localhost', usage: 'Addresses to listen on, separated by commas: localhost or IPs.' },
    podRunningTimeoutFlag,
  ],
  run,
  complete: completePorts,
};

async function run(call: Invocation): Promise<number> {
  const { k, args, flags, path } = call;
  if (args.length < 2) throw usageError(path, 'TYPE/NAME and list of ports are required for port-forward');
  const timeoutMs = flags.duration('pod-running-timeout');
  if (timeoutMs <= 0) throw usageError(path, '--pod-running-timeout must be higher than zero');
  const [word = '', ...ports] = args;
  const object = await objectOf(k, word);
  const pod = await attachablePod(k, object, timeoutMs);
  const texts = portTexts(object, pod, ports);
  if (phaseOf(pod) !== 'Running') throw failure(`unable to forward port because pod is not running. Current status=${phaseOf(pod)}`);
  const addresses = listenAddresses(flags.list('address'));
  const pairs = texts.map(parsePair);
  return forwardPorts(k, () => openForwarding(k, pod), pairs, addresses);
}

async function openForwarding(k: Kubectl, pod: KubeObject): Promise<Forwarding> {
  const mapping = (await k.mapper()).need('pods');
  const response = await k.send('POST', k.path(mapping, pod.metadata.namespace, pod.metadata.name, 'portforward'));
  if (response.forwarding) return response.forwarding;
  const refused = await refusedUpgrade(response);
  if (refused instanceof ApiError) throw failure(`error upgrading connection: ${refused.message}`);
  throw refused instanceof CommandError ? failure(`error upgrading connection: ${refused.text.replace(/^error: /, '')}`) : refused;
}
