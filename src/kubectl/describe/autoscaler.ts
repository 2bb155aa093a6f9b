import { rfc1123 } from '../duration';
import { at, type Fields, fieldsAt, isFields, listAt, textAt } from '../value';
import type { Described, Description } from './writer';

/** The words for one metric: what it is of, what it is now, what it shall be. `current` is its status, when there is one. */
function describeMetric(d: Description, metric: Fields, current: unknown): void {
  const type = textAt(metric, 'type');
  const field = type[0]?.toLowerCase() + type.slice(1);
  const wanted = (key: string): string => textAt(metric, field, 'target', key);
  const now = (key: string): string => textAt(current, field, 'current', key) || '<unknown>';
  const value = (title: string, key: string): void => d.line(1, `${title}:\t${now(key)} / ${wanted(key)}`);
  const metricName = JSON.stringify(textAt(metric, field, 'metric', 'name'));
  switch (type) {
    case 'Pods':
      return value(`${metricName} on pods`, 'averageValue');
    case 'External':
      return wanted('averageValue')
        ? value(`${metricName} (target average value)`, 'averageValue')
        : value(`${metricName} (target value)`, 'value');
    case 'Object': {
      const on = `${metricName} on ${textAt(metric, field, 'describedObject', 'kind')}/${textAt(metric, field, 'describedObject', 'name')}`;
      return wanted('type') === 'AverageValue'
        ? value(`${on} (target average value)`, 'averageValue')
        : value(`${on} (target value)`, 'value');
    }
    case 'Resource':
    case 'ContainerResource': {
      const container = type === 'ContainerResource' ? ` of container "${textAt(metric, field, 'container')}"` : '';
      const name = `resource ${textAt(metric, field, 'name')}${container} on pods`;
      if (wanted('averageValue')) return value(name, 'averageValue');
      const percent = now('averageUtilization');
      const used = percent === '<unknown>' ? percent : `${percent}% (${now('averageValue')})`;
      const goal = wanted('averageUtilization') ? `${wanted('averageUtilization')}%` : '<auto>';
      return d.line(1, `${name}  (as a percentage of request):\t${used} / ${goal}`);
    }
    default:
      d.line(1, `<unknown metric type ${JSON.stringify(type)}>`);
  }
}

function describeBehavior(d: Description, title: string, rules: unknown): void {
  if (!isFields(rules)) return;
  d.line(1, `${title}:`);
  if (textAt(rules, 'stabilizationWindowSeconds'))
    d.line(2, `Stabilization Window: ${textAt(rules, 'stabilizationWindowSeconds')} seconds`);
  const policies = listAt(rules, 'policies');
  if (policies.length === 0) return;
  d.line(2, `Select Policy: ${textAt(rules, 'selectPolicy') || 'Max'}`);
  d.line(2, 'Policies:');
  for (const policy of policies)
    d.line(3, `- Type: ${textAt(policy, 'type')}\tValue: ${textAt(policy, 'value')}\tPeriod: ${textAt(policy, 'periodSeconds')} seconds`);
}

/** autoscaling/v2 */
export function describeAutoscaler({ object, events, d }: Described): void {
  const { name, namespace, labels, annotations, creationTimestamp } = object.metadata;
  d.line(0, `Name:\t${name}`);
  d.line(0, `Namespace:\t${namespace}`);
  d.labels('Labels', labels);
  d.annotations('Annotations', annotations);
  d.line(0, `CreationTimestamp:\t${rfc1123(creationTimestamp ?? '')}`);
  const target = (key: string): string => textAt(object, 'spec', 'scaleTargetRef', key);
  d.line(0, `Reference:\t${target('kind')}/${target('name')}`);
  d.line(0, 'Metrics:\t( current / target )');
  const current = listAt(object, 'status', 'currentMetrics');
  listAt(object, 'spec', 'metrics').forEach((metric, i) => describeMetric(d, metric, current[i]));
  d.line(0, `Min replicas:\t${textAt(object, 'spec', 'minReplicas') || '<unset>'}`);
  d.line(0, `Max replicas:\t${textAt(object, 'spec', 'maxReplicas')}`);
  if (isFields(at(object, 'spec', 'behavior'))) {
    const behavior = fieldsAt(object, 'spec', 'behavior');
    d.line(0, 'Behavior:');
    describeBehavior(d, 'Scale Up', behavior['scaleUp']);
    describeBehavior(d, 'Scale Down', behavior['scaleDown']);
  }
  const replicas = (field: string): string => textAt(object, 'status', field) || '0';
  d.line(0, `${target('kind')} pods:\t${replicas('currentReplicas')} current / ${replicas('desiredReplicas')} desired`);
  const conditions = listAt(object, 'status', 'conditions');
  if (conditions.length > 0) {
    d.line(0, 'Conditions:');
    d.line(1, 'Type\tStatus\tReason\tMessage');
    d.line(1, '----\t------\t------\t-------');
    for (const c of conditions) d.line(1, ['type', 'status', 'reason', 'message'].map((key) => textAt(c, key)).join('\t'));
  }
  d.events(events);
}
