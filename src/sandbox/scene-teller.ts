import type { HostTime } from '../clock';
import { gather } from './gather';
import type { SandboxEvent } from './protocol';
import type { SceneSources, SceneWatch } from './scene';

const lookDelayMs = 120;

/** Tells of the scene while it is watched: soon after each change, one look at a time, and only of what is new. */
export function sceneTeller(
  sources: SceneSources,
  time: HostTime,
  onEvent: (event: SandboxEvent) => void,
  fault: (error: unknown) => void,
): { readonly watch: (on: boolean) => void; readonly look: () => void } {
  let watched: Promise<SceneWatch> | undefined;
  let told = '';
  const tell = async (): Promise<void> => {
    const mine = watched;
    const scene = await (await mine)?.now();
    if (!scene || watched !== mine) return;
    const text = JSON.stringify({ ...scene, atMs: 0 });
    if (text === told) return;
    told = text;
    onEvent({ type: 'scene', scene });
  };
  let telling: Promise<void> = Promise.resolve();
  const lookSoon = gather(time, lookDelayMs, () => (telling = telling.then(tell).catch(fault)));
  const look = (): void => {
    if (watched) lookSoon();
  };
  return {
    look,
    watch(on) {
      if (on === (watched !== undefined)) return;
      void watched?.then((scene) => scene.close());
      told = '';
      watched = on ? import('./scene').then(({ SceneWatch }) => new SceneWatch(sources, look)) : undefined;
      watched?.catch(fault);
      look();
    },
  };
}
