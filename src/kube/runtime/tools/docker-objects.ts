import { argvOf } from '../environment';
import { familiarName } from '../reference';
import { DaemonError } from './docker-context';
import type { Container, Image, PodSandbox, Runtime } from '../types';
import type { Task } from '../../../kernel';

/**
 * What docker shows of the node: a container for every pod sandbox (its pause process) and every container of a pod,
 * under the names the kubelet gave them when docker was its runtime: `k8s_POD_pod_namespace_uid_attempt`.
 */
export interface DockerContainer {
  readonly id: string;
  readonly name: string;
  /** As `docker ps` shows it: pause by its tag, the others by their image's id. */
  readonly image: string;
  readonly imageObject: Image;
  readonly argv: readonly string[];
  readonly createdMs: number;
  readonly startedMs: number;
  readonly finishedMs: number;
  readonly running: boolean;
  readonly started: boolean;
  readonly exitCode: number;
  readonly task: Task | undefined;
  readonly container: Container | undefined;
  readonly sandbox: PodSandbox | undefined;
}

export function dockerContainers(runtime: Runtime): DockerContainer[] {
  const sandboxes = runtime.listPodSandboxes();
  const all: DockerContainer[] = sandboxes.map((sandbox) => ({
    id: sandbox.id,
    name: `k8s_POD_${sandbox.config.name}_${sandbox.config.namespace}_${sandbox.config.uid}_${sandbox.config.attempt}`,
    image: familiarName(sandbox.image.tags[0] ?? ''),
    imageObject: sandbox.image,
    argv: [...sandbox.image.config.entrypoint, ...sandbox.image.config.cmd],
    createdMs: sandbox.createdMs,
    startedMs: sandbox.createdMs,
    finishedMs: sandbox.createdMs,
    running: sandbox.state === 'Ready',
    started: true,
    exitCode: 0,
    task: sandbox.task,
    container: undefined,
    sandbox,
  }));
  for (const container of runtime.listContainers()) {
    const { config, image } = container;
    const pod = sandboxes.find((s) => s.id === container.sandboxId)?.config;
    all.push({
      id: container.id,
      name: pod ? `k8s_${config.name}_${pod.name}_${pod.namespace}_${pod.uid}_${config.attempt}` : config.name,
      image: pod ? image.id.slice(0, 12) : familiarName(config.image),
      imageObject: image,
      argv: argvOf(config, image),
      createdMs: container.createdMs,
      startedMs: container.startedMs,
      finishedMs: container.finishedMs,
      running: container.state === 'Running',
      started: container.state !== 'Created',
      exitCode: container.exitCode,
      task: container.task,
      container,
      sandbox: undefined,
    });
  }
  return all.sort((a, b) => b.createdMs - a.createdMs);
}

/** By name, id, or the start of an id. Throws when several ids start so. */
export function findContainer(runtime: Runtime, reference: string): DockerContainer | undefined {
  const all = dockerContainers(runtime);
  const exact = all.find((c) => c.name === reference.replace(/^\//, '') || c.id === reference);
  if (exact || !reference) return exact;
  const [found, ...more] = all.filter((c) => c.id.startsWith(reference));
  if (more.length) throw new DaemonError(`multiple IDs found with provided prefix: ${reference}`);
  return found;
}
