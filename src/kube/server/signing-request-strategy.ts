import { isFields, type KubeObject } from '../api';
import { timestamp } from './context';
import type { Strategy } from './strategy';

interface Condition {
  readonly type: string;
  readonly status?: string;
  readonly lastUpdateTime?: string;
  readonly lastTransitionTime?: string;
}

const statusOf = (object: KubeObject): Record<string, unknown> => (isFields(object['status']) ? object['status'] : {});
const conditionsOf = (object: KubeObject): readonly Condition[] =>
  (statusOf(object)['conditions'] as readonly Condition[] | undefined) ?? [];
const isDecision = ({ type }: Condition): boolean => type === 'Approved' || type === 'Denied';

/** Conditions with the times that the client left out: a condition that was there keeps the time of its last change. */
function timed(conditions: readonly Condition[], old: KubeObject, now: string): Condition[] {
  return conditions.map((condition) => {
    const before = conditionsOf(old).find(({ type, status }) => type === condition.type && status === condition.status);
    return {
      ...condition,
      lastUpdateTime: condition.lastUpdateTime ?? now,
      lastTransitionTime: condition.lastTransitionTime ?? before?.lastTransitionTime ?? now,
    };
  });
}

/** A request names who made it, and changes by its subresources alone: /approval decides, /status says what became of it. */
export const signingRequestStrategy: Strategy = {
  prepareCreate(request, context, user) {
    const { name, groups, extra } = user ?? { name: context.userName, groups: [], extra: undefined };
    const spec = isFields(request['spec']) ? request['spec'] : {};
    const { username: _name, uid: _uid, groups: _groups, extra: _extra, ...asked } = spec;
    request['spec'] = { ...asked, username: name, ...(groups.length > 0 && { groups }), ...(extra && { extra }) };
  },
  prepareUpdate(request, old) {
    request['spec'] = old['spec'];
    request['status'] = old['status'];
  },
  prepareSubresource(request, old, subresource, nowMs) {
    request['spec'] = old['spec'];
    const [wanted, before] = [conditionsOf(request), conditionsOf(old)];
    const kept = subresource === 'approval' ? wanted : [...before.filter(isDecision), ...wanted.filter((one) => !isDecision(one))];
    const conditions = timed(kept, old, timestamp(nowMs));
    const status = subresource === 'approval' ? statusOf(old) : statusOf(request);
    request['status'] = conditions.length > 0 ? { ...status, conditions } : status;
  },
};
