import type { ContainerMount } from './types';

export const criState = '/run/containerd/io.containerd.grpc.v1.cri';

/** A container's directory on the node. */
export const bundleOf = (id: string): string => `/run/containerd/io.containerd.runtime.v2.task/k8s.io/${id}`;

/** That of a container without a pod, which dockerd keeps. */
export const loneDirectory = (id: string): string => `/var/lib/docker/containers/${id}`;

/** What the CRI plugin keeps of a pod on the disk. */
export const sandboxDirectory = (id: string): string => `/var/lib/containerd/io.containerd.grpc.v1.cri/sandboxes/${id}`;

/** The files of it that are mounted into the pod's containers. */
export const sandboxFiles = (id: string): ContainerMount[] =>
  ['hostname', 'resolv.conf'].map((name) => ({
    hostPath: `${sandboxDirectory(id)}/${name}`,
    containerPath: `/etc/${name}`,
    readOnly: false,
  }));

/** Mounts whose place is not taken yet. */
export const notIn =
  (mounts: readonly ContainerMount[]) =>
  (mount: ContainerMount): boolean =>
    !mounts.some(({ containerPath }) => containerPath === mount.containerPath);
