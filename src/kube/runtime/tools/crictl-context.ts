import type { Process } from '../../../kernel';
import { RuntimeError, type Container, type PodSandbox, type Runtime } from '../types';
import type { OptionSpec, ParsedArguments } from './arguments';
import { templateFunctions, type Formats } from './formats';
import { inspectJson, type Json } from './crictl-inspect';

export interface CrictlContext {
  readonly proc: Process;
  readonly runtime: Runtime;
  readonly formats: Formats;
  readonly args: ParsedArguments;
  readonly out: (text: string) => Promise<void>;
}

export interface CrictlCommand {
  readonly usage: string;
  readonly summary: string;
  readonly options: readonly OptionSpec[];
  readonly run: (context: CrictlContext) => Promise<number | void>;
}

/** What ends crictl: `level=fatal msg="…"`. */
export class Fatal extends Error {}
/** The command's help, and no error. */
export class ShowHelp extends Error {}

/** Runs a call of the runtime; what it refuses is fatal, as gRPC tells it, after `doing`. */
export async function rpc<T>(doing: string, call: () => Promise<T> | T): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof RuntimeError)) throw error;
    const code = error.code === 'StartError' ? 'Unknown' : error.code;
    throw new Fatal(`${doing && `${doing}: `}rpc error: code = ${code} desc = ${error.message}`);
  }
}

export const last = (args: ParsedArguments, name: string): string | undefined => args.values.get(name)?.at(-1);

export const podOf = (runtime: Runtime, { sandboxId }: Container): PodSandbox | undefined =>
  runtime.listPodSandboxes().find((s) => s.id === sandboxId);

/** By its id or the start of it. Throws RuntimeError. */
export function findPod(runtime: Runtime, id: string): PodSandbox {
  const found = runtime.listPodSandboxes().find((s) => s.id.startsWith(id));
  if (!found) throw new RuntimeError('NotFound', 'an error occurred when try to find sandbox: not found');
  return found;
}
export function findOne(runtime: Runtime, id: string): Container {
  const found = criContainers(runtime).find((c) => c.id.startsWith(id));
  if (!found) throw new RuntimeError('NotFound', `an error occurred when try to find container "${id}": not found`);
  return found;
}

/** What the CRI plugin knows: the containers of pods. */
export const criContainers = (runtime: Runtime): Container[] => runtime.listContainers().filter(({ sandboxId }) => sandboxId);

/** `key=value` labels that are asked for. */
export function labelFilter(args: ParsedArguments): (labels: Readonly<Record<string, string>>) => boolean {
  const wanted = (args.values.get('label') ?? []).map((text) => {
    const pair = text.split('=');
    if (pair.length !== 2) throw new Fatal(`incorrectly specified label: ${text}`);
    return pair as [string, string];
  });
  return (labels) => wanted.every(([key, value]) => labels[key] === value);
}

export function pattern(text: string | undefined): RegExp | undefined {
  if (text === undefined) return undefined;
  try {
    return new RegExp(text);
  } catch {
    throw new Fatal(`error parsing regexp: ${text}`);
  }
}

/** Details by `--output`: JSON unless another is asked for; a single one is no list. `table` tells one at a time. */
export async function writeDetails<T>(
  { args, formats, out }: CrictlContext,
  items: readonly T[],
  details: (item: T) => { readonly [key: string]: Json | undefined },
  tableOf: (item: T, info: Json | undefined) => string,
): Promise<void> {
  const output = last(args, 'output') ?? 'json';
  const all = items.map((item) => {
    const { info, ...rest } = details(item);
    return args.flags.has('quiet') ? rest : { info, ...rest };
  });
  const data: Json = all.length === 1 ? all[0]! : all;
  if (output === 'table') for (const item of items) await out(tableOf(item, args.flags.has('quiet') ? undefined : details(item)['info']));
  else if (output === 'json') await out(inspectJson(data));
  else if (output === 'yaml') await out(`${formats.yaml(JSON.parse(inspectJson(data)))}\n`);
  else if (output === 'go-template') {
    try {
      await out(`${formats.template(last(args, 'template') ?? '', JSON.parse(inspectJson(data)), templateFunctions)}\n`);
    } catch (error) {
      throw new Fatal(`execute template: ${(error as Error).message}`);
    }
  } else throw new Fatal(`unsupported format: "${output}"`);
}

/** A list by `--output`: JSON or YAML of the whole answer; false when it is to be a table. */
export async function writeList({ args, formats, out }: CrictlContext, answer: Json): Promise<boolean> {
  const output = last(args, 'output') ?? 'table';
  if (output === 'table') return false;
  if (output === 'json') await out(`${JSON.stringify(answer, undefined, 2)}\n`);
  else if (output === 'yaml') await out(`${formats.yaml(answer)}\n`);
  else throw new Fatal(`unsupported output format "${output}"`);
  return true;
}
