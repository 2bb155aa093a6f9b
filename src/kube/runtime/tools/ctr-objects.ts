import { imageRef } from '../image-store';
import type { Container, PodSandbox, Runtime } from '../types';
import type { Task } from '../../../kernel';
import { containerDetails, sandboxDetails, type Json } from './crictl-inspect';

/** A container as containerd has it: every pod sandbox is one of its own. */
export interface CtrContainer {
  readonly id: string;
  readonly image: string;
  readonly createdMs: number;
  /** While it runs: the task of one that has ended is deleted by the CRI plugin. */
  readonly task: Task | undefined;
  readonly container: Container | undefined;
  readonly sandbox: PodSandbox | undefined;
}

/** The namespaces of containerd that are in use. */
export function namespaces(runtime: Runtime): string[] {
  return runtime.listContainers().some(({ sandboxId }) => !sandboxId) ? ['k8s.io', 'moby'] : ['k8s.io'];
}

/** Those of a namespace, by id: `k8s.io` has the kubelet's, `moby` dockerd's. */
export function containersIn(runtime: Runtime, namespace: string): CtrContainer[] {
  const sandboxes = runtime.listPodSandboxes().map((sandbox): CtrContainer => ({
    id: sandbox.id,
    image: sandbox.image.tags[0] ?? '',
    createdMs: sandbox.createdMs,
    task: sandbox.state === 'Ready' ? sandbox.task : undefined,
    container: undefined,
    sandbox,
  }));
  const of = (container: Container): CtrContainer => ({
    id: container.id,
    image: container.image.tags[0] ?? '',
    createdMs: container.createdMs,
    task: container.state === 'Running' ? container.task : undefined,
    container,
    sandbox: runtime.listPodSandboxes().find(({ id }) => id === container.sandboxId),
  });
  const all = runtime.listContainers();
  const pods = namespace === 'k8s.io' ? [...sandboxes, ...all.filter(({ sandboxId }) => sandboxId).map(of)] : [];
  const lone = namespace === 'moby' ? all.filter(({ sandboxId }) => !sandboxId).map(of) : [];
  return [...pods, ...lone].sort((a, b) => (a.id < b.id ? -1 : 1));
}

const at = (value: Json | undefined, key: string): Json | undefined => (value as Record<string, Json> | undefined)?.[key];

/** `ctr containers info`: the record with its OCI specification. */
export function containerInfo(found: CtrContainer): object {
  const { container, sandbox } = found;
  const info = container ? containerDetails(container, sandbox)['info'] : sandboxDetails(sandbox!)['info'];
  const kind = container ? 'container' : 'sandbox';
  const created = new Date(found.createdMs).toISOString();
  return {
    ID: found.id,
    Labels: { ...(container ?? sandbox)?.config.labels, 'io.cri-containerd.kind': kind },
    Image: found.image,
    Runtime: { Name: 'io.containerd.runc.v2', Options: { type_url: 'containerd.runc.v1.Options' } },
    SnapshotKey: found.id,
    Snapshotter: 'overlayfs',
    CreatedAt: created,
    UpdatedAt: created,
    Extensions: {},
    ...(container?.sandboxId && { SandboxID: container.sandboxId }),
    Spec: at(info, 'runtimeSpec'),
  };
}

export interface Listing {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export const binary = (bytes: number): string => {
  const units = ['B', 'KiB', 'MiB', 'GiB'];
  let value = bytes;
  let unit = 0;
  for (; value >= 1024 && unit < units.length - 1; unit++) value /= 1024;
  return `${value.toFixed(1)} ${units[unit]}`;
};

/** The last cell of a row is no column of its own: it is not padded. */
export const listings: Readonly<Record<string, (runtime: Runtime, namespace: string) => Listing>> = {
  containers: (runtime, namespace) => ({
    head: ['CONTAINER', 'IMAGE', 'RUNTIME', ''],
    rows: containersIn(runtime, namespace).map((c) => [c.id, c.image, 'io.containerd.runc.v2', '']),
  }),
  tasks: (runtime, namespace) => ({
    head: ['TASK', 'PID', 'STATUS', ''],
    rows: containersIn(runtime, namespace).flatMap((c) => (c.task ? [[c.id, String(c.task.globalPid), 'RUNNING']] : [])),
  }),
  images: (runtime, namespace) => ({
    head: ['REF', 'TYPE', 'DIGEST', 'SIZE', 'PLATFORMS', 'LABELS', ''],
    rows: (namespace === 'k8s.io' ? runtime.listImages() : [])
      .flatMap((image) =>
        [...image.tags, imageRef(image), `sha256:${image.id}`].map((ref) => [
          ref,
          'application/vnd.oci.image.manifest.v1+json',
          `sha256:${image.digest}`,
          binary(image.sizeBytes),
          'linux/amd64',
          'io.cri-containerd.image=managed',
          '',
        ]),
      )
      .sort((a, b) => (a[0]! < b[0]! ? -1 : 1)),
  }),
  namespaces: (runtime) => ({ head: ['NAME', 'LABELS', ''], rows: namespaces(runtime).map((name) => [name, '', '']) }),
  snapshots: (runtime, namespace) => ({
    head: ['KEY', 'PARENT', 'KIND', ''],
    rows: [
      ...(namespace === 'k8s.io' ? runtime.listImages() : []).map((image) => [`sha256:${image.digest}`, '', 'Committed', '']),
      ...containersIn(runtime, namespace).map(({ id, container, sandbox }) => [
        id,
        `sha256:${(container?.image ?? sandbox?.image)?.digest ?? ''}`,
        'Active',
        '',
      ]),
    ].sort((a, b) => (a[0]! < b[0]! ? -1 : 1)),
  }),
};
