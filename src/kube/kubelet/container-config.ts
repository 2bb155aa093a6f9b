import type { Container, Pod } from '../api';
import type { ContainerConfig, ContainerMount, NodeFiles } from '../runtime';
import { ConfigError, containerEnvironment, expand, type ValueSource } from './environment';
import type { EventSink } from './event-sink';
import { hostsFile } from './pod-dns';
import { containerResources } from './resources';
import type { VolumeManager } from './volume-manager';

/** What an image says that the Pod leaves open. */
export interface ImageDefaults {
  readonly user: string;
}

/** Directory of a pod's logs on the node. */
export const logDirectory = (pod: Pod): string => `/var/log/pods/${pod.metadata.namespace}_${pod.metadata.name}_${pod.metadata.uid}`;

/** The configuration of one container, all references resolved. Throws ConfigError. */
export async function containerConfig(options: {
  pod: Pod;
  container: Container;
  attempt: number;
  source: ValueSource;
  volumes: VolumeManager;
  files: NodeFiles;
  events: EventSink;
  image: ImageDefaults;
  podIp: string;
  /** Of the node. */
  memoryBytes: number;
}): Promise<ContainerConfig> {
  const { pod, container, attempt, volumes, image } = options;
  const env = await containerEnvironment(container, pod, options.source, (names, kind, object) =>
    options.events.record(
      pod,
      'Warning',
      'InvalidEnvironmentVariableNames',
      `Keys [${names.join(', ')}] from the EnvFrom ${kind.toLowerCase()} ${object} were skipped since they are considered invalid environment variable names.`,
      container.name,
    ),
  );
  const variables = new Map(env);
  const podSecurity = pod.spec.securityContext ?? {};
  const security = container.securityContext ?? {};
  const uid = security.runAsUser ?? podSecurity.runAsUser;
  const gid = security.runAsGroup ?? podSecurity.runAsGroup;
  if (security.runAsNonRoot ?? podSecurity.runAsNonRoot) {
    const who = `pod: "${pod.metadata.name}_${pod.metadata.namespace}(${pod.metadata.uid})", container: ${container.name}`;
    if (uid === 0) throw new ConfigError(`container's runAsUser breaks non-root policy (${who})`);
    if (uid === undefined && /^(0|root)?(:|$)/.test(image.user))
      throw new ConfigError(`container has runAsNonRoot and image will run as root (${who})`);
    if (uid === undefined && !/^\d+/.test(image.user))
      throw new ConfigError(
        `container has runAsNonRoot and image has non-numeric user (${image.user.split(':')[0]}), cannot verify user is non-root (${who})`,
      );
  }
  return {
    name: container.name,
    attempt,
    image: container.image ?? '',
    command: (container.command ?? []).map((c) => expand(c, variables)),
    args: (container.args ?? []).map((a) => expand(a, variables)),
    env,
    workingDir: container.workingDir ?? '',
    mounts: [...(await volumeMounts(pod, container, volumes, variables, options.files)), ...(await ownFiles(options))],
    stdin: container.stdin ?? false,
    stdinOnce: container.stdinOnce ?? false,
    tty: container.tty ?? false,
    ...(uid !== undefined && { uid }),
    ...(gid !== undefined && { gid }),
    supplementalGroups: [...(podSecurity.supplementalGroups ?? []), ...(podSecurity.fsGroup !== undefined ? [podSecurity.fsGroup] : [])],
    addCapabilities: security.capabilities?.add ?? [],
    dropCapabilities: security.capabilities?.drop ?? [],
    privileged: security.privileged ?? false,
    noNewPrivileges: security.allowPrivilegeEscalation === false,
    seccomp: !security.privileged && ((security.seccompProfile ?? podSecurity.seccompProfile)?.type ?? 'Unconfined') !== 'Unconfined',
    readOnlyRootfs: security.readOnlyRootFilesystem ?? false,
    labels: {
      'io.kubernetes.container.name': container.name,
      'io.kubernetes.pod.name': pod.metadata.name ?? '',
      'io.kubernetes.pod.namespace': pod.metadata.namespace ?? '',
      'io.kubernetes.pod.uid': pod.metadata.uid ?? '',
    },
    annotations: {
      'io.kubernetes.container.restartCount': String(attempt),
      'io.kubernetes.container.terminationMessagePath': container.terminationMessagePath ?? '/dev/termination-log',
      'io.kubernetes.container.terminationMessagePolicy': container.terminationMessagePolicy ?? 'File',
      'io.kubernetes.pod.terminationGracePeriod': String(pod.spec.terminationGracePeriodSeconds ?? 30),
    },
    logPath: `${logDirectory(pod)}/${container.name}/${attempt}.log`,
    resources: containerResources(pod, container, options.memoryBytes),
  };
}

async function volumeMounts(
  pod: Pod,
  container: Container,
  volumes: VolumeManager,
  env: ReadonlyMap<string, string>,
  files: NodeFiles,
): Promise<ContainerMount[]> {
  const mounts: ContainerMount[] = [];
  for (const mount of container.volumeMounts ?? []) {
    const volume = pod.spec.volumes?.find((v) => v.name === mount.name);
    if (!volume) continue;
    const base = volumes.path(pod, volume);
    const sub = mount.subPathExpr ? expand(mount.subPathExpr, env) : mount.subPath;
    // "Create the sub path now because if it's auto-created later … it may have an incorrect ownership and mode"
    if (sub && !files.exists(`${base}/${sub}`)) files.makeDirectory(`${base}/${sub}`);
    mounts.push({
      hostPath: sub ? await files.resolve(`${base}/${sub}`) : base,
      // A relative path starts at the container's root.
      containerPath: mount.mountPath.startsWith('/') ? mount.mountPath : `/${mount.mountPath}`,
      readOnly: mount.readOnly === true || Boolean(volume.secret ?? volume.configMap ?? volume.projected ?? volume.downwardAPI),
    });
  }
  return mounts;
}

/** A name of eight hexadecimal digits, for each text another (FNV-1a). */
const eightDigits = (text: string): string =>
  [...text].reduce((hash, char) => Math.imul(hash ^ char.charCodeAt(0), 0x01000193) >>> 0, 0x811c9dc5).toString(16).padStart(8, '0'); // prettier-ignore

/** /etc/hosts and the termination log, which the kubelet makes for each container. */
async function ownFiles({
  pod,
  container,
  attempt,
  volumes,
  files,
  podIp,
}: Parameters<typeof containerConfig>[0]): Promise<ContainerMount[]> {
  const dir = volumes.podDirectory(pod.metadata.uid ?? '');
  const termination = `${dir}/containers/${container.name}/${eightDigits(`${pod.metadata.uid}/${container.name}/${attempt}`)}`;
  const mounts: ContainerMount[] = [
    { hostPath: `${dir}/etc-hosts`, containerPath: '/etc/hosts', readOnly: false },
    { hostPath: termination, containerPath: container.terminationMessagePath ?? '/dev/termination-log', readOnly: false },
  ];
  await files.write(`${dir}/etc-hosts`, hostsFile(pod, podIp, (await files.readText('/etc/hosts')) ?? ''));
  await files.write(termination, '', 0o666);
  return mounts.filter((m) => !container.volumeMounts?.some((v) => v.mountPath === m.containerPath));
}
