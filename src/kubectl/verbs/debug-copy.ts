import type { KubeObject } from '../../kube/api';
import type { Invocation } from '../command';
import { failure } from '../errors';
import type { Flag } from '../flags';
import { type Fields, fieldsAt, goJson, listAt } from '../value';
import { containerName, containerOfFlags, type Debugged, pairsOf, type Profile, warnOfUser } from './debug-container';

export const copyFlags: Flag[] = [
  { name: 'copy-to', kind: 'string', usage: 'Create a copy of the target Pod with this name.' },
  { name: 'replace', kind: 'bool', usage: 'With --copy-to: delete the original Pod.' },
  { name: 'same-node', kind: 'bool', usage: 'With --copy-to: put the copy on the same node.' },
  { name: 'set-image', kind: 'map', usage: 'With --copy-to: name=image pairs that change images; * is every container.' },
  { name: 'share-processes', kind: 'bool', value: 'true', usage: 'With --copy-to: share the process namespace in the copy.' },
  { name: 'keep-annotations', kind: 'bool', usage: "With --copy-to: keep the pod's annotations." },
  { name: 'keep-init-containers', kind: 'bool', value: 'true', usage: 'With --copy-to: run the init containers too.' },
  { name: 'keep-labels', kind: 'bool', usage: "With --copy-to: keep the pod's labels." },
  { name: 'keep-liveness', kind: 'bool', usage: 'With --copy-to: keep the liveness probes.' },
  { name: 'keep-readiness', kind: 'bool', usage: 'With --copy-to: keep the readiness probes.' },
  { name: 'keep-startup', kind: 'bool', usage: 'With --copy-to: keep the startup probes.' },
];

/** Makes a copy of a pod with a container added or changed; images alone may be changed too. */
export async function debugCopy(call: Invocation, pod: KubeObject, profile: Profile): Promise<Debugged> {
  const { k, flags } = call;
  const { spec, container } = await copyOf(call, pod, profile);
  const legacy = flags.string('profile') === 'legacy';
  const { labels, annotations, namespace } = pod.metadata;
  const onlyImages = container === undefined;
  const copy = {
    kind: 'Pod',
    apiVersion: 'v1',
    metadata: {
      name: flags.string('copy-to'),
      namespace,
      ...(labels && (onlyImages || (flags.bool('keep-labels') && !legacy)) ? { labels } : {}),
      ...(annotations && (onlyImages || legacy || flags.bool('keep-annotations')) ? { annotations } : {}),
    },
    spec,
    status: {},
  };
  if (container) await warnOfUser(k, pod, container);
  const mapping = (await k.mapper()).need('pods');
  const created = await k.json<KubeObject>('POST', k.path(mapping, namespace), { body: goJson(copy) });
  if (flags.bool('replace')) {
    const body = JSON.stringify({ kind: 'DeleteOptions', apiVersion: 'v1', gracePeriodSeconds: 0 });
    await k.text('DELETE', k.path(mapping, namespace, pod.metadata.name), { body });
  }
  return { pod: created, container: String(container?.name ?? '') };
}

async function copyOf(call: Invocation, pod: KubeObject, profile: Profile): Promise<{ spec: Fields; container?: Fields }> {
  const { flags, args, dashAt } = call;
  const spec: Record<string, unknown> = { ...fieldsAt(pod, 'spec') };
  delete spec.ephemeralContainers;
  if (!flags.bool('same-node')) delete spec.nodeName;
  if (flags.changed('share-processes')) spec.shareProcessNamespace = flags.bool('share-processes');
  const images = new Map(pairsOf(flags.list('set-image')).map(({ name, value }) => [name, value]));
  const containers = listAt(pod, 'spec', 'containers').map((each): Fields => {
    const image = images.get(String(each.name)) ?? images.get('*');
    return image === undefined ? each : { ...each, image };
  });
  const found = containers.findIndex((each) => each.name === flags.string('container'));
  if (found < 0 && !flags.string('image')) {
    if (images.size === 0) throw failure('you must specify image when creating new container');
    return { spec: { ...spec, containers } };
  }
  const old: Fields = containers[found] ?? {};
  const { resources, terminationMessagePolicy, ...wanted } = containerOfFlags(
    call,
    found < 0 ? await containerName(call, pod) : String(old.name),
  );
  const base: Record<string, unknown> = found < 0 ? { resources, terminationMessagePolicy } : { ...old };
  if (dashAt >= 0 && args.length > dashAt && !flags.bool('arguments-only')) delete base.args;
  for (const field of ['stdin', 'tty']) delete base[field];
  if (!wanted.image) delete wanted.image;
  const securityContext = securityOf(profile, fieldsAt(base, 'securityContext'));
  delete base.securityContext;
  const container: Fields = { ...base, ...wanted, ...(securityContext ? { securityContext } : {}) };
  const all = found < 0 ? [...containers, container] : containers.map((each, i) => (i === found ? container : each));
  if (flags.string('profile') === 'legacy') return { spec: { ...spec, containers: all }, container };
  if (!flags.bool('keep-init-containers')) delete spec.initContainers;
  spec.shareProcessNamespace ??= true;
  return { spec: { ...spec, containers: all.map((each) => withoutProbes(call, each)) }, container };
}

function securityOf({ security, clear }: Profile, own: Fields): Fields | undefined {
  const before = clear ? {} : own;
  const add = [before, security].flatMap((each) => (fieldsAt(each, 'capabilities').add as string[] | undefined) ?? []);
  const capabilities = { ...fieldsAt(before, 'capabilities'), ...fieldsAt(security, 'capabilities'), ...(add.length > 0 ? { add } : {}) };
  const merged = { ...before, ...security, ...(Object.keys(capabilities).length > 0 ? { capabilities } : {}) };
  return Object.keys(merged).length > 0 ? merged : undefined;
}

function withoutProbes({ flags }: Invocation, container: Fields): Fields {
  const kept: Record<string, unknown> = { ...container };
  for (const kind of ['liveness', 'readiness', 'startup']) if (!flags.bool(`keep-${kind}`)) delete kept[`${kind}Probe`];
  return kept;
}
