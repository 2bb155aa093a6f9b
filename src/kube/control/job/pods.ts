import type { Pod } from '../../api';
import { podFromTemplate } from '../workloads';
import { indexAnnotation, trackingFinalizer, type Job } from './types';

interface EnvContainer {
  env?: unknown[];
}

const indexVariable = {
  name: 'JOB_COMPLETION_INDEX',
  valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: `metadata.labels['${indexAnnotation}']` } },
};

/** A pod of a job; with an index it has that as label, annotation, variable and in its host name. */
export function jobPod(job: Job, index?: number): Pod {
  const { name } = job.metadata;
  const pod = podFromTemplate(job.spec.template, job, index === undefined ? `${name}-` : `${name}-${index}-`);
  pod.metadata.finalizers = [...(pod.metadata.finalizers ?? []), trackingFinalizer];
  if (index === undefined) return pod;
  const mark = { [indexAnnotation]: String(index) };
  pod.metadata.annotations = { ...pod.metadata.annotations, ...mark };
  pod.metadata.labels = { ...pod.metadata.labels, ...mark };
  (pod.spec as { hostname?: string }).hostname = `${name}-${index}`;
  for (const container of [...(pod.spec.initContainers ?? []), ...pod.spec.containers] as EnvContainer[])
    container.env = [...(container.env ?? []), indexVariable];
  return pod;
}
