import { ApiError, jsonText, type KubeObject } from '../../kube/api';
import { Errno } from '../../kernel';
import { patchFor } from '../apply/patch';
import type { Command, Invocation } from '../command';
import type { Mapping } from '../discovery';
import { klogWarning } from '../dry-run';
import { CommandError, WhileDoing, describeError, failure, isNotFound, usageError } from '../errors';
import { find } from '../editor';
import { writeFile } from '../files';
import { fieldManagerFlag, fileFlags, labelSelectorFlag } from '../flag-sets';
import { hasManifests, manifestsOf } from '../manifests';
import { fileTargets, type Target } from '../resources';
import { type Fields, fieldsAt, goJson, sortKeys, withoutManagedFields } from '../value';
import { yamlText } from '../yaml';
import { doing } from './apply';
import { prunable, prunableObjects } from './apply-prune';

export const diff: Command = {
  use: 'diff -f FILENAME',
  short: 'Diff the live version against a would-be applied version',
  group: 'advanced',
  long: `Diff configurations specified by file name or stdin between the current online configuration, and the configuration as it would be if applied.

 The output is always YAML. KUBECTL_EXTERNAL_DIFF chooses another diff command than "diff -u -N".

 Exit status: 0 no differences were found. 1 differences were found. >1 kubectl or diff failed.`,
  example: `  # Diff resources included in pod.json
  kubectl diff -f pod.json
  
  # Diff what standard input holds
  cat service.yaml | kubectl diff -f -`,
  flags: [
    { name: 'concurrency', kind: 'int', value: '1', usage: 'How many objects to compare at once.' },
    fieldManagerFlag('kubectl-client-side-apply'),
    ...fileFlags('contains the configuration to diff'),
    { name: 'force-conflicts', kind: 'bool', usage: 'If true, server-side apply takes fields that others own.' },
    { name: 'prune', kind: 'bool', usage: 'Include resources that would be deleted by pruning.' },
    { name: 'prune-allowlist', kind: 'array', usage: 'group/version/kind for --prune' },
    labelSelectorFlag,
    { name: 'server-side', kind: 'bool', usage: 'If true, apply runs in the server instead of the client.' },
    { name: 'show-managed-fields', kind: 'bool', usage: 'If true, include managed fields in the diff.' },
    { name: 'show-secrets', kind: 'bool', usage: 'If true, show the data of secrets as it is.' },
  ],
  failureCode: 2,
  run,
};

type FileTarget = Target & { kind: 'file' };

async function run(call: Invocation): Promise<number> {
  const { k, flags, args, path } = call;
  if (args.length > 0) throw usageError(path, `Unexpected args: [${args.join(' ')}]`);
  if (!hasManifests(flags)) throw failure('must specify one of -f and -k', 2);
  await k.connection();
  if (flags.bool('force-conflicts') && !flags.bool('server-side')) throw failure('--force-conflicts only works with --server-side', 2);
  const pruning = flags.bool('prune');
  const allowed = pruning ? await prunable(call) : [];
  const found = await fileTargets(k, await manifestsOf(k, flags), { selector: flags.string('selector') });
  const targets = found.filter((target): target is FileTarget => target.kind === 'file');
  const directory = (name: string): string => {
    const path = `${k.proc.env.get('TMPDIR') ?? '/tmp'}/${name}-${Math.floor(k.proc.clock.random() * 4294967296)}`;
    k.proc.mkdir(path, 0o700);
    return path;
  };
  const [live, merged] = [directory('LIVE'), directory('MERGED')];
  const written = new Set<string>();
  const write = async (
    folder: string,
    name: string,
    object: KubeObject | undefined,
    whole = flags.bool('show-managed-fields'),
  ): Promise<void> => {
    if (!object) return;
    written.add(`${folder}/${name}`);
    await writeFile(k.proc, `${folder}/${name}`, yamlText(sortKeys(whole ? object : withoutManagedFields(object))));
  };
  const writeNull = async (folder: string, name: string): Promise<void> => {
    written.add(`${folder}/${name}`);
    await writeFile(k.proc, `${folder}/${name}`, 'null\n');
  };
  const visited = { uids: new Set<string>(), namespaces: new Set<string>() };
  try {
    for (const target of targets) {
      const both = await unlocked(call, target);
      const [before, after] = isMasked(call, target) ? masked(...both) : both;
      const name = fileName(target.mapping, target.namespace, target.name);
      // what hides the data of a secret writes null where there is none
      if (!before && isMasked(call, target)) await writeNull(live, name);
      else await write(live, name, before);
      await write(merged, name, after);
      if (both[0]?.metadata.uid) visited.uids.add(both[0].metadata.uid);
      if (target.namespace) visited.namespaces.add(target.namespace);
    }
    // what would be gone has a version before, and none after
    if (pruning)
      for await (const { mapping, namespace, object } of prunableObjects(call, allowed, visited, true))
        await write(live, fileName(mapping, namespace, object.metadata.name ?? ''), object, true);
    return await compare(call, live, merged);
  } catch (error) {
    // "exit status >1: kubectl or diff failed with an error"
    const described = describeError(error);
    throw described ? new CommandError(described.text, 2) : error;
  } finally {
    for (const file of written) k.proc.unlink(file);
    for (const folder of [live, merged]) k.proc.rmdir(folder);
  }
}

const isMasked = ({ flags }: Invocation, { mapping }: FileTarget): boolean =>
  mapping.kind === 'Secret' && mapping.group === '' && !flags.bool('show-secrets');

const fileName = ({ group, version, kind }: Mapping, namespace: string | undefined, name: string): string =>
  [group, version, kind, namespace ?? '', name].filter(Boolean).join('.');

/** How often versions that keep changing are asked for. */
const tries = 4;

/** Both versions; a conflict is tried again, the last time after a word about it. */
async function unlocked(call: Invocation, target: FileTarget): ReturnType<typeof versions> {
  const { group, version, kind } = target.mapping;
  for (let tried = 1; ; tried++) {
    if (tried === tries) {
      const text = `Object (${group}/${version}, Kind=${kind}: ${target.name}) keeps changing, diffing without lock`;
      await klogWarning(call.k, 'diff.go:723', text);
    }
    try {
      return await versions(call, target);
    } catch (error) {
      const cause = error instanceof WhileDoing ? error.cause : error;
      if (tried === tries || !(cause instanceof ApiError) || cause.reason !== 'Conflict') throw error;
    }
  }
}

/** The object as it is, and as the server would store it after apply. */
async function versions(
  { k, flags }: Invocation,
  { mapping, namespace, name, object, source }: FileTarget,
): Promise<[KubeObject | undefined, KubeObject]> {
  const path = k.path(mapping, namespace, name);
  // with annotations, even none: what was last applied has them, and leaving them out would delete them
  const annotations = { ...object.metadata.annotations };
  const own: KubeObject = { ...object, metadata: { ...object.metadata, annotations, ...(namespace ? { namespace } : {}) } };
  const query = { fieldManager: flags.string('field-manager'), dryRun: 'All' };
  let live: KubeObject;
  try {
    live = await k.json<KubeObject>('GET', path);
  } catch (error) {
    if (!isNotFound(error)) throw error;
    return [
      undefined,
      await doing(
        `error when creating "${source}"`,
        k.json<KubeObject>('POST', k.path(mapping, namespace), { query, body: jsonText(own) }),
      ),
    ];
  }
  if (flags.bool('server-side')) {
    const force = flags.bool('force-conflicts') ? true : undefined;
    return [
      live,
      await k.json<KubeObject>('PATCH', path, {
        query: { ...query, force },
        body: jsonText(own),
        contentType: 'application/apply-patch+yaml',
      }),
    ];
  }
  const { patch, strategic } = await patchFor(k, mapping, source, own, live);
  if (Object.keys(patch as object).length === 0) return [live, live];
  // What is compared is what was read: another version would be refused.
  const { metadata, ...rest } = patch as { metadata?: object };
  const body = goJson(sortKeys({ ...rest, metadata: { ...metadata, resourceVersion: live.metadata.resourceVersion } }));
  const contentType = strategic ? 'application/strategic-merge-patch+json' : 'application/merge-patch+json';
  const patched = k.json<KubeObject>('PATCH', path, { query, body, contentType });
  return [live, await doing(`error when patching "${source}"`, patched)];
}

/** A Secret's values never show: *** when both have the same, else which one it is. */
function masked(before: KubeObject | undefined, after: KubeObject): [KubeObject | undefined, KubeObject] {
  const [from, to] = [fieldsAt(before, 'data'), fieldsAt(after, 'data')];
  const mask = (own: Fields, other: Fields, mark: string): Fields =>
    Object.fromEntries(Object.keys(own).map((key) => [key, other[key] === undefined || other[key] === own[key] ? '***' : `*** (${mark})`]));
  const cover = (object: KubeObject, data: Fields): KubeObject => (object.data ? { ...object, data } : object);
  return [before && cover(before, mask(from, to, 'before')), cover(after, mask(to, from, 'after'))];
}

async function compare({ k }: Invocation, live: string, merged: string): Promise<number> {
  const [name = 'diff', ...options] = (k.proc.env.get('KUBECTL_EXTERNAL_DIFF') || 'diff -u -N').split(' ').filter(Boolean);
  const path = find(k.proc, name);
  if (!path) throw failure(`failed to run ${JSON.stringify(name)}: exec: ${JSON.stringify(name)}: executable file not found in $PATH`, 2);
  try {
    const pid = await k.proc.spawn(path, [name, ...options, live, merged]);
    const ended = await k.proc.wait(pid);
    return ended?.status.kind === 'exited' ? ended.status.code : 2;
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    throw failure(`failed to run ${JSON.stringify(name)}: ${error.message.toLowerCase()}`, 2);
  }
}
