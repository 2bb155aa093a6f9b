import type { KubeObject } from '../../kube/api';
import type { Command, Invocation } from '../command';
import { AggregateFailure, failure } from '../errors';
import { readFile } from '../files';
import { fileFlags } from '../flag-sets';
import { hasManifests } from '../manifests';
import { objectPrinter, outputFlags } from '../printers';
import { report } from '../report';
import { fetchAll, targets } from '../resources';
import { fieldsAt, goJson, listAt } from '../value';

interface Decision {
  readonly name: 'approve' | 'deny';
  readonly done: string;
  readonly type: string;
  readonly other: string;
  readonly reason: string;
}

const decisions: readonly Decision[] = [
  { name: 'approve', done: 'approved', type: 'Approved', other: 'Denied', reason: 'KubectlApprove' },
  { name: 'deny', done: 'denied', type: 'Denied', other: 'Approved', reason: 'KubectlDeny' },
];

function decisionCommand(decision: Decision): Command {
  const { name } = decision;
  return {
    use: `${name} (-f FILENAME | NAME)`,
    short: `${name === 'approve' ? 'Approve' : 'Deny'} a certificate signing request`,
    long: `${name === 'approve' ? 'Approve' : 'Deny'} a certificate signing request.

 The decision is written into the request; a signer that acts on it ${name === 'approve' ? 'then issues' : 'issues no'} certificate.`,
    example: `  # Decide on the request 'csr-sqgzp'
  kubectl certificate ${name} csr-sqgzp`,
    flags: [
      ...fileFlags('identifying the resource to update'),
      { name: 'force', kind: 'bool', usage: 'Update the request even if it has been decided on already.' },
      ...outputFlags(),
    ],
    run: (call) => decide(call, decision),
  };
}

async function decide(call: Invocation, { name, done, type, other, reason }: Decision): Promise<number> {
  const { k, flags, args } = call;
  await k.connection();
  if (args.length === 0 && !hasManifests(flags)) throw failure('one or more CSRs must be specified as <name> or -f <filename>');
  const printer = await objectPrinter(flags, (file) => readFile(k.proc, file));
  const words = args.map((arg) => (arg.includes('/') ? arg : `certificatesigningrequests/${arg}`));
  const { found, errors } = await fetchAll(k, await targets(k, { args: words, flags, allNamespaces: true }));
  for (const { mapping, object } of found) {
    if (mapping.kind !== 'CertificateSigningRequest' || mapping.group !== 'certificates.k8s.io') {
      const kind = mapping.group ? `${mapping.kind}.${mapping.group}` : mapping.kind;
      errors.push(failure(`can only handle CertificateSigningRequest.certificates.k8s.io objects, got ${kind}`));
      continue;
    }
    const conditions = listAt(object, 'status', 'conditions');
    if (conditions.some((condition) => condition.type === other))
      throw failure(`certificate signing request "${object.metadata.name}" is already ${String(other)}`);
    const isDecided = conditions.some((condition) => condition.type === type);
    if (flags.bool('force') || !isDecided) {
      const time = new Date(k.proc.clock.now()).toISOString().replace(/\.\d+Z$/, 'Z');
      const decided = {
        type,
        status: 'True',
        reason,
        message: `This CSR was ${done} by kubectl certificate ${name}.`,
        lastUpdateTime: time,
      };
      const status = { ...fieldsAt(object, 'status'), conditions: isDecided ? conditions : [...conditions, decided] };
      const path = k.path(mapping, undefined, object.metadata.name, 'approval');
      await k.json<KubeObject>('PUT', path, { body: goJson({ ...object, status }) });
    }
    // what is printed is the request as it was
    await report(k, printer, object, mapping, done);
  }
  if (errors.length > 0) throw errors.length === 1 ? errors[0] : new AggregateFailure(errors);
  if (found.length === 0) await k.err('No resources found\n');
  return 0;
}

export const certificate: Command = {
  use: 'certificate SUBCOMMAND',
  short: 'Modify certificate resources',
  group: 'cluster',
  commands: decisions.map(decisionCommand),
  async run(call) {
    await call.k.out(call.help());
    return 0;
  },
};
