import type { Clock } from '../clock';
import { ApiClient, type ResourceRef, type Transport } from '../kube/api';

/** What lessons and the page's pictures are about. */
const watched: readonly ResourceRef[] = [
  { groupVersion: 'v1', resource: 'pods' },
  { groupVersion: 'v1', resource: 'secrets' },
];
const retryMs = 1000;

/** Calls back whenever one of the objects changes, as long as the sandbox lives. */
export function watchObjects(transport: Transport, clock: Clock, onChange: () => void): void {
  const client = new ApiClient(transport, 'pausebox');
  const follow = async (ref: ResourceRef): Promise<void> => {
    for (;;) {
      try {
        for await (const { type } of client.watch(ref)) if (type !== 'BOOKMARK') onChange();
      } catch {
        // the server ended it: watched anew below
      }
      await clock.sleep(retryMs);
    }
  };
  for (const ref of watched) void follow(ref);
}
