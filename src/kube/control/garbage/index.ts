import type { Clock } from '../../../clock';
import type { ApiClient, KubeObject, OwnerReference } from '../../api';
import { servedResources, type Served } from '../discovery';
import { Informer } from '../informer';
import { startCollector } from './collector';

const groupOf = (groupVersion: string): string => (groupVersion.includes('/') ? groupVersion.slice(0, groupVersion.indexOf('/')) : '');

/** Watches all that can be deleted and collects garbage of it. What `shared` informers watch already is not watched twice. */
export function startGarbageCollection(clock: Clock, client: ApiClient, shared: readonly Informer<KubeObject>[]): () => void {
  const kinds = new Map<string, Served>();
  const own: Informer<KubeObject>[] = [];
  let stopped = false;
  const collector = startCollector(clock, client, ({ apiVersion, kind }: OwnerReference) => kinds.get(`${groupOf(apiVersion)}/${kind}`));

  const monitor = (informer: Informer<KubeObject>): void => {
    const { ref } = informer;
    informer.on({
      added: (object) => collector.seen(object, ref),
      updated: (object, old) => collector.seen(object, ref, old),
      deleted: (object) => collector.gone(object),
    });
    for (const object of informer.list()) collector.seen(object, ref);
  };

  const start = async (): Promise<void> => {
    for (const served of await servedResources(client)) kinds.set(`${groupOf(served.ref.groupVersion)}/${served.kind}`, served);
    const isShared = new Map(shared.map((informer) => [`${informer.ref.groupVersion}/${informer.ref.resource}`, informer]));
    for (const { ref, kind, verbs } of kinds.values()) {
      if (stopped || ref.resource === 'events' || !verbs.includes('delete') || !verbs.includes('watch')) continue;
      const known = isShared.get(`${ref.groupVersion}/${ref.resource}`);
      const informer = known ?? new Informer<KubeObject>(client, clock, ref, kind);
      monitor(informer);
      if (known) continue;
      own.push(informer);
      void informer.start();
    }
  };
  void start();
  return () => {
    stopped = true;
    collector.stop();
    for (const informer of own) informer.stop();
  };
}
