import { expect, test } from 'vitest';
import { parseSchedule, type KubeObject } from '../../../src/kube/api';
import { nextTime } from '../../../src/kube/control/cron-job/schedule';
import { jobsRef, workload, workloads, type Behaviour } from './workloads';

const cronJobsRef = { groupVersion: 'batch/v1', resource: 'cronjobs' };
const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'busybox' }] } };
const cronJob = (spec: object = {}): KubeObject =>
  workload('batch/v1', 'CronJob', 'often', { schedule: '*/1 * * * *', jobTemplate: { spec: { template } }, ...spec });
const succeed: Behaviour = () => ({ phase: 'Succeeded', exitCode: 0 });

test.each([
  ['*/15 * * * *', '2026-01-01T00:01:00Z', '2026-01-01T00:15:00Z'],
  ['0 9 * * 1-5', '2026-01-02T09:00:00Z', '2026-01-05T09:00:00Z'],
  ['30 4 1,15 * 5', '2026-01-01T05:00:00Z', '2026-01-02T04:30:00Z'],
  ['0 0 29 2 *', '2026-01-01T00:00:00Z', '2028-02-29T00:00:00Z'],
  ['0 0 31 2 *', '2026-01-01T00:00:00Z', undefined],
  ['@hourly', '2026-01-01T00:00:00Z', '2026-01-01T01:00:00Z'],
  ['@every 90s', '2026-01-01T00:00:00Z', '2026-01-01T00:01:30Z'],
  ['0 9 * * *', '2026-07-01T00:00:00Z', '2026-07-01T13:00:00Z', 'America/New_York'],
])('%s after %s is %s', (schedule, after, next, zone?: string) => {
  const found = nextTime(parseSchedule(schedule)!, Date.parse(after), zone);
  expect(found).toBe(next === undefined ? undefined : Date.parse(next));
});

test('a CronJob makes a job each time, and keeps the last ones', async () => {
  const { client, pass, list, eventsOf, stop, clock } = await workloads(succeed);
  await client.create(cronJobsRef, cronJob({ successfulJobsHistoryLimit: 2 }));
  await pass(250);
  const minute = Math.floor(clock.now() / 60_000);
  expect((await list(jobsRef)).map(({ metadata }) => metadata.name)).toEqual([`often-${minute - 1}`, `often-${minute}`]);
  const live = await client.get(cronJobsRef, 'often', 'default');
  expect(live['status']).toMatchObject({
    lastScheduleTime: new Date(minute * 60_000).toISOString().slice(0, 19) + 'Z',
    lastSuccessfulTime: expect.any(String) as string,
  });
  expect((await eventsOf('often')).slice(0, 2)).toEqual([
    `SuccessfulCreate: Created job often-${minute - 3}`,
    `SawCompletedJob: Saw completed job: often-${minute - 3}, condition: Complete`,
  ]);
  const [job] = await list(jobsRef);
  expect(job!.metadata).toMatchObject({
    annotations: { 'batch.kubernetes.io/cronjob-scheduled-timestamp': new Date((minute - 1) * 60_000).toISOString().slice(0, 19) + 'Z' },
    ownerReferences: [{ kind: 'CronJob', name: 'often', controller: true }],
  });
  await stop();
});

test('Forbid starts no second job, Replace puts a new one in its place', async () => {
  for (const [concurrencyPolicy, jobs] of [
    ['Forbid', 1],
    ['Replace', 1],
    ['Allow', 3],
  ] as const) {
    const { client, pass, list, eventsOf, stop } = await workloads();
    await client.create(cronJobsRef, cronJob({ concurrencyPolicy }));
    await pass(185);
    expect(await list(jobsRef)).toHaveLength(jobs);
    const reasons = (await eventsOf('often')).map((text) => text.split(':')[0]);
    expect(reasons.includes('JobAlreadyActive')).toBe(concurrencyPolicy === 'Forbid');
    expect(reasons.includes('SuccessfulDelete')).toBe(concurrencyPolicy === 'Replace');
    await stop();
  }
});

test('a suspended CronJob makes none', async () => {
  const { client, pass, list, stop } = await workloads(succeed);
  await client.create(cronJobsRef, cronJob({ suspend: true }));
  await pass(130);
  expect(await list(jobsRef)).toEqual([]);
  await stop();
});
