import { ApiError, type KubeObject } from '../kube/api';
import { Errno } from '../kernel';
import type { Invocation } from './command';
import { type Mapping, resourceName } from './discovery';
import { launchEditor } from './editor';
import { CommandError, failure } from './errors';
import { readFile, writeFile } from './files';
import type { Kubectl } from './kubectl';
import { goSyntax } from './printers/jsonpath';
import { goJson, isFields, sortKeys } from './value';
import { documents, yamlText } from './yaml';

const heading = `# Please edit the object below. Lines beginning with a '#' will be ignored,
# and an empty file will abort the edit. If an error occurs while saving this file will be
# reopened with the relevant failures.
#
`;

/** An object as the editor shows it, and what it is of. */
export interface Edited {
  readonly mapping: Mapping;
  readonly object: KubeObject;
}

/** What becomes of an edited object; throws `ApiError` for what the server refuses. */
export interface EditMode {
  save(edited: Edited, after: KubeObject): Promise<void>;
  /** Objects that are new: they are saved even when nothing was changed. */
  readonly creates?: boolean;
}

/** Opens objects in the editor, again and again while the server finds them invalid, and saves what was changed. */
export class EditSession {
  private readonly k: Kubectl;
  private readonly json: boolean;
  private readonly original: string;

  constructor(
    call: Invocation,
    private readonly objects: readonly Edited[],
    private readonly mode: EditMode,
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
    let kept: string | undefined;
    for (;;) {
      const comment = this.json && !problems ? '' : heading + problems;
      const before = comment + text;
      const file = await this.edited(before);
      const after = await readFile(this.k.proc, file);
      const content = withoutComments(after);
      if (problems && comparable(content) === comparable(before)) {
        throw new CommandError(`${stored(kept ?? file)}\nerror: Edit cancelled, no valid changes were saved.`);
      }
      if (kept) this.remove(kept);
      if (!this.mode.creates && comparable(content) === comparable(this.original)) {
        this.remove(file);
        await this.k.err('Edit cancelled, no changes made.\n');
        return;
      }
      let parsed: KubeObject[];
      try {
        parsed = this.parse(content);
      } catch (error) {
        problems = await this.problem(
          `<nil>: Invalid value: "The edited file failed validation": ${(error as Error).message.replace('error converting YAML to JSON: ', '')}`,
        );
        text = content;
        kept = file;
        continue;
      }
      const outcome = await this.send(parsed, file);
      if (outcome === undefined) {
        this.remove(file);
        return;
      }
      problems = outcome;
      text = content;
      kept = file;
    }
  }

  /** Says on standard error that an object is invalid, and gives the comment that says why. */
  private async problem(detail: string, { mapping, object } = this.objects[0]!): Promise<string> {
    const subject = `${resourceName(mapping)} "${object.metadata.name}"`;
    await this.k.err(`error: ${subject} is invalid\n`);
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

  /** The object that an edited one was: by its uid, or the one of its place when objects have none yet. */
  private before(after: KubeObject, place: number): Edited {
    const own = this.objects.find(({ object }) => object.metadata.uid === after.metadata?.uid && object.metadata.uid !== undefined);
    const found = own ?? (this.objects[place]?.object.metadata.uid === undefined ? this.objects[place] : undefined);
    if (!found) throw failure(`no original object found for &unstructured.Unstructured{Object:${goSyntax(sortKeys(after))}}`);
    return found;
  }

  /** Saves what changed; the comment for the next round when the server finds it invalid. */
  private async send(parsed: readonly KubeObject[], file: string): Promise<string | undefined> {
    let problems: string | undefined;
    for (const [place, after] of parsed.entries()) {
      let edited: Edited | undefined;
      try {
        edited = this.before(after, place);
        await this.mode.save(edited, after);
      } catch (error) {
        if (error instanceof CommandError) throw new CommandError(`${stored(file)}\n${error.text}`);
        if (!(error instanceof ApiError) || !edited) throw error;
        problems = await this.refused(edited, error, file);
      }
    }
    return problems;
  }

  /** Invalid objects are edited again; other refusals end the session and leave the file. */
  private async refused(edited: Edited, error: ApiError, file: string): Promise<string> {
    const subject = `${resourceName(edited.mapping)} "${edited.object.metadata.name}"`;
    if (error.reason === 'NotFound')
      throw new CommandError(
        `error: ${subject} could not be found on the server\nThe edits you made on deleted resources have been saved to "${file}"`,
      );
    if (error.reason !== 'Invalid')
      throw new CommandError(
        `error: ${subject} could not be patched: ${error.message}\nYou can run \`kubectl replace -f ${file}\` to try this update again.`,
      );
    const causes = error.status.details?.causes ?? [];
    const details = causes.map((cause) => (cause.field ? `${cause.field}: ${cause.message}` : `${cause.message}`));
    return this.problem((details.length > 0 ? details : [error.message]).join('\n'), edited);
  }
}

const stored = (file: string): string => `A copy of your changes has been stored to "${file}"`;

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
