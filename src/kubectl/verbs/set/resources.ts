import { canonicalQuantity } from '../../../kube/api';
import type { Command } from '../../command';
import { failure } from '../../errors';
import { withPodSpec } from '../../pod-template';
import { checkQuantity, type Fields, fieldsAt, listAt, textAt } from '../../value';
import { changeObjects, objectsOf, namePattern, reportingOf, setFlags } from './change';

function canonical(text: string): string {
  checkQuantity(text);
  return canonicalQuantity(text);
}

function quantities(text: string): Record<string, string> {
  return Object.fromEntries(
    text
      .split(',')
      .filter(Boolean)
      .map((pair) => {
        const [name = '', value, ...more] = pair.split('=');
        if (value === undefined || more.length > 0) throw failure(`Invalid argument syntax ${pair}, expected <resource>=<value>`);
        return [name, canonical(value)];
      }),
  );
}

export const setResources: Command = {
  use: 'resources (-f FILENAME | TYPE NAME)  ([--limits=LIMITS & --requests=REQUESTS]',
  short: 'Update resource requests/limits on objects with pod templates',
  flags: [
    ...setFlags,
    { name: 'containers', short: 'c', kind: 'string', value: '*', usage: 'The names of containers to change' },
    { name: 'limits', kind: 'string', usage: "Limits, such as 'cpu=100m,memory=256Mi'" },
    { name: 'requests', kind: 'string', usage: "Requests, such as 'cpu=100m,memory=256Mi'" },
  ],
  async run(call) {
    const { flags, args } = call;
    const reporting = await reportingOf(call);
    const found = await objectsOf(call, args);
    if (!flags.string('limits') && !flags.string('requests'))
      throw failure('you must specify an update to requests or limits (in the form of --requests/--limits)');
    const [limits, requests] = [quantities(flags.string('limits')), quantities(flags.string('requests'))];
    const wanted = flags.string('containers');
    const fits = (container: Fields): boolean => namePattern(wanted).test(textAt(container, 'name'));
    const wording = { done: 'resource requirements updated', refused: 'failed to patch resources update to pod template', named: true };
    return changeObjects(call, reporting, found, wording, (object) => {
      const amounts = (container: Fields, field: string, given: Fields): Fields =>
        Object.keys(given).length > 0 ? { [field]: { ...fieldsAt(container, 'resources', field), ...given } } : {};
      const updated = (list: readonly Fields[]): Fields[] =>
        list.map((container) => {
          if (!fits(container)) return container;
          const changed = { ...amounts(container, 'limits', limits), ...amounts(container, 'requests', requests) };
          return { ...container, resources: { ...fieldsAt(container, 'resources'), ...changed } };
        });
      return withPodSpec(object, (spec) => {
        if (![...listAt(spec, 'containers'), ...listAt(spec, 'initContainers')].some(fits))
          throw failure(`error: unable to find container named ${wanted}`);
        return {
          ...spec,
          containers: updated(listAt(spec, 'containers')),
          ...(spec.initContainers ? { initContainers: updated(listAt(spec, 'initContainers')) } : {}),
        };
      });
    });
  },
};
