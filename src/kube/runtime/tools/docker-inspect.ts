import { rfc3339Nano } from '../cri-log';
import { imageRef } from '../image-store';
import type { DockerContext } from './docker';
import { findContainer, type DockerContainer } from './docker-objects';

const zeroTime = '0001-01-01T00:00:00Z';

function describe(container: DockerContainer): object {
  const { task, container: own, sandbox } = container;
  return {
    Id: container.id,
    Created: rfc3339Nano(container.createdMs),
    Path: container.argv[0] ?? '',
    Args: container.argv.slice(1),
    State: {
      Status: container.running ? 'running' : container.started ? 'exited' : 'created',
      Running: container.running,
      Paused: false,
      Restarting: false,
      OOMKilled: false,
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
    RestartCount: 0,
    Driver: 'overlay2',
    Platform: 'linux',
    HostConfig: {
      NetworkMode: sandbox ? 'none' : `container:${own?.sandboxId}`,
      IpcMode: sandbox ? 'shareable' : `container:${own?.sandboxId}`,
      PidMode: '',
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
      Hostname: sandbox?.config.hostname ?? '',
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
  };
}

/** `{{.State.Pid}}`: a path into the object; other actions are refused. */
function format(template: string, object: object): string {
  return template.replace(/\{\{\s*(?:(json)\s+)?\.([\w.]*)\s*\}\}/g, (_, json: string | undefined, path: string) => {
    const value = path
      .split('.')
      .filter(Boolean)
      .reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], object);
    return json || typeof value === 'object' ? JSON.stringify(value) : String(value ?? '<no value>');
  });
}

export async function dockerInspect({ runtime, operands, value, out, err }: DockerContext): Promise<number> {
  const found: object[] = [];
  let code = 0;
  for (const name of operands) {
    const container = findContainer(runtime, name);
    const image = container ? undefined : runtime.imageStatus(name);
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
  if (template !== undefined) await out(found.map((object) => `${format(template, object)}\n`).join(''));
  else await out(`${JSON.stringify(found, undefined, 4)}\n`);
  return code;
}
