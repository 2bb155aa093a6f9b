import { fieldsAt, listAt, textAt } from '../value';
import { describeContainers } from './containers';
import { describeSpread, describeTolerations } from './pod';
import { describeVolumes } from './volumes';
import type { Description } from './writer';

type Labels = Record<string, string>;

/** What a workload makes its pods of. */
export function describeTemplate(d: Description, template: unknown): void {
  const text = (key: string): string => textAt(template, 'spec', key);
  const pod = { metadata: {} };
  d.line(0, 'Pod Template:');
  d.labels('Labels', fieldsAt(template, 'metadata', 'labels') as Labels, 1);
  const annotations = fieldsAt(template, 'metadata', 'annotations') as Labels;
  if (Object.keys(annotations).length > 0) d.annotations('  Annotations', annotations);
  if (text('serviceAccountName')) d.line(1, `Service Account:\t${text('serviceAccountName')}`);
  const init = listAt(template, 'spec', 'initContainers');
  if (init.length > 0) describeContainers(d, 'Init Containers', init, [], pod, '  ');
  describeContainers(d, 'Containers', listAt(template, 'spec', 'containers'), [], pod, '  ');
  describeVolumes(d, listAt(template, 'spec', 'volumes'), '  ');
  describeSpread(d, listAt(template, 'spec', 'topologySpreadConstraints'), '  ');
  if (text('priorityClassName')) d.line(1, `Priority Class Name:\t${text('priorityClassName')}`);
  d.labels('Node-Selectors', fieldsAt(template, 'spec', 'nodeSelector') as Labels, 1);
  describeTolerations(d, listAt(template, 'spec', 'tolerations'), '  ');
}
