import { expect, test } from 'vitest';
import { deployment, deploymentsRef, job, jobsRef, workload, workloads } from './workloads';

const apps = (resource: string) => ({ groupVersion: 'apps/v1', resource });
const template = { metadata: { labels: { app: 'x' } }, spec: { containers: [{ name: 'main', image: 'nginx' }] } };
const selector = { matchLabels: { app: 'x' } };
const made = [
  [deploymentsRef, deployment('slow', { minReadySeconds: 100 })],
  [deploymentsRef, deployment('stuck', { progressDeadlineSeconds: 400 }, 'nginx:bad')],
  [apps('daemonsets'), workload('apps/v1', 'DaemonSet', 'agent', { selector, template })],
  [apps('statefulsets'), workload('apps/v1', 'StatefulSet', 'store', { selector, template, serviceName: 'store', replicas: 2 })],
  [jobsRef, job('limited', { activeDeadlineSeconds: 900, ttlSecondsAfterFinished: 900 })],
  [
    { groupVersion: 'batch/v1', resource: 'cronjobs' },
    workload('batch/v1', 'CronJob', 'often', {
      schedule: '*/1 * * * *',
      jobTemplate: { spec: { template: { ...template, spec: { ...template.spec, restartPolicy: 'Never' } } } },
    }),
  ],
  [{ groupVersion: 'v1', resource: 'services' }, workload('v1', 'Service', 'web', { selector: { app: 'x' }, ports: [{ port: 80 }] })],
] as const;

test('workloads that are deleted leave no timer, no watch and no object behind', async () => {
  const { client, clock, pass, list, server, setBehaviour, stop } = await workloads();
  setBehaviour((pod) => (pod.spec.containers[0]!.image === 'nginx:bad' ? { phase: 'Pending' } : { phase: 'Running', ready: true }));
  await pass(5);
  const before = { timers: clock.timerCount, watches: server.watchCount };
  for (let round = 0; round < 2; round++) {
    for (const [ref, object] of made) await client.create(ref, object);
    await pass(70);
    expect((await list({ groupVersion: 'v1', resource: 'pods' })).length).toBeGreaterThan(10);
    for (const [ref, object] of made)
      await client.delete(ref, object.metadata.name!, { namespace: 'default', propagationPolicy: 'Background' });
    await pass(10);
  }
  expect({ timers: clock.timerCount, watches: server.watchCount }).toEqual(before);
  for (const ref of [
    { groupVersion: 'v1', resource: 'pods' },
    apps('replicasets'),
    apps('controllerrevisions'),
    jobsRef,
    { groupVersion: 'discovery.k8s.io/v1', resource: 'endpointslices' },
  ])
    expect((await list(ref)).map(({ metadata }) => metadata.name).filter((name) => name !== 'kubernetes')).toEqual([]);
  await stop();
  expect({ timers: clock.timerCount, watches: server.watchCount }).toEqual({ timers: 0, watches: 0 });
});
