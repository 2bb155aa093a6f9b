import { expect, test } from 'vitest';
import type { ResourceQuota, Status } from '../../../src/kube/api';
import { workloads } from './workloads';

const quotas = { groupVersion: 'v1', resource: 'resourcequotas' };
const secrets = { groupVersion: 'v1', resource: 'secrets' };
const secret = (name: string) => ({ apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace: 'default' } });

test('a new quota is measured, counts what comes and what goes', async () => {
  const { client, pass, stop } = await workloads();
  await client.create(secrets, secret('before'));
  const hard = { secrets: '2', 'count/deployments.apps': '1', 'requests.cpu': '1' };
  await client.create(quotas, { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'q', namespace: 'default' }, spec: { hard } });
  await pass(1);
  const used = async () => (await client.get<ResourceQuota>(quotas, 'q', 'default')).status;
  expect(await used()).toEqual({ hard, used: { secrets: '1', 'count/deployments.apps': '0', 'requests.cpu': '0' } });
  await client.create(secrets, secret('second'));
  expect((await used())?.used).toMatchObject({ secrets: '2' });
  await expect(client.create(secrets, secret('third'))).rejects.toMatchObject({
    status: { reason: 'Forbidden', message: expect.stringContaining('exceeded quota: q') } as Partial<Status>,
  });
  await client.delete(secrets, 'before', { namespace: 'default' });
  await pass(1);
  expect((await used())?.used).toMatchObject({ secrets: '1' });
  stop();
});
