import { ApiError, type KubeObject } from '../../kube/api';
import { Errno } from '../../kernel';
import { twoWayStrategic } from '../apply/three-way';
import type { Command, Invocation } from '../command';
import { completeResources } from '../completion';
import type { Mapping } from '../discovery';
import { AggregateFailure, CommandError, failure, WhileDoing } from '../errors';
import { readFile, writeFile } from '../files';
import { fieldManagerFlag, fileFlags, saveConfigFlag, validateFlag } from '../flag-sets';
import type { Kubectl } from '../kubectl';
import { outputFlags } from '../printers';
import { report } from '../report';
import { fetchAll, targets } from '../resources';
import { equal, goJson, isFields, sortKeys, withoutManagedFields } from '../value';
import { documents, yamlText } from '../yaml';
import { launchEditor } from '../editor';

export const edit: Command = {
  use: 'edit (RESOURCE/NAME | -f FILENAME)',
  short: 'Edit a resource on the server',
  group: 'intermediate',
  long: `Edit a resource from the default editor.

 The edit command opens any resource in the editor that KUBE_EDITOR or EDITOR names, else in 'vi', and sends what you changed. A file with errors is opened again with the errors as comments at its top. The default format is YAML; "-o json" gives JSON.`,
  example: `  # Edit the service named 'registry'
  kubectl edit svc/registry
  
  # With another editor
  KUBE_EDITOR="nano" kubectl edit svc/registry`,
  flags: [
    fieldManagerFlag('kubectl-edit'),
    ...fileFlags('to use to edit the resource'),
    ...outputFlags(),
    { name: 'output-patch', kind: 'bool', usage: 'Output the patch if the resource is edited.' },
    saveConfigFlag,
    { name: 'subresource', kind: 'string', usage: 'Operate on this subresource of the object.' },
    validateFlag,
    { name: 'windows-line-endings', kind: 'bool', usage: 'Line endings as the platform has them.' },
  ],
  run,
  complete: (call, word) => completeResources(call, word),
};

const heading = `# Please edit the object below. Lines beginning with a '#' will be ignored,
# and an empty file will abort the edit. If an error occurs while saving this file will be
# reopened with the relevant failures.
#
`;

interface Edited {
  readonly mapping: Mapping;
  readonly object: KubeObject;
}

async function run(call: Invocation): Promise<number> {
  const { k, flags, args } = call;
  const { found, errors } = await fetchAll(k, await targets(k, { args, flags, typeAlone: true }));
  if (errors.length > 0) throw errors.length === 1 ? errors[0] : new AggregateFailure(errors);
  if (found.length === 0) throw failure('edit cancelled, no objects found');
  const objects = found.map(({ mapping, object }) => ({ mapping, object: withoutManagedFields(object) }));
  await new EditSession(call, objects).run();
  return 0;
}

class EditSession {
  private readonly k: Kubectl;
  private readonly json: boolean;
  private readonly original: string;

  constructor(
    private readonly call: Invocation,
    private readonly objects: readonly Edited[],
  ) {
    this.k = call.k;
    this.json = call.flags.string('output') === 'json';
    this.original = this.textOf(objects.map(({ object }) => object));
  }

  private textOf(objects: readonly KubeObject[]): string {
    const value = objects.length === 1 ? objects[0] : { apiVersion: 'v1', items: objects, kind: 'List', metadata: {} };
    return this.json ? `${goJson(sortKeys(value), '    ')}\n` : yamlText(sortKeys(value));
  }

  async run(): Promise<void> {
    let problems = '';
    let text = this.original;
    let stored: string | undefined;
    for (;;) {
      const comment = this.json && !problems ? '' : heading + problems;
      const before = comment + text;
      const file = await this.edited(before);
      const after = await readFile(this.k.proc, file);
      const content = withoutComments(after);
      if (problems && comparable(content) === comparable(before)) {
        throw failure(
          `${this.headline}\nA copy of your changes has been stored to "${stored ?? file}"\nerror: Edit cancelled, no valid changes were saved.`,
        );
      }
      if (stored) this.remove(stored);
      if (comparable(content) === comparable(this.original)) {
        this.remove(file);
        await this.k.err('Edit cancelled, no changes made.\n');
        return;
      }
      let parsed: KubeObject[];
      try {
        parsed = this.parse(content);
      } catch (error) {
        problems = this.problem(
          `<nil>: Invalid value: "The edited file failed validation": ${(error as Error).message.replace('error converting YAML to JSON: ', '')}`,
        );
        text = content;
        stored = file;
        continue;
      }
      const outcome = await this.send(parsed, file);
      if (outcome === undefined) {
        this.remove(file);
        return;
      }
      problems = outcome;
      text = content;
      stored = file;
    }
  }

  private headline = '';
  private problem(detail: string): string {
    const { mapping, object } = this.objects[0]!;
    const subject = `${mapping.resource} "${object.metadata.name}"`;
    this.headline = `${subject} is invalid`;
    return `# ${subject} was not valid:\n${detail
      .split('\n')
      .map((line) => `# * ${line}\n`)
      .join('')}#\n`;
  }

  private async edited(text: string): Promise<string> {
    const { proc } = this.k;
    const name = `${proc.env.get('TMPDIR') ?? '/tmp'}/kubectl-edit-${Math.floor(proc.clock.random() * 4294967296)}.${this.json ? 'json' : 'yaml'}`;
    await writeFile(proc, name, text, 0o600);
    await launchEditor(proc, name);
    return name;
  }

  private remove(file: string): void {
    try {
      this.k.proc.unlink(file);
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
    }
  }

  private parse(content: string): KubeObject[] {
    const [value] = documents(content);
    if (!isFields(value)) throw new Error('EOF');
    const items = value.kind === 'List' && Array.isArray(value.items) ? (value.items as KubeObject[]) : [value as KubeObject];
    if (items.some((item) => !item.kind)) throw new Error(`Object 'Kind' is missing in '${goJson(sortKeys(value))}'`);
    return items;
  }

  /** Sends what changed; the comment for the next round when the server refused it. */
  private async send(parsed: readonly KubeObject[], file: string): Promise<string | undefined> {
    const { k, call } = this;
    const query = { fieldManager: call.flags.string('field-manager'), fieldValidation: 'Strict' };
    for (const { mapping, object } of this.objects) {
      const after = parsed.find(
        (one) => one.kind === object.kind && one.apiVersion === object.apiVersion && one.metadata?.name === object.metadata.name,
      );
      if (!after)
        throw new CommandError(
          `A copy of your changes has been stored to "${file}"\nerror: At least one of apiVersion, kind and name was changed`,
        );
      if (equal(after, object)) continue;
      const patch = goJson(sortKeys(twoWayStrategic(object, after)));
      const { name, namespace } = object.metadata;
      try {
        const contentType = 'application/strategic-merge-patch+json';
        const saved = await k.json<KubeObject>('PATCH', k.path(mapping, namespace, name), { body: patch, query, contentType });
        if (call.flags.bool('output-patch')) await k.out(`Patch: ${patch}\n`);
        await report(k, undefined, saved, mapping, 'edited');
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        if (error.reason !== 'Invalid' && error.reason !== 'BadRequest') throw new WhileDoing(`could not be patched`, error);
        const causes = error.status.details?.causes ?? [];
        const details =
          causes.length > 0
            ? causes.map((cause) => (cause.field ? `${cause.field}: ${cause.message}` : `${cause.message}`))
            : [error.message];
        return this.problem(details.join('\n'));
      }
    }
    return undefined;
  }
}

/** What two states of the file are compared by: their content, while it can be read. */
function comparable(text: string): string {
  const bare = withoutComments(text);
  try {
    return goJson(documents(bare).map(sortKeys));
  } catch {
    return bare;
  }
}

const withoutComments = (text: string): string =>
  text
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .join('\n');
