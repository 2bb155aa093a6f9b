import type { KubeObject } from '../../kube/api';
import { Errno } from '../../kernel';
import { patchedJson, patchedMerge, patchedStrategic } from '../apply/patched';
import type { Command, Invocation } from '../command';
import { completeResources } from '../completion';
import type { Mapping } from '../discovery';
import { dryRunOf, dryRunQuery } from '../dry-run';
import { AggregateFailure, failure } from '../errors';
import { readFile } from '../files';
import { dryRunFlag, fieldManagerFlag, fileFlags } from '../flag-sets';
import { type ObjectPrinter, objectPrinter, outputFlags } from '../printers';
import { report } from '../report';
import { targets } from '../resources';
import { equal, type Fields, goJson, isFields } from '../value';
import { documents } from '../yaml';

const contentTypes: Readonly<Record<string, string>> = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
};

export const patch: Command = {
  use: 'patch (-f FILENAME | TYPE NAME) [-p PATCH|--patch-file FILE]',
  short: 'Update fields of a resource',
  group: 'advanced',
  long: `Update fields of a resource by a strategic merge patch, a JSON merge patch or a JSON patch.

 JSON and YAML are accepted.`,
  example: `  # Change a node with a strategic merge patch
  kubectl patch node k8s-node-1 -p '{"spec":{"unschedulable":true}}'
  
  # Change a container's image: spec.containers[*].name is the key of the list
  kubectl patch pod valid-pod -p '{"spec":{"containers":[{"name":"kubernetes-serve-hostname","image":"new image"}]}}'
  
  # The same by a JSON patch with positions
  kubectl patch pod valid-pod --type='json' -p='[{"op": "replace", "path": "/spec/containers/0/image", "value":"new image"}]'`,
  flags: [
    ...outputFlags(),
    dryRunFlag,
    fieldManagerFlag('kubectl-patch'),
    ...fileFlags('identifying the resource to update'),
    { name: 'local', kind: 'bool', usage: 'If true, work on the files only, without the server.' },
    { name: 'patch', short: 'p', kind: 'string', usage: 'The patch, as JSON or YAML.' },
    { name: 'patch-file', kind: 'string', usage: 'A file that holds the patch.' },
    { name: 'subresource', kind: 'string', usage: 'Operate on this subresource of the object.' },
    { name: 'type', kind: 'string', value: 'strategic', usage: 'The type of patch being provided; one of [json merge strategic]' },
  ],
  run,
  complete: (call, word) => completeResources(call, word),
};

async function patchText({ k, flags }: Invocation): Promise<string> {
  const [text, file] = [flags.string('patch'), flags.string('patch-file')];
  if (text && file) throw failure('cannot specify --patch and --patch-file together');
  if (!text && !file) throw failure('must specify --patch or --patch-file containing the contents of the patch');
  if (!file) return text;
  try {
    return await readFile(k.proc, file);
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    throw failure(`unable to read patch file: open ${file}: ${error.message.toLowerCase()}`);
  }
}

/** JSON as it is, YAML turned into JSON. */
function toJson(text: string): string {
  if (/^\s*[[{]/.test(text)) return text;
  try {
    return goJson(documents(text)[0]);
  } catch (error) {
    throw failure(`unable to parse "${text}": ${(error as Error).message.replace('error converting YAML to JSON: ', '')}`);
  }
}

/** What the server would make of a patch. */
function patchedBy(type: string, object: KubeObject, change: unknown): KubeObject {
  if (type === 'json') return patchedJson(object, change as Parameters<typeof patchedJson>[1]) as KubeObject;
  if (type === 'merge') return patchedMerge(object, change) as KubeObject;
  return (isFields(change) ? patchedStrategic(object as unknown as Fields, change) : object) as KubeObject;
}

/** What the server answered is what is printed: of deployments/scale, a Scale. */
function answered(mapping: Mapping, { apiVersion = '', kind = '' }: KubeObject): Mapping {
  if (kind === mapping.kind || kind === '') return mapping;
  const group = apiVersion.includes('/') ? apiVersion.split('/')[0]! : '';
  return { ...mapping, kind, group, groupVersion: apiVersion };
}

async function run(call: Invocation): Promise<number> {
  const { k, flags, args } = call;
  const type = flags.string('type');
  const contentType = contentTypes[type.toLowerCase()];
  const text = await patchText(call);
  if (!contentType) throw failure(`--type must be one of [json merge strategic], not "${type}"`);
  const printer = await objectPrinter(flags, (file) => readFile(k.proc, file));
  const dryRun = await dryRunOf(k, flags);
  const body = toJson(text);
  const errors: unknown[] = [];
  const list = await targets(k, { args, flags });
  // each object has a printer of its own: nothing stands between them
  const own = (): Promise<ObjectPrinter | undefined> => objectPrinter(flags, (file) => readFile(k.proc, file));
  const subresource = flags.string('subresource') || undefined;
  for (const target of list) {
    if (target.kind === 'list') continue;
    const { mapping, namespace, name } = target;
    try {
      const path = k.path(mapping, namespace, name, subresource);
      if (dryRun === 'client' || flags.bool('local')) {
        const live = target.kind === 'file' && flags.bool('local') ? target.object : await k.json<KubeObject>('GET', path);
        const change: unknown = JSON.parse(body);
        const object = patchedBy(type, live, change);
        await report(k, printer && (await own()), object, mapping, equal(live, object) ? 'patched (no change)' : 'patched');
        continue;
      }
      const before = await k.json<KubeObject>('GET', path);
      const query = { fieldManager: flags.string('field-manager'), dryRun: dryRunQuery(dryRun) };
      const after = await k.json<KubeObject>('PATCH', path, { body, contentType, query });
      await report(k, printer && (await own()), after, answered(mapping, after), equal(before, after) ? 'patched (no change)' : 'patched');
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw errors.length === 1 ? errors[0] : new AggregateFailure(errors);
  return 0;
}
