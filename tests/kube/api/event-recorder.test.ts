import { expect, test } from 'vitest';
import { ApiClient, EventRecorder, referenceTo, type Pod } from '../../../src/kube/api';
import { createServer } from '../../../src/kube/server';
import { FakeClock } from '../server/fake-clock';

const pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web', namespace: 'default', uid: 'u' },
  spec: { containers: [{ name: 'a' }] },
};

test('of one reason 25 events about an object are written, the others are counted; other reasons have their own 25', async () => {
  const clock = new FakeClock();
  const client = new ApiClient(createServer({ clock }).handle, 'test');
  const recorder = new EventRecorder({ client, clock, component: 'kubelet', host: 'node' });
  const about = referenceTo(pod as unknown as Pod, 'a');
  const tell = (reason: string, times: number): void => {
    for (let i = 0; i < times; i++) recorder.event(about, 'Warning', reason, 'again');
  };
  const counts = async (): Promise<Record<string, number>> => {
    await recorder.flush();
    const { items } = await client.list({ groupVersion: 'v1', resource: 'events' }, { namespace: 'default' });
    return Object.fromEntries(items.map((event) => [event['reason'] as string, event['count'] as number]));
  };
  tell('BackOff', 40);
  tell('Pulled', 12);
  expect(await counts()).toEqual({ BackOff: 25, Pulled: 12 });
  // one more may be written five minutes later, with all that came between
  await clock.advance(301_000);
  tell('BackOff', 1);
  expect(await counts()).toEqual({ BackOff: 41, Pulled: 12 });
});
