import { expect, test } from 'vitest';
import type { KubeObject } from '../../../src/kube/api';
import { job, jobsRef, workloads, type Behaviour } from './workloads';

const succeed: Behaviour = () => ({ phase: 'Succeeded', exitCode: 0 });
const fail: Behaviour = () => ({ phase: 'Failed', exitCode: 1 });

const conditionsOf = (object: KubeObject): string[] =>
  ((object['status'] as { conditions?: { type: string; status: string; reason: string; message: string }[] }).conditions ?? []).map(
    ({ type, status, reason, message }) => `${type}=${status} ${reason}: ${message}`,
  );
const masked = (texts: readonly string[]): string[] => texts.map((text) => text.replace(/-\w{5}$/, '-*'));

test('a Job runs its pod and is complete', async () => {
  const { client, pass, podsOf, eventsOf, stop, server, clock } = await workloads(succeed);
  await client.create(jobsRef, job('pi'));
  await clock.advance(100);
  const early = await client.get(jobsRef, 'pi', 'default');
  expect(early['status']).toMatchObject({ active: 1, ready: 0, terminating: 0, startTime: expect.any(String) as string });
  const [pod] = await podsOf('pi-');
  expect(pod!.metadata).toMatchObject({
    generateName: 'pi-',
    finalizers: ['batch.kubernetes.io/job-tracking'],
    labels: { 'batch.kubernetes.io/job-name': 'pi', 'job-name': 'pi' },
    ownerReferences: [{ apiVersion: 'batch/v1', kind: 'Job', name: 'pi', controller: true }],
  });
  await pass(5);
  const live = await client.get(jobsRef, 'pi', 'default');
  expect(live['status']).toMatchObject({ succeeded: 1, ready: 0, terminating: 0, completionTime: expect.any(String) as string });
  expect(live['status']).not.toHaveProperty('active');
  expect(conditionsOf(live)).toEqual([
    'SuccessCriteriaMet=True CompletionsReached: Reached expected number of succeeded pods',
    'Complete=True CompletionsReached: Reached expected number of succeeded pods',
  ]);
  expect((await podsOf('pi-'))[0]!.metadata.finalizers).toBeUndefined();
  expect(masked(await eventsOf('pi'))).toEqual(['SuccessfulCreate: Created pod: pi-*', 'Completed: Job completed']);
  await stop();
  expect(server.watchCount).toBe(0);
  expect(clock.timerCount).toBe(0);
});

test('completions and parallelism: so many in all, so many at once', async () => {
  const { client, pass, podsOf, clock, stop } = await workloads(succeed);
  await client.create(jobsRef, job('many', { completions: 5, parallelism: 2 }));
  await clock.advance(100);
  expect(await podsOf('many-')).toHaveLength(2);
  await pass(10);
  expect(await podsOf('many-')).toHaveLength(5);
  expect((await client.get(jobsRef, 'many', 'default'))['status']).toMatchObject({ succeeded: 5 });
  await stop();
});

test('failed pods are replaced after a growing pause, until backoffLimit is passed', async () => {
  const { client, pass, podsOf, eventsOf, stop } = await workloads(fail);
  await client.create(jobsRef, job('bad', { backoffLimit: 2 }));
  await pass(5);
  expect(await podsOf('bad-')).toHaveLength(1);
  await pass(10);
  expect(await podsOf('bad-')).toHaveLength(2);
  await pass(12);
  expect(await podsOf('bad-')).toHaveLength(2);
  await pass(23);
  expect(await podsOf('bad-')).toHaveLength(3);
  const live = await client.get(jobsRef, 'bad', 'default');
  expect(live['status']).toMatchObject({ failed: 3 });
  expect(conditionsOf(live)).toEqual([
    'FailureTarget=True BackoffLimitExceeded: Job has reached the specified backoff limit',
    'Failed=True BackoffLimitExceeded: Job has reached the specified backoff limit',
  ]);
  expect((await eventsOf('bad')).at(-1)).toBe('BackoffLimitExceeded: Job has reached the specified backoff limit');
  await stop();
});

test('activeDeadlineSeconds ends a Job and its pods', async () => {
  const { client, pass, podsOf, eventsOf, stop } = await workloads();
  await client.create(jobsRef, job('slow', { activeDeadlineSeconds: 5 }));
  await pass(3);
  expect((await client.get(jobsRef, 'slow', 'default'))['status']).toMatchObject({ active: 1, ready: 1 });
  await pass(6);
  expect(conditionsOf(await client.get(jobsRef, 'slow', 'default'))).toEqual([
    'FailureTarget=True DeadlineExceeded: Job was active longer than specified deadline',
    'Failed=True DeadlineExceeded: Job was active longer than specified deadline',
  ]);
  expect(await podsOf('slow-')).toEqual([]);
  expect(masked(await eventsOf('slow'))).toEqual([
    'SuccessfulCreate: Created pod: slow-*',
    'SuccessfulDelete: Deleted pod: slow-*',
    'DeadlineExceeded: Job was active longer than specified deadline',
  ]);
  await stop();
});

test('ttlSecondsAfterFinished takes a finished Job and its pods away', async () => {
  const { client, pass, podsOf, stop } = await workloads(succeed);
  await client.create(jobsRef, job('brief', { ttlSecondsAfterFinished: 10 }));
  await pass(5);
  await client.get(jobsRef, 'brief', 'default');
  await pass(12);
  await expect(client.get(jobsRef, 'brief', 'default')).rejects.toThrow('not found');
  expect(await podsOf('brief-')).toEqual([]);
  await stop();
});

test('a suspended Job has no pods; resumed, it starts anew', async () => {
  const { client, pass, podsOf, eventsOf, stop } = await workloads();
  await client.create(jobsRef, job('later', { suspend: true }));
  await pass(2);
  expect(await podsOf('later-')).toEqual([]);
  const waiting = await client.get(jobsRef, 'later', 'default');
  expect(conditionsOf(waiting)).toEqual(['Suspended=True JobSuspended: Job suspended']);
  expect(waiting['status']).not.toHaveProperty('startTime');
  await client.patch(jobsRef, 'later', 'merge', { spec: { suspend: false } }, { namespace: 'default' });
  await pass(2);
  expect(await podsOf('later-')).toHaveLength(1);
  expect(conditionsOf(await client.get(jobsRef, 'later', 'default'))).toEqual(['Suspended=False JobResumed: Job resumed']);
  await client.patch(jobsRef, 'later', 'merge', { spec: { suspend: true } }, { namespace: 'default' });
  await pass(3);
  expect(await podsOf('later-')).toEqual([]);
  expect((await client.get(jobsRef, 'later', 'default'))['status']).not.toHaveProperty('failed');
  expect((await eventsOf('later')).map((text) => text.split(':')[0])).toEqual([
    'Suspended',
    'SuccessfulCreate',
    'Resumed',
    'SuccessfulDelete',
  ]);
  await stop();
});

test('an indexed Job gives each pod its index', async () => {
  const { client, pass, podsOf, stop } = await workloads(succeed);
  await client.create(jobsRef, job('shards', { completions: 4, parallelism: 2, completionMode: 'Indexed' }));
  await pass(8);
  const pods = await podsOf('shards-');
  expect(pods.map(({ metadata }) => metadata.name!.slice(0, 8)).sort()).toEqual(['shards-0', 'shards-1', 'shards-2', 'shards-3']);
  expect(pods.find(({ metadata }) => metadata.name!.startsWith('shards-3'))).toMatchObject({
    metadata: { annotations: { 'batch.kubernetes.io/job-completion-index': '3' } },
    spec: { hostname: 'shards-3', containers: [{ env: [{ name: 'JOB_COMPLETION_INDEX' }] }] },
  });
  expect((await client.get(jobsRef, 'shards', 'default'))['status']).toMatchObject({ succeeded: 4, completedIndexes: '0-3' });
  await stop();
});

test('an indexed Job with a limit for each index goes on with the others', async () => {
  const { client, pass, stop } = await workloads((pod) =>
    pod.metadata.annotations?.['batch.kubernetes.io/job-completion-index'] === '1' ? fail(pod) : succeed(pod),
  );
  await client.create(jobsRef, job('some', { completions: 3, parallelism: 3, completionMode: 'Indexed', backoffLimitPerIndex: 1 }));
  await pass(20);
  const live = await client.get(jobsRef, 'some', 'default');
  expect(live['status']).toMatchObject({ succeeded: 2, completedIndexes: '0,2', failedIndexes: '1' });
  expect(conditionsOf(live).at(-1)).toBe('Failed=True FailedIndexes: Job has failed indexes');
  await stop();
});

test('a pod failure policy ends the Job at once', async () => {
  const { client, pass, podsOf, stop } = await workloads((pod) => ({ phase: 'Failed', exitCode: pod.metadata.name ? 42 : 0 }));
  const podFailurePolicy = { rules: [{ action: 'FailJob', onExitCodes: { operator: 'In', values: [42] } }] };
  await client.create(jobsRef, job('fatal', { podFailurePolicy }));
  await pass(5);
  const [pod] = await podsOf('fatal-');
  expect(conditionsOf(await client.get(jobsRef, 'fatal', 'default')).at(-1)).toBe(
    `Failed=True PodFailurePolicy: Container main for pod default/${pod!.metadata.name} failed with exit code 42 matching FailJob rule at index 0`,
  );
  await stop();
});

test('a deleted Job takes its pods with it, finalizers or not', async () => {
  const { client, pass, podsOf, stop } = await workloads();
  await client.create(jobsRef, job('gone', { parallelism: 3 }));
  await pass(3);
  expect(await podsOf('gone-')).toHaveLength(3);
  await client.delete(jobsRef, 'gone', { namespace: 'default', propagationPolicy: 'Background' });
  await pass(3);
  expect(await podsOf('gone-')).toEqual([]);
  await stop();
});
