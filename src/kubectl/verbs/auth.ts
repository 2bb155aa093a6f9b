import type { KubeObject } from '../../kube/api';
import type { Command, Invocation } from '../command';
import { ruleCells, simpleRules } from '../describe/roles';
import { failure } from '../errors';
import { readFile } from '../files';
import { objectFormats, objectPrinter, outputFlags } from '../printers';
import { reconcile } from './auth-reconcile';
import { RowWriter } from '../tabwriter';
import { byName, fieldsAt, listAt, textAt, textsAt } from '../value';

const canI: Command = {
  use: 'can-i VERB [TYPE | TYPE/NAME | NONRESOURCEURL]',
  short: 'Check whether an action is allowed',
  long: `Check whether an action is allowed.

 VERB is a verb of the API such as 'get', 'list', 'watch' or 'delete'. TYPE is a resource. NONRESOURCEURL is a path that starts with "/". NAME is the name of one object.`,
  example: `  # May I create pods in any namespace?
  kubectl auth can-i create pods --all-namespaces
  
  # Everything that I may do in namespace foo
  kubectl auth can-i --list --namespace=foo`,
  flags: [
    { name: 'all-namespaces', short: 'A', kind: 'bool', usage: 'If true, check the specified action in all namespaces.' },
    { name: 'list', kind: 'bool', usage: 'If true, prints all allowed actions.' },
    { name: 'no-headers', kind: 'bool', usage: 'If true, prints allowed actions without headers' },
    { name: 'quiet', short: 'q', kind: 'bool', usage: 'If true, suppress output and just return the exit code.' },
    { name: 'subresource', kind: 'string', usage: 'SubResource such as pod/log or deployment/scale' },
  ],
  run,
};

const knownVerbs = '* get list create update patch delete deletecollection watch bind escalate impersonate use approve sign attest'.split(
  ' ',
);

/** What may be impersonated is no resource. */
const subjects = ['users', 'groups'];

async function run(call: Invocation): Promise<number> {
  const { k, flags, args, path } = call;
  await k.connection();
  if (flags.bool('list')) {
    if (args.length > 0) throw failure('list option must be specified with no arguments');
    return listRules(call);
  }
  if (flags.bool('no-headers')) throw failure('--no-headers cannot be set without --list specified');
  if (args.length !== 2)
    throw failure(`you must specify two arguments: verb resource or verb resource/resourceName.\nSee '${path} -h' for help and examples.`);
  const [verb = '', what = ''] = args;
  if (!what.startsWith('/') && !knownVerbs.includes(verb)) await k.warn(`verb '${verb}' is not a known verb`);
  let spec: unknown;
  if (what.startsWith('/')) spec = { nonResourceAttributes: { path: what, verb } };
  else {
    const [type = '', name] = what.includes('/') ? what.split('/') : [what];
    const mapping = (await k.mapper()).find(type);
    if (!mapping && type !== '*' && !subjects.includes(type)) await k.warn(`the server doesn't have a resource type '${type}'`);
    else if (mapping && !mapping.namespaced)
      await k.warn(`resource '${mapping.resource}' is not namespace scoped${mapping.group ? ` in group '${mapping.group}'` : ''}`);
    const namespace = flags.bool('all-namespaces') || (mapping && !mapping.namespaced) ? undefined : await k.namespace();
    spec = {
      resourceAttributes: {
        ...(namespace ? { namespace } : {}),
        verb,
        ...(mapping?.group ? { group: mapping.group } : {}),
        resource: mapping?.resource ?? type,
        ...(flags.string('subresource') ? { subresource: flags.string('subresource') } : {}),
        ...(name ? { name } : {}),
      },
    };
  }
  const body = JSON.stringify({ kind: 'SelfSubjectAccessReview', apiVersion: 'authorization.k8s.io/v1', metadata: {}, spec });
  const answer = await k.json<KubeObject>('POST', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', { body });
  const allowed = textAt(answer, 'status', 'allowed') === 'true';
  const reason = textAt(answer, 'status', 'reason');
  // what was warned of stands apart
  if (k.warnings > 0) await k.err('\n');
  if (!flags.bool('quiet')) await k.out(allowed ? 'yes\n' : `no${reason ? ` - ${reason}` : ''}\n`);
  return allowed ? 0 : 1;
}

async function listRules({ k, flags }: Invocation): Promise<number> {
  const body = JSON.stringify({
    kind: 'SelfSubjectRulesReview',
    apiVersion: 'authorization.k8s.io/v1',
    metadata: {},
    spec: { namespace: await k.namespace() },
  });
  const answer = await k.json<KubeObject>('POST', '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews', { body });
  const rules = simpleRules([...listAt(answer, 'status', 'resourceRules'), ...listAt(answer, 'status', 'nonResourceRules')]);
  const header = flags.bool('no-headers') ? [] : [['Resources', 'Non-Resource URLs', 'Resource Names', 'Verbs']];
  await k.out(new RowWriter().lines([...header, ...rules.map(ruleCells)]));
  return 0;
}

const whoami: Command = {
  use: 'whoami',
  short: 'Experimental: Check self subject attributes',
  flags: outputFlags(),
  async run({ k, flags }) {
    const read = (file: string): Promise<string> => readFile(k.proc, file);
    const printer = flags.string('output') ? await objectPrinter(flags, read, objectFormats, true) : undefined;
    const body = JSON.stringify({ kind: 'SelfSubjectReview', apiVersion: 'authentication.k8s.io/v1', metadata: {} });
    const answer = await k.json<KubeObject>('POST', '/apis/authentication.k8s.io/v1/selfsubjectreviews', { body });
    if (printer) {
      await k.out(printer.text(answer));
      return 0;
    }
    const user = fieldsAt(answer, 'status', 'userInfo');
    const rows = [['ATTRIBUTE', 'VALUE']];
    if (textAt(user, 'username')) rows.push(['Username', textAt(user, 'username')]);
    if (textAt(user, 'uid')) rows.push(['UID', textAt(user, 'uid')]);
    if (textsAt(user, 'groups').length > 0) rows.push(['Groups', `[${textsAt(user, 'groups').join(' ')}]`]);
    const extra = fieldsAt(user, 'extra');
    for (const key of Object.keys(extra).sort(byName)) rows.push([`Extra: ${key}`, `[${textsAt(extra, key).join(' ')}]`]);
    await k.out(new RowWriter().lines(rows));
    return 0;
  },
};

export const auth: Command = {
  use: 'auth [flags]',
  short: 'Inspect authorization',
  group: 'trouble',
  long: 'Inspect authorization.',
  commands: [canI, reconcile, whoami],
};
