import { ApiError, type KubeObject } from '../../../kube/api';
import type { Invocation } from '../../command';
import type { Mapping } from '../../discovery';
import { dryRunOf, dryRunQuery, fieldValidation } from '../../dry-run';
import { ConnectionError, failure, usageError } from '../../errors';
import { readFile } from '../../files';
import type { Flag } from '../../flags';
import { dryRunFlag, fieldManagerFlag, saveConfigFlag, validateFlag } from '../../flag-sets';
import { objectFormats, objectPrinter, outputFlags } from '../../printers';
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

/**
 * Sends an object made of flags, or only prints it. `wording`: what comes before the server's message
 * (`failed to create secret `); without it the message stands as the server's own.
 */
export async function createObject(call: Invocation, object: KubeObject, wording?: string): Promise<number> {
  const { k, flags } = call;
  const printer = await objectPrinter(flags, (file) => readFile(k.proc, file), objectFormats, true);
  const dryRun = await dryRunOf(k, flags);
  const group = object.apiVersion ?? 'v1';
  let made = flags.bool('save-config') ? withTypedLastApplied(object) : object;
  if (dryRun === 'client') {
    await report(k, printer, made, undefined, 'created', dryRun);
    return 0;
  }
  const mapping = builtIn(group, object.kind ?? '');
  const query = { fieldManager: flags.string('field-manager'), fieldValidation: fieldValidation(flags), dryRun: dryRunQuery(dryRun) };
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
