import { ApiError, type KubeObject } from '../../../kube/api';
import type { Invocation } from '../../command';
import type { Mapping } from '../../discovery';
import { type DryRun, dryRunOf, dryRunQuery, fieldValidation } from '../../dry-run';
import { ConnectionError, failure, usageError } from '../../errors';
import { readFile } from '../../files';
import type { Flag } from '../../flags';
import { dryRunFlag, fieldManagerFlag, saveConfigFlag, validateFlag } from '../../flag-sets';
import { objectFormats, type ObjectPrinter, objectPrinter, outputFlags } from '../../printers';
import { report } from '../../report';
import { withTypedLastApplied } from '../apply';

/** The flags that every `create TYPE` takes. */
export const createFlags: readonly Flag[] = [
  ...outputFlags(),
  dryRunFlag,
  fieldManagerFlag('kubectl-create'),
  saveConfigFlag,
  validateFlag,
];

/** The only NAME of a `create TYPE` command. */
export function oneName({ args, path }: Invocation): string {
  if (args.length !== 1) throw usageError(path, `exactly one NAME is required, got ${args.length}`);
  return args[0]!;
}

/** metadata of an object made here: the namespace only when it was asked for. */
export async function metadataOf({ k }: Invocation, name: string): Promise<{ name: string; namespace?: string }> {
  return k.namespaceGiven ? { name, namespace: await k.namespace() } : { name };
}

const clusterWide = ['Namespace', 'ClusterRole', 'ClusterRoleBinding', 'PriorityClass'];

/** The resource of a kind that kubectl makes itself: it is known without asking the server. */
function builtIn(groupVersion: string, kind: string): Mapping {
  const [group, version] = groupVersion.includes('/') ? (groupVersion.split('/') as [string, string]) : ['', groupVersion];
  const singular = kind.toLowerCase();
  const resource = singular + (singular.endsWith('s') ? 'es' : 's');
  const namespaced = !clusterWide.includes(kind);
  return {
    group,
    version,
    groupVersion,
    kind,
    resource,
    singular,
    namespaced,
    verbs: [],
    shortNames: [],
    categories: [],
    subresources: [],
  };
}

/** A `create TYPE` command under way. */
export interface Making {
  readonly name: string;
  /**
   * Sends an object made of flags, or only prints it. `wording`: what comes before the server's message
   * (`failed to create secret `); without it the message stands as the server's own.
   */
  create(object: KubeObject, wording?: string): Promise<number>;
}

/** What every `create TYPE` looks at before its own flags: the name, the kubeconfig, --dry-run, -o and --validate. */
export async function begin(call: Invocation, words: readonly string[] = call.args): Promise<Making> {
  const { k, flags } = call;
  const name = oneName({ ...call, args: words });
  await k.connection();
  const dryRun = await dryRunOf(k, flags);
  const printer = await objectPrinter(flags, (file) => readFile(k.proc, file), objectFormats, true);
  const validation = fieldValidation(flags);
  return { name, create: (object, wording) => send(call, object, { dryRun, printer, validation, wording }) };
}

interface Sending {
  readonly dryRun: DryRun;
  readonly printer: ObjectPrinter | undefined;
  readonly validation: string;
  readonly wording: string | undefined;
}

async function send({ k, flags }: Invocation, object: KubeObject, { dryRun, printer, validation, wording }: Sending): Promise<number> {
  const group = object.apiVersion ?? 'v1';
  let made = flags.bool('save-config') ? withTypedLastApplied(object) : object;
  if (dryRun === 'client') {
    await report(k, printer, made, undefined, 'created', dryRun);
    return 0;
  }
  const mapping = builtIn(group, object.kind ?? '');
  const query = { fieldManager: flags.string('field-manager'), fieldValidation: validation, dryRun: dryRunQuery(dryRun) };
  const namespace = mapping.namespaced ? await k.namespace() : undefined;
  try {
    made = await k.json<KubeObject>('POST', k.path(mapping, namespace), { query, body: JSON.stringify(made) });
  } catch (error) {
    if (error instanceof ConnectionError && wording) throw failure(`${wording}${error.request}`);
    throw error instanceof ApiError && wording ? failure(`${wording}${error.message}`) : error;
  }
  await report(k, printer, made, mapping, 'created', dryRun);
  return 0;
}
