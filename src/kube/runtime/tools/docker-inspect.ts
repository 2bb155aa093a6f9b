import { rfc3339Nano } from '../cri-log';
import { imageRef } from '../image-store';
import type { DockerCommand, DockerContext } from './docker-context';
import { stateOf } from './docker-list';
import { findContainer, type DockerContainer } from './docker-objects';
import { templateFunctions } from './formats';

const zeroTime = '0001-01-01T00:00:00Z';

/** Whose namespace it is in: `container:ID`, `host`, or its own. */
function modeOf({ container }: DockerContainer, type: 'net' | 'ipc' | 'pid', own: string): string {
  if (!container) return own;
  if (container.sandboxId) return type === 'pid' ? '' : `container:${container.sandboxId}`;
  const at = container.config.joins?.[type];
  if (at === undefined) return own;
  return at === 'node' ? 'host' : at === 'none' ? 'none' : `container:${at}`;
}

function networkOf({ container, running }: DockerContainer): object {
  const ip = (running && container?.address) || '';
  const hex = ip.split('.').map((part) => Number(part).toString(16).padStart(2, '0'));
  const address = {
    Gateway: ip && '172.17.0.1',
    IPAddress: ip,
    IPPrefixLen: ip ? 16 : 0,
    MacAddress: ip && ['02', '42', ...hex].join(':'),
  };
  const publish = running ? (container?.config.publish ?? []) : [];
  const ports = publish.map((p) => [
    `${p.containerPort}/tcp`,
    ['0.0.0.0', '::'].map((HostIp) => ({ HostIp, HostPort: String(p.hostPort) })),
  ]);
  return { Ports: Object.fromEntries(ports), ...address, Networks: ip ? { bridge: address } : {} };
}

function describe(container: DockerContainer): object {
  const { task, container: own, sandbox } = container;
  return {
    Id: container.id,
    Created: rfc3339Nano(container.createdMs),
    Path: container.argv[0] ?? '',
    Args: container.argv.slice(1),
    State: {
      Status: stateOf(container),
      Running: container.running,
      Paused: false,
      Restarting: own?.isRestarting ?? false,
      OOMKilled: own?.reason === 'OOMKilled',
      Dead: false,
      Pid: container.running ? (task?.globalPid ?? 0) : 0,
      ExitCode: container.exitCode,
      Error: own?.message ?? '',
      StartedAt: container.started ? rfc3339Nano(container.startedMs) : zeroTime,
      FinishedAt: container.running || !container.started ? zeroTime : rfc3339Nano(container.finishedMs),
    },
    Image: `sha256:${container.imageObject.id}`,
    LogPath: own?.config.logPath ?? '',
    Name: `/${container.name}`,
    RestartCount: own?.restarts ?? 0,
    Driver: 'overlay2',
    Platform: 'linux',
    HostConfig: {
      NetworkMode: modeOf(container, 'net', sandbox ? 'none' : 'bridge'),
      PortBindings: Object.fromEntries(
        (own?.config.publish ?? []).map((p) => [`${p.containerPort}/tcp`, [{ HostIp: '', HostPort: String(p.hostPort) }]]),
      ),
      RestartPolicy: { Name: own?.config.restart?.name ?? 'no', MaximumRetryCount: own?.config.restart?.most ?? 0 },
      IpcMode: modeOf(container, 'ipc', 'shareable'),
      PidMode: modeOf(container, 'pid', ''),
      Memory: Number.isFinite(own?.resources.memoryLimitBytes) ? own?.resources.memoryLimitBytes : 0,
      ReadonlyRootfs: own?.config.readOnlyRootfs ?? true,
      Privileged: own?.config.privileged ?? false,
    },
    Mounts: (own?.config.mounts ?? []).map((m) => ({
      Type: 'bind',
      Source: m.hostPath,
      Destination: m.containerPath,
      Mode: m.readOnly ? 'ro' : '',
      RW: !m.readOnly,
      Propagation: 'rprivate',
    })),
    Config: {
      Hostname: sandbox?.config.hostname ?? own?.config.hostname ?? (own && !own.sandboxId ? own.id.slice(0, 12) : ''),
      User: container.imageObject.config.user,
      Tty: own?.config.tty ?? false,
      OpenStdin: own?.config.stdin ?? false,
      Env: own?.config.env.map(([name, value]) => `${name}=${value}`) ?? container.imageObject.config.env,
      Cmd: own ? own.config.args : container.imageObject.config.cmd,
      Image: imageRef(container.imageObject),
      WorkingDir: container.imageObject.config.workingDir || '/',
      Entrypoint: own?.config.command.length ? own.config.command : container.imageObject.config.entrypoint,
      Labels: own?.config.labels ?? sandbox?.config.labels ?? {},
    },
    NetworkSettings: networkOf(container),
  };
}

export async function dockerInspect({ runtime, formats, operands, value, out, err }: DockerContext): Promise<number> {
  const type = value('type');
  const found: object[] = [];
  let code = 0;
  for (const name of operands) {
    const container = type === 'image' ? undefined : findContainer(runtime, name);
    const image = container || type === 'container' ? undefined : runtime.imageStatus(name);
    if (container) found.push(describe(container));
    else if (image) {
      found.push({
        Id: `sha256:${image.id}`,
        RepoTags: image.tags,
        RepoDigests: [imageRef(image)],
        Created: rfc3339Nano(image.createdMs),
        Architecture: 'amd64',
        Os: 'linux',
        Size: image.sizeBytes,
        Config: {
          User: image.config.user,
          Env: image.config.env,
          Cmd: image.config.cmd,
          Entrypoint: image.config.entrypoint,
          WorkingDir: image.config.workingDir,
        },
      });
    } else {
      await err(`Error: No such object: ${name}\n`);
      code = 1;
    }
  }
  const template = value('format');
  if (template === undefined) {
    await out(`${JSON.stringify(found, undefined, 4)}\n`);
    return code;
  }
  try {
    for (const object of found)
      await out(`${template === 'json' ? JSON.stringify(object) : formats.template(template, object, templateFunctions)}\n`);
  } catch (error) {
    await err(`template parsing error: ${(error as Error).message}\n`);
    return 64;
  }
  return code;
}

export const inspectCommand: DockerCommand = {
  usage: 'NAME|ID [NAME|ID...]',
  summary: 'Return low-level information on Docker objects',
  also: ['container inspect', 'image inspect'],
  options: [
    { long: 'format', short: 'f', value: true, help: "Format output using a custom template:\n'json':             Print in JSON format\n'TEMPLATE':         Print output using the given Go template.\nRefer to https://docs.docker.com/go/formatting/ for more information about formatting output with templates" },
    { long: 'size', short: 's', help: 'Display total file sizes if the type is container' },
    { long: 'type', value: true, help: 'Only inspect objects of the given type' },
  ],
  operands: [1, Infinity],
  run: dockerInspect,
}; // prettier-ignore
