import type { KubeObject } from '../../kube/api';
import type { Command, Invocation } from '../command';
import { completeResources } from '../completion';
import { Errno } from '../../kernel';
import { CommandError, failure } from '../errors';
import { readFile } from '../files';
import { readManifests } from '../manifests';
import { objectOf, waitForPod } from '../pods';
import { fileTargets } from '../resources';
import { type Fields, fieldsAt, goJson, isFields, listAt, textAt } from '../value';
import { documents } from '../yaml';
import { attachOrLog, printLog } from './attach';
import {
  containerName,
  containerOfFlags,
  customised,
  type Debugged,
  pairsOf,
  type Profile,
  profiles,
  suffix,
  warnOfUser,
} from './debug-container';
import { copyFlags, debugCopy } from './debug-copy';
import { imageName } from './run';

export const debug: Command = {
  use: 'debug (POD | TYPE[[.VERSION].GROUP]/NAME) [ -- COMMAND [args...] ]',
  short: 'Create debugging sessions for troubleshooting workloads and nodes',
  group: 'trouble',
  long: `Debug cluster resources with an ephemeral container: one that is added to a running pod, with tools that its image does not have. For a node: with a pod in the node's namespaces that sees the node's files in /host.`,
  example: `  # A shell beside the containers of pod mypod
  kubectl debug mypod -it --image=busybox
  
  # In the namespaces of one of its containers
  kubectl debug mypod -it --image=busybox --target=app
  
  # A copy of the pod that runs another command
  kubectl debug mypod -it --copy-to=my-debugger --container=app -- sh
  
  # A shell on a node
  kubectl debug node/mynode -it --image=busybox`,
  flags: [
    {
      name: 'attach',
      kind: 'bool',
      usage: "If true, wait for the container to start running, and then attach as if 'kubectl attach' were called.",
    },
    { name: 'container', short: 'c', kind: 'string', usage: 'Container name to use for debug container.' },
    { name: 'arguments-only', kind: 'bool', usage: "If true, the words after -- are the container's arguments, not its command." },
    { name: 'custom', kind: 'string', usage: 'A file with a partial container spec, JSON or YAML, that is laid over the profile.' },
    { name: 'env', kind: 'map', usage: 'Environment variables to set in the container.' },
    { name: 'filename', short: 'f', kind: 'slice', usage: 'identifying the resource to debug' },
    { name: 'image', kind: 'string', usage: 'Container image to use for debug container.' },
    { name: 'image-pull-policy', kind: 'string', usage: 'The image pull policy for the container.' },
    ...copyFlags,
    {
      name: 'profile',
      kind: 'string',
      value: 'general',
      usage: 'Options are "legacy", "general", "baseline", "netadmin", "restricted" or "sysadmin".',
    },
    { name: 'quiet', short: 'q', kind: 'bool', usage: 'If true, suppress informational messages.' },
    { name: 'stdin', short: 'i', kind: 'bool', usage: 'Keep stdin open on the container(s) in the pod, even if nothing is attached.' },
    { name: 'target', kind: 'string', usage: 'Target processes in this container name.' },
    { name: 'tty', short: 't', kind: 'bool', usage: 'Allocate a TTY for the debugging container.' },
  ],
  run,
  complete: (call, word) => completeResources(call, word),
};

async function run(call: Invocation): Promise<number> {
  const { k, flags, args, dashAt } = call;
  const named = dashAt < 0 ? args : args.slice(0, dashAt);
  const ofFiles = await wordsOfFiles(call);
  const words = [...named, ...ofFiles];
  const profile = profiles[flags.string('profile')];
  if (!profile) throw failure(`unknown profile: ${flags.string('profile')}`);
  const custom = await customOf(call);
  await validate(call, words);
  if (named.length > 0 && ofFiles.length > 0) throw failure('resource/name arguments cannot be provided when a path is specified');
  for (const word of words) {
    const object = await objectOf(k, word);
    const debugged =
      object.kind === 'Node' ? debugNode : object.kind !== 'Pod' ? undefined : flags.string('copy-to') ? debugCopy : debugPod;
    if (!debugged) throw failure(`"${object.apiVersion?.replace(/^(?!.*\/)/, '/')}, Kind=${object.kind}" not supported by debug`);
    const { pod, container } = await debugged(call, object, custom ? { ...profile, custom } : profile);
    const attaching = flags.changed('attach') ? flags.bool('attach') : flags.bool('stdin');
    if (attaching && container) await session(call, pod, container);
  }
  return 0;
}

async function validate({ k, flags, args, dashAt }: Invocation, words: readonly string[]): Promise<void> {
  const image = flags.string('image');
  const commanded = dashAt >= 0 && args.length > dashAt;
  if (flags.bool('attach') && flags.changed('attach') && !image && !flags.string('container'))
    throw failure('you must specify --container or create a new container using --image in order to attach.');
  const images = pairsOf(flags.list('set-image'));
  if (flags.string('copy-to')) {
    if (!image && images.length === 0 && !commanded) throw failure('you must specify --image, --set-image or command arguments.');
    if (commanded && !flags.string('container') && !image)
      throw failure('you must specify an existing container or a new image when specifying args.');
  } else {
    const alone = ['replace', 'same-node', 'set-image'].find((name) => (name === 'set-image' ? images.length > 0 : flags.bool(name)));
    if (alone) throw failure(`--${alone} may only be used with --copy-to.`);
    if (!image) throw failure('you must specify --image when not using --copy-to.');
  }
  if (image && !imageName.test(image)) throw failure(`invalid image name "${image}": invalid reference format`);
  if (words.length === 0) throw failure('NAME or filename is required for debug');
  const policy = flags.string('image-pull-policy');
  if (policy && !['Always', 'IfNotPresent', 'Never'].includes(policy)) throw failure(`invalid image pull policy: ${policy}`);
  for (const { name, value } of images)
    if (!imageName.test(value)) throw failure(`invalid image name "${value}" for container "${name}": invalid reference format`);
  const target = flags.string('target');
  if (target && flags.string('copy-to')) throw failure('--target is incompatible with --copy-to. Use --share-processes instead.');
  if (target && !flags.bool('quiet')) {
    await k.out(
      `Targeting container "${target}". If you don't see processes from this container it may be because the container runtime doesn't support this feature.\n`,
    );
  }
  if (flags.bool('tty') && !flags.bool('stdin')) throw failure('-i/--stdin is required for containers with -t/--tty=true');
  if (flags.string('profile') === 'legacy') {
    const advice = 'It is recommended to specify other profile, for example "--profile=general".';
    await k.err(`--profile=legacy is deprecated and planned to be removed in v1.39. ${advice}\n`);
  }
}

/** -f: the objects that files name. */
async function wordsOfFiles({ k, flags }: Invocation): Promise<string[]> {
  const found = await fileTargets(k, await readManifests(k, flags.list('filename')));
  return found.flatMap((target) => (target.kind === 'file' ? [`${target.mapping.resource}/${target.name}`] : []));
}

const fixed = ['name', 'command', 'image', 'lifecycle', 'volumeDevices'];

/** --custom: fields that the debugging container gets besides. */
async function customOf({ k, flags }: Invocation): Promise<Fields | undefined> {
  const path = flags.string('custom');
  if (!path) return undefined;
  let text: string;
  try {
    text = await readFile(k.proc, path);
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    throw failure(`must pass a container spec json file for custom profile: open ${path}: ${error.message.toLowerCase()}`);
  }
  const [spec] = documents(text);
  if (!isFields(spec)) throw failure(`${path} does not contain a valid container spec`);
  if (fixed.some((field) => spec[field] !== undefined))
    throw failure('name, command, image, lifecycle and volume devices are not modifiable via custom profile');
  return spec;
}

/** Adds an ephemeral container to a pod. */
async function debugPod(call: Invocation, pod: KubeObject, profile: Profile): Promise<Debugged> {
  const { k, flags } = call;
  const name = await containerName(call, pod);
  const target = flags.string('target');
  const container = customised(profile, {
    ...containerOfFlags(call, name),
    ...(profile.security ? { securityContext: profile.security } : {}),
    ...(target ? { targetContainerName: target } : {}),
  });
  await warnOfUser(k, pod, container);
  const mapping = (await k.mapper()).need('pods');
  const body = goJson({ spec: { ephemeralContainers: [...listAt(pod, 'spec', 'ephemeralContainers'), container] } });
  const path = k.path(mapping, pod.metadata.namespace, pod.metadata.name, 'ephemeralcontainers');
  const patched = await k.json<KubeObject>('PATCH', path, { body, contentType: 'application/strategic-merge-patch+json' });
  return { pod: patched, container: name };
}

/** Makes a pod on the node, in the node's namespaces and with its files in /host as the profile has it. */
async function debugNode(call: Invocation, node: KubeObject, profile: Profile): Promise<Debugged> {
  const { k, flags } = call;
  const container = flags.string('container') || 'debugger';
  const name = `node-debugger-${node.metadata.name}-${suffix(k)}`;
  if (!flags.bool('quiet')) await k.out(`Creating debugging pod ${name} with container ${container} on node ${node.metadata.name}.\n`);
  const security = profile.nodeSecurity === undefined ? profile.security : profile.nodeSecurity;
  const made = customised(profile, {
    ...containerOfFlags(call, container),
    ...(security ? { securityContext: security } : {}),
    ...(profile.hostRoot ? { volumeMounts: [{ mountPath: '/host', name: 'host-root' }] } : {}),
  });
  const pod = {
    kind: 'Pod',
    apiVersion: 'v1',
    metadata: { name, labels: { 'app.kubernetes.io/managed-by': 'kubectl-debug' } },
    spec: {
      containers: [made],
      nodeName: node.metadata.name,
      restartPolicy: 'Never',
      tolerations: [{ operator: 'Exists' }],
      ...(profile.hostNamespaces ? { hostNetwork: true, hostPID: true, hostIPC: true } : {}),
      ...(profile.hostRoot ? { volumes: [{ name: 'host-root', hostPath: { path: '/' } }] } : {}),
    },
    status: {},
  };
  const mapping = (await k.mapper()).need('pods');
  const created = await k.json<KubeObject>('POST', k.path(mapping, await k.namespace()), { body: goJson(pod) });
  return { pod: created, container };
}

/** Attaches once the container runs, however long that takes; prints its log when it has ended by then. */
async function session({ k, flags }: Invocation, pod: KubeObject, container: string): Promise<void> {
  const quiet = flags.bool('quiet');
  const stateOf = (one: KubeObject): Fields => {
    const statuses = ['initContainerStatuses', 'containerStatuses', 'ephemeralContainerStatuses'].flatMap((list) =>
      listAt(one, 'status', list),
    );
    return fieldsAt(
      statuses.find((status) => status.name === container),
      'state',
    );
  };
  const started = await waitForPod(k, pod.metadata.name ?? '', 0, async (one) => {
    const state = stateOf(one);
    if (state.running || state.terminated) return true;
    const why = textAt(state, 'waiting', 'message');
    if (why && !quiet) await k.printWarning(`container ${container}: ${why}`);
    return false;
  });
  if (!started) throw new CommandError('Error from server (NotFound): pods "" not found');
  if (stateOf(started).terminated) return printLog(k, started, container);
  await attachOrLog(k, started, container, { stdin: flags.bool('stdin'), tty: flags.bool('tty'), quiet });
}
