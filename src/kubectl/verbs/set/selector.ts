import type { Command } from '../../command';
import { failure } from '../../errors';
import { fieldsAt } from '../../value';
import { changeObjects, objectsOf, reportingOf, plainSetFlags } from './change';

/** `a=b,c=d` as labels; anything but equality is refused, since a service has no more. */
function labelsOf(text: string): Record<string, string> {
  const parts = text.split(/,(?![^(]*\))/).map((part) => part.trim());
  const labels: Record<string, string> = {};
  for (const part of parts) {
    const match = /^([^=!\s]+)\s*==?\s*([^=\s]*)$/.exec(part);
    if (!match) throw failure(`match expression [${expression(part)}] not supported on this object`);
    labels[match[1]!] = match[2]!;
  }
  return labels;
}

/** A LabelSelectorRequirement as Go prints it. */
function expression(text: string): string {
  const set = /^(\S+)\s+(in|notin)\s*\(([^)]*)\)$/.exec(text);
  if (set) {
    const values = set[3]!
      .split(',')
      .map((value) => value.trim())
      .sort();
    return `{${set[1]} ${set[2] === 'in' ? 'In' : 'NotIn'} [${values.join(' ')}]}`;
  }
  const unequal = /^(\S+)\s*!=\s*(\S*)$/.exec(text);
  if (unequal) return `{${unequal[1]} NotIn [${unequal[2]}]}`;
  return text.startsWith('!') ? `{${text.slice(1).trim()} DoesNotExist []}` : `{${text} Exists []}`;
}

export const setSelector: Command = {
  use: 'selector (-f FILENAME | TYPE NAME) EXPRESSIONS [--resource-version=version]',
  short: 'Set the selector on a resource',
  long: `Set the selector on a resource. The new selector takes the place of the old one.

 Only services can be changed so.`,
  example: `  # Let a new service select what another does
  kubectl create service clusterip my-svc --clusterip="None" -o yaml --dry-run=client | kubectl set selector --local -f - 'environment=qa' -o yaml | kubectl create -f -`,
  flags: [
    ...plainSetFlags
      .filter(({ name }) => name !== 'kustomize')
      .map((flag) => (flag.name === 'recursive' ? { ...flag, value: 'true' } : flag)),
    { name: 'resource-version', kind: 'string', usage: 'Only change the object when it has this resource version.' },
  ],
  async run(call) {
    const { args, flags } = call;
    const reporting = await reportingOf(call);
    const expressions = args.at(-1);
    if (expressions === undefined) throw failure('one selector is required');
    const found = await objectsOf(call, args.slice(0, -1));
    const selector = labelsOf(expressions);
    const version = flags.string('resource-version');
    return changeObjects(call, reporting, found, { done: 'selector updated', refused: '', always: true }, (object) => {
      if (object.kind !== 'Service') throw failure('setting a selector is only supported for Services');
      const metadata = version ? { ...object.metadata, resourceVersion: version } : object.metadata;
      return { ...object, metadata, spec: { ...fieldsAt(object, 'spec'), selector } };
    });
  },
};
