import { jsonText, type KubeObject } from '../../kube/api';
import type { Command, Invocation } from '../command';
import { type DryRun, dryRunOf } from '../dry-run';
import { failure, isNotFound, usageError } from '../errors';
import { readFile } from '../files';
import { dryRunFlag, fileFlags } from '../flag-sets';
import { hasManifests, manifestsOf } from '../manifests';
import { objectPrinter, outputFlags } from '../printers';
import { report } from '../report';
import { type FileTarget, fileTargets } from '../resources';
import { equal, type Fields, listAt, textAt, textsAt } from '../value';

const roles = ['Role', 'ClusterRole'];
const bindings = ['RoleBinding', 'ClusterRoleBinding'];

export const reconcile: Command = {
  use: 'reconcile -f FILENAME',
  short: 'Reconciles rules for RBAC role, role binding, cluster role, and cluster role binding objects',
  long: `Reconciles rules for RBAC role, role binding, cluster role, and cluster role binding objects.

 What is missing is created; roles get the rules and bindings the subjects of the file beside their own, or with --remove-extra-permissions and --remove-extra-subjects in their place.`,
  example: `  # Reconcile the objects of a file
  kubectl auth reconcile -f my-rbac-rules.yaml`,
  flags: [
    dryRunFlag,
    ...fileFlags('identifying the resource to reconcile.'),
    ...outputFlags(),
    { name: 'remove-extra-permissions', kind: 'bool', usage: 'If true, removes extra permissions added to roles' },
    { name: 'remove-extra-subjects', kind: 'bool', usage: 'If true, removes extra subjects added to rolebindings' },
  ],
  run,
};

async function run(call: Invocation): Promise<number> {
  const { k, flags, args, path } = call;
  if (args.length > 0) throw usageError(path, 'no arguments are allowed');
  if (!hasManifests(flags)) throw failure('must specify one of -f and -k');
  const dryRun = await dryRunOf(k, flags);
  if (dryRun === 'server') throw failure('--dry-run=server for command reconcile is not supported yet');
  const printer = await objectPrinter(flags, (file) => readFile(k.proc, file));
  for (const target of await fileTargets(k, await manifestsOf(k, flags))) {
    if (target.kind !== 'file') continue;
    const { kind = '' } = target.object;
    const part = roles.includes(kind) ? 'rules' : bindings.includes(kind) ? 'subjects' : undefined;
    if (!part) continue;
    const { object, said } = await reconciled(call, target, part, dryRun);
    await report(k, printer, object, target.mapping, 'reconciled', dryRun);
    await k.err(said);
  }
  return 0;
}

/** The object as it should be, made so, and what was missing or too much. */
async function reconciled(
  { k, flags }: Invocation,
  { mapping, name, object: wanted }: FileTarget,
  part: 'rules' | 'subjects',
  dryRun: DryRun,
): Promise<{ object: KubeObject; said: string }> {
  // the file itself must name the namespace
  const { namespace } = wanted.metadata;
  if (mapping.namespaced && !namespace) throw failure('resource name may not be empty');
  const items = listAt(wanted, part);
  const same = (a: Fields, b: Fields): boolean => equal(plain(a), plain(b));
  let live: KubeObject | undefined;
  try {
    live = await k.json<KubeObject>('GET', k.path(mapping, namespace, name));
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
  const asText = part === 'rules' ? ruleText : subjectText;
  if (!live) {
    const made = dryRun === 'none' ? await k.json<KubeObject>('POST', k.path(mapping, namespace), { body: jsonText(wanted) }) : wanted;
    return { object: made, said: `\treconciliation required create\n${differences(`missing ${part} added:`, items.map(asText))}` };
  }
  const before = listAt(live, part);
  const missing = items.filter((item) => !before.some((other) => same(item, other)));
  const extra = before.filter((item) => !items.some((other) => same(item, other)));
  const removing = flags.bool(part === 'rules' ? 'remove-extra-permissions' : 'remove-extra-subjects');
  if (missing.length === 0 && (extra.length === 0 || !removing)) return { object: live, said: '' };
  const kept = removing ? before.filter((item) => !extra.includes(item)) : before;
  const changed = { ...live, [part]: [...kept, ...missing] };
  const saved =
    dryRun === 'none' ? await k.json<KubeObject>('PUT', k.path(mapping, namespace, name), { body: jsonText(changed) }) : changed;
  const said = `\treconciliation required update\n${differences(`missing ${part} added:`, missing.map(asText))}${removing ? differences(`extra ${part} removed:`, extra.map(asText)) : ''}`;
  return { object: saved, said };
}

const differences = (title: string, texts: readonly string[]): string =>
  texts.length > 0 ? `\t${title}\n${texts.map((text) => `\t\t${text}\n`).join('')}` : '';

const plain = (item: Fields): Fields =>
  Object.fromEntries(Object.entries(item).filter(([, value]) => !Array.isArray(value) || value.length > 0));

/** A PolicyRule and a Subject as Go prints them. */
const ruleText = (rule: Fields): string =>
  `{${['verbs', 'apiGroups', 'resources', 'resourceNames', 'nonResourceURLs']
    .map((field) => `${field === 'apiGroups' ? 'APIGroups' : field[0]!.toUpperCase() + field.slice(1)}:[${textsAt(rule, field).join(' ')}]`)
    .join(' ')}}`;
const subjectText = (subject: Fields): string =>
  `{Kind:${textAt(subject, 'kind')} APIGroup:${textAt(subject, 'apiGroup')} Name:${textAt(subject, 'name')} Namespace:${textAt(subject, 'namespace')}}`;
