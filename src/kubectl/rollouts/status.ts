import type { KubeObject } from '../../kube/api';
import { failure } from '../errors';
import { at, isFields, listAt, textAt } from '../value';
import { revisionAnnotation } from './revisions';

/** How far a rollout is, in kubectl's words, and whether that is all. */
export interface Progress {
  readonly text: string;
  readonly done: boolean;
}

type Viewer = (object: KubeObject, revision: number) => Progress;

const waiting = (text: string): Progress => ({ text, done: false });
const finished = (text: string): Progress => ({ text, done: true });
const number = (object: KubeObject, part: 'spec' | 'status', field: string): number => Number(textAt(object, part, field) || 0);
const isObserved = (object: KubeObject): boolean => (object.metadata.generation ?? 0) <= number(object, 'status', 'observedGeneration');

const deployment: Viewer = (object, revision) => {
  const quoted = JSON.stringify(object.metadata.name);
  const status = (field: string): number => number(object, 'status', field);
  const running = Number(object.metadata.annotations?.[revisionAnnotation] ?? 0);
  if (revision > 0 && revision !== running)
    throw failure(`desired revision (${revision}) is different from the running revision (${running})`);
  if (!isObserved(object)) return waiting('Waiting for deployment spec update to be observed...');
  const progressing = listAt(object, 'status', 'conditions').find(({ type }) => type === 'Progressing');
  if (progressing?.reason === 'ProgressDeadlineExceeded') throw failure(`deployment ${quoted} exceeded its progress deadline`);
  const [wanted, updated] = [number(object, 'spec', 'replicas'), status('updatedReplicas')];
  const head = `Waiting for deployment ${quoted} rollout to finish:`;
  if (updated < wanted) return waiting(`${head} ${updated} out of ${wanted} new replicas have been updated...`);
  if (status('replicas') > updated) return waiting(`${head} ${status('replicas') - updated} old replicas are pending termination...`);
  const available = status('availableReplicas');
  if (available < updated) return waiting(`${head} ${available} of ${updated} updated replicas are available...`);
  return finished(`deployment ${quoted} successfully rolled out`);
};

function rollingOnly(object: KubeObject): void {
  if (textAt(object, 'spec', 'updateStrategy', 'type') !== 'RollingUpdate')
    throw failure('rollout status is only available for RollingUpdate strategy type');
}

const daemonSet: Viewer = (object) => {
  rollingOnly(object);
  const status = (field: string): number => number(object, 'status', field);
  const quoted = JSON.stringify(object.metadata.name);
  if (!isObserved(object)) return waiting('Waiting for daemon set spec update to be observed...');
  const [wanted, updated, available] = [status('desiredNumberScheduled'), status('updatedNumberScheduled'), status('numberAvailable')];
  const head = `Waiting for daemon set ${quoted} rollout to finish:`;
  if (updated < wanted) return waiting(`${head} ${updated} out of ${wanted} new pods have been updated...`);
  if (available < wanted) return waiting(`${head} ${available} of ${wanted} updated pods are available...`);
  return finished(`daemon set ${quoted} successfully rolled out`);
};

const statefulSet: Viewer = (object) => {
  rollingOnly(object);
  const status = (field: string): string => textAt(object, 'status', field);
  const count = (field: string): number => number(object, 'status', field);
  if (count('observedGeneration') === 0 || !isObserved(object)) return waiting('Waiting for statefulset spec update to be observed...');
  const wanted = number(object, 'spec', 'replicas');
  if (count('readyReplicas') < wanted) return waiting(`Waiting for ${wanted - count('readyReplicas')} pods to be ready...`);
  const rolling = at(object, 'spec', 'updateStrategy', 'rollingUpdate');
  if (isFields(rolling)) {
    const due = wanted - Number(textAt(rolling, 'partition') || 0);
    if (count('updatedReplicas') < due)
      return waiting(`Waiting for partitioned roll out to finish: ${count('updatedReplicas')} out of ${due} new pods have been updated...`);
    return finished(`partitioned roll out complete: ${count('updatedReplicas')} new pods have been updated...`);
  }
  if (status('updateRevision') !== status('currentRevision'))
    return waiting(
      `waiting for statefulset rolling update to complete ${count('updatedReplicas')} pods at revision ${status('updateRevision')}...`,
    );
  return finished(`statefulset rolling update complete ${count('currentReplicas')} pods at revision ${status('currentRevision')}...`);
};

export const statusViewers: Readonly<Record<string, Viewer>> = { Deployment: deployment, DaemonSet: daemonSet, StatefulSet: statefulSet };
