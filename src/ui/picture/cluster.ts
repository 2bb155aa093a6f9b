import type { Scene, SceneContainer, ScenePod, SceneSecret } from '../../sandbox/protocol';
import type { IconName } from '../parts/icons';
import type { Tag } from './tree';

export type Tone = 'run' | 'wait' | 'done' | 'fail';

/** How many objects, keys or files are named; the others are counted. */
export const mostNamed = 4;
export const toneIcon: Readonly<Record<Tone, IconName>> = { run: 'run', wait: 'wait', done: 'done', fail: 'fail' };
const failing = /Err|Error|Crash|BackOff|Invalid|OOM|Failed|Evicted|Unknown/;
const tags: readonly Tag[] = ['a', 'b', 'c'];

/** Of a word that `kubectl get pods` shows, or a container's reason. */
export function toneOf(status: string): Tone {
  if (status === 'Running') return 'run';
  if (status === 'Completed' || status === 'Succeeded') return 'done';
  return failing.test(status) ? 'fail' : 'wait';
}

export function containerTone({ state, exitCode, reason = '' }: SceneContainer): Tone {
  if (state === 'running') return 'run';
  if (state === 'terminated') return exitCode === 0 ? 'done' : 'fail';
  return toneOf(reason);
}

export const tagOf = ({ pods }: Scene, pod: ScenePod): Tag => tags[pods.indexOf(pod) % tags.length]!;

/** The Secrets that a Pod names, each once. */
export function namedSecrets({ volumes, containers }: ScenePod): readonly string[] {
  const names = [
    ...volumes.flatMap(({ secret }) => secret ?? []),
    ...containers.flatMap(({ variables }) => variables.map(({ secret }) => secret)),
  ];
  return [...new Set(names)];
}

export const secretOf = ({ secrets }: Scene, pod: ScenePod, name: string | undefined): SceneSecret | undefined =>
  secrets.find((secret) => secret.name === name && secret.namespace === pod.namespace);

/** The files that a volume has of a Secret; undefined: it has none, or the Secret is not there. */
export function filesIn(scene: Scene, pod: ScenePod, { secret, items }: ScenePod['volumes'][number]): readonly string[] | undefined {
  const found = secretOf(scene, pod, secret);
  return found && (items?.map(({ path }) => path) ?? Object.keys(found.data));
}

/** The one made last. */
export const newestPod = ({ pods }: Scene): ScenePod | undefined =>
  pods.reduce<ScenePod | undefined>((last, pod) => ((pod.life[0]?.atMs ?? 0) >= (last?.life[0]?.atMs ?? 0) ? pod : last), undefined);
