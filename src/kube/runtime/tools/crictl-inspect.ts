import { rfc3339Nano } from '../cri-log';
import { imageRef } from '../image-store';
import { netnsPath } from '../pod-network';
import type { Container, ContainerResources, PodSandbox } from '../types';

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json | undefined };

/** JSON as crictl prints it: two blanks, keys in order. */
export function inspectJson(value: Json): string {
  const ordered = (v: Json | undefined): Json | undefined =>
    Array.isArray(v)
      ? v.map((each: Json) => ordered(each) ?? null)
      : v !== null && typeof v === 'object'
        ? Object.fromEntries(
            Object.entries(v)
              .sort(([a], [b]) => (a < b ? -1 : 1))
              .map(([key, each]) => [key, ordered(each)]),
          )
        : v;
  return `${JSON.stringify(ordered(value), undefined, 2)}\n`;
}

const never = '0001-01-01T00:00:00Z';
const time = (ms: number): string => (ms ? rfc3339Nano(ms) : never);
const runtime = { runtimeOptions: { binary_name: '/usr/bin/runc' }, runtimeType: 'io.containerd.runc.v2', snapshotter: 'overlayfs' };
const finite = (value: number): number | undefined => (Number.isFinite(value) && value !== 0 ? value : undefined);

const linuxResources = (resources: ContainerResources): { [key: string]: Json | undefined } => ({
  cpu_period: resources.cpuPeriodUs,
  cpu_quota: finite(resources.cpuQuotaUs),
  cpu_shares: finite(resources.cpuShares),
  memory_limit_in_bytes: finite(resources.memoryLimitBytes),
  oom_score_adj: finite(resources.oomScoreAdj),
});

/** A pod's network as the CNI plugins left it. */
function cniResult(sandbox: PodSandbox): Json {
  const gateway = sandbox.ip.replace(/\d+$/, '1');
  const path = netnsPath(sandbox);
  const hex = sandbox.ip.split('.').map((part) => Number(part).toString(16).padStart(2, '0'));
  const device = (mac: string, at: string, addresses: readonly (readonly [string, string])[] | null): Json => ({
    IPConfigs: addresses && addresses.map(([IP, Gateway]) => ({ Gateway, IP })),
    Mac: mac,
    PciID: '',
    Sandbox: at,
    SocketPath: '',
  });
  return {
    DNS: [{}, {}],
    Interfaces: {
      cni0: device('56:96:5d:e1:75:61', '', null),
      eth0: device(['0a', '58', ...hex].join(':'), path, [[sandbox.ip, gateway]]),
      lo: device('00:00:00:00:00:00', path, [['127.0.0.1', ''], ['::1', '']]), // prettier-ignore
      [`veth${sandbox.id.slice(-8)}`]: device(`fe:${hex.join(':')}:${sandbox.id.slice(0, 2)}`, '', null),
    },
    Routes: [{ dst: '0.0.0.0/0' }],
  };
}

/** The words of resolv.conf's lines with that keyword. */
function resolver(text: string, keyword: string): readonly string[] | undefined {
  const words = [...text.matchAll(new RegExp(`^${keyword} (.*)$`, 'gm'))].flatMap((m) => (m[1] ?? '').split(' '));
  return words.length ? words : undefined;
}

const modes: Readonly<Record<string, number>> = { pod: 0, container: 1, node: 2 };

export function sandboxDetails(sandbox: PodSandbox): { readonly [key: string]: Json | undefined } {
  const { config } = sandbox;
  const { pid, net, ipc } = config.namespaces;
  const metadata = { attempt: config.attempt || undefined, name: config.name, namespace: config.namespace, uid: config.uid };
  const annotations = {
    'io.kubernetes.cri.container-type': 'sandbox',
    'io.kubernetes.cri.podsandbox.image-name': sandbox.image.tags[0] ?? '',
    'io.kubernetes.cri.sandbox-cpu-period': '100000',
    'io.kubernetes.cri.sandbox-cpu-quota': '0',
    'io.kubernetes.cri.sandbox-cpu-shares': '2',
    'io.kubernetes.cri.sandbox-id': sandbox.id,
    'io.kubernetes.cri.sandbox-log-directory': logDirectory(sandbox),
    'io.kubernetes.cri.sandbox-memory': '0',
    'io.kubernetes.cri.sandbox-name': config.name,
    'io.kubernetes.cri.sandbox-namespace': config.namespace,
    'io.kubernetes.cri.sandbox-uid': config.uid,
  };
  const running = sandbox.state === 'Ready';
  return {
    info: {
      ...(net === 'pod' && { cniResult: cniResult(sandbox) }),
      config: {
        annotations: config.annotations,
        dns_config: {
          options: resolver(config.resolvConf, 'options'),
          searches: resolver(config.resolvConf, 'search'),
          servers: resolver(config.resolvConf, 'nameserver'),
        },
        hostname: config.hostname,
        labels: config.labels,
        linux: {
          cgroup_parent: config.cgroupParent,
          overhead: {},
          resources: { cpu_period: 100000, cpu_shares: 2 },
          security_context: {
            namespace_options: {
              pid: modes[pid] || undefined,
              network: modes[net] || undefined,
              ipc: modes[ipc] || undefined,
              userns_options: { mode: 2 },
            },
            seccomp: {},
          },
        },
        log_directory: logDirectory(sandbox),
        metadata,
      },
      image: sandbox.image.tags[0] ?? '',
      netNamespaceClosed: !running,
      pid: running ? sandbox.task.globalPid : 0,
      processStatus: running ? 'running' : 'deleted',
      ...runtime,
      runtimeSpec: {
        annotations,
        hostname: config.hostname,
        linux: { cgroupsPath: `${config.cgroupParent}/${sandbox.id}` },
        ociVersion: '1.2.1',
        process: { args: ['/pause'], cwd: '/', user: { gid: 65535, uid: 65535 } },
        root: { path: 'rootfs', readonly: true },
      },
      snapshotKey: sandbox.id,
    },
    status: {
      annotations: config.annotations,
      createdAt: rfc3339Nano(sandbox.createdMs),
      id: sandbox.id,
      labels: config.labels,
      linux: {
        namespaces: {
          options: { ipc: ipc.toUpperCase(), network: net.toUpperCase(), pid: pid.toUpperCase(), targetId: '', usernsOptions: null },
        },
      },
      metadata: { ...metadata, attempt: config.attempt },
      network: { additionalIps: [], ip: net === 'node' || !running ? '' : sandbox.ip },
      runtimeHandler: '',
      state: `SANDBOX_${sandbox.state.toUpperCase()}`,
    },
  };
}

const logDirectory = ({ config }: PodSandbox): string => `/var/log/pods/${config.namespace}_${config.name}_${config.uid}`;

export function containerDetails(container: Container, sandbox: PodSandbox | undefined): { readonly [key: string]: Json | undefined } {
  const { config, image } = container;
  const argv = [...config.command, ...config.args];
  const mounts = config.mounts.map(({ containerPath, hostPath, readOnly }) => ({ containerPath, hostPath, readOnly }));
  return {
    info: {
      config: {
        annotations: config.annotations,
        args: config.args.length ? config.args : undefined,
        command: config.command.length ? config.command : undefined,
        envs: config.env.map(([key, value]) => ({ key, value })),
        image: { image: image.id, user_specified_image: config.image },
        labels: config.labels,
        linux: { resources: linuxResources(container.resources), security_context: { privileged: config.privileged || undefined } },
        log_path: `${config.name}/${config.attempt}.log`,
        metadata: { attempt: config.attempt || undefined, name: config.name },
        mounts: mounts.map((m) => ({ container_path: m.containerPath, host_path: m.hostPath, readonly: m.readOnly || undefined })),
        stdin: config.stdin || undefined,
        tty: config.tty || undefined,
      },
      pid: container.state === 'Running' ? (container.task?.globalPid ?? 0) : 0,
      removing: false,
      ...runtime,
      runtimeSpec: {
        annotations: {
          'io.kubernetes.cri.container-name': config.name,
          'io.kubernetes.cri.container-type': 'container',
          'io.kubernetes.cri.image-name': image.tags[0] ?? '',
          'io.kubernetes.cri.sandbox-id': container.sandboxId,
          'io.kubernetes.cri.sandbox-name': sandbox?.config.name,
          'io.kubernetes.cri.sandbox-namespace': sandbox?.config.namespace,
          'io.kubernetes.cri.sandbox-uid': sandbox?.config.uid,
        },
        linux: { cgroupsPath: `${sandbox?.config.cgroupParent ?? '/docker'}/${container.id}` },
        ociVersion: '1.2.1',
        process: {
          args: argv.length ? argv : [...image.config.entrypoint, ...image.config.cmd],
          cwd: config.workingDir || image.config.workingDir || '/',
          env: config.env.map(([key, value]) => `${key}=${value}`),
          oomScoreAdj: container.resources.oomScoreAdj,
          terminal: config.tty || undefined,
          user: { additionalGids: container.user.groups, gid: container.user.gid, uid: container.user.uid },
        },
        root: { path: 'rootfs', readonly: config.readOnlyRootfs || undefined },
      },
      sandboxID: container.sandboxId,
      snapshotKey: container.id,
    },
    status: {
      annotations: config.annotations,
      createdAt: rfc3339Nano(container.createdMs),
      exitCode: container.exitCode,
      finishedAt: time(container.finishedMs),
      id: container.id,
      image: { annotations: {}, image: image.tags[0] ?? '', runtimeHandler: '', userSpecifiedImage: '' },
      imageId: `sha256:${image.id}`,
      imageRef: imageRef(image),
      labels: config.labels,
      logPath: config.logPath,
      message: container.message,
      metadata: { attempt: config.attempt, name: config.name },
      mounts: mounts.map((m) => ({
        containerPath: m.containerPath,
        gidMappings: [],
        hostPath: m.hostPath,
        image: null,
        imageSubPath: '',
        propagation: 'PROPAGATION_PRIVATE',
        readonly: m.readOnly,
        recursiveReadOnly: false,
        selinuxRelabel: false,
        uidMappings: [],
      })),
      reason: container.reason,
      resources: {
        linux: {
          cpuPeriod: String(container.resources.cpuPeriodUs),
          cpuQuota: String(finite(container.resources.cpuQuotaUs) ?? 0),
          cpuShares: String(container.resources.cpuShares),
          cpusetCpus: '',
          cpusetMems: '',
          hugepageLimits: [],
          memoryLimitInBytes: String(finite(container.resources.memoryLimitBytes) ?? 0),
          memorySwapLimitInBytes: String(finite(container.resources.memoryLimitBytes) ?? 0),
          oomScoreAdj: String(container.resources.oomScoreAdj),
          unified: {},
        },
        windows: null,
      },
      startedAt: time(container.startedMs),
      state: `CONTAINER_${container.state.toUpperCase()}`,
      stopSignal: 'SIGTERM',
      user: {
        linux: { gid: String(container.user.gid), supplementalGroups: container.user.groups.map(String), uid: String(container.user.uid) },
      },
    },
  };
}
