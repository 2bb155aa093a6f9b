import { entryAt, Errno, lowerTree, readFile, readText, type FileTree, type TreeEntry } from '../../../kernel';
import { familiarName, parseReference } from '../reference';
import { PullError, type Image, type ImageConfig } from '../types';
import type { DockerCommand, DockerContext } from './docker-context';
import { humanSize } from './table';

class BuildError extends Error {}

interface Step {
  readonly name: string;
  readonly rest: string;
  readonly line: number;
}

/** A Dockerfile's instructions: comments left out, continued lines joined. */
export function parseDockerfile(text: string): Step[] {
  const steps: Step[] = [];
  let pending = '';
  for (const [i, raw] of text.split('\n').entries()) {
    if (/^\s*(#|$)/.test(raw)) continue;
    pending += raw.replace(/\\\s*$/, ' ');
    if (/\\\s*$/.test(raw)) continue;
    const [name = '', rest = ''] = pending.trim().split(/\s+(.*)/s);
    steps.push({ name: name.toUpperCase(), rest: rest.trim(), line: i + 1 });
    pending = '';
  }
  return steps;
}

type MutableTree = Record<string, TreeEntry>;

/** What a build has so far. */
class Build {
  tree: FileTree = {};
  config: ImageConfig = { env: [], entrypoint: [], cmd: [], workingDir: '', user: '' };
  readonly history: string[] = [];
  readonly variables = new Map<string, string>();
  sizeBytes = 0;

  constructor(
    readonly context: DockerContext,
    readonly directory: string,
    readonly given: ReadonlyMap<string, string>,
  ) {}

  expand(text: string): string {
    return text.replace(/\$(?:\{(\w+)\}|(\w+))/g, (_, braced?: string, plain?: string) => this.variables.get(braced ?? plain ?? '') ?? '');
  }

  /** `["a", "b"]`, or a command line for a shell. */
  private words(text: string): string[] {
    if (!text.startsWith('[')) return ['/bin/sh', '-c', text];
    try {
      return (JSON.parse(text) as unknown[]).map(String);
    } catch {
      return ['/bin/sh', '-c', text];
    }
  }

  async run({ name, rest, line }: Step): Promise<void> {
    const text = ['CMD', 'ENTRYPOINT'].includes(name) ? rest : this.expand(rest);
    this.history.push(`${name} ${text}`);
    switch (name) {
      case 'FROM':
        return this.from(text.split(/\s+/)[0] ?? '');
      case 'ARG': {
        const [key = '', preset] = text.split(/=(.*)/s);
        return void this.variables.set(key, this.given.get(key) ?? preset ?? '');
      }
      case 'ENV': {
        const pairs = text.includes('=')
          ? [...text.matchAll(/(\w+)=("[^"]*"|\S*)/g)].map((m) => [m[1]!, m[2]!.replace(/^"|"$/g, '')])
          : [text.split(/\s+(.*)/s)];
        for (const [key = '', value = ''] of pairs) {
          this.variables.set(key, value);
          this.config = { ...this.config, env: [...this.config.env.filter((e) => !e.startsWith(`${key}=`)), `${key}=${value}`] };
        }
        return;
      }
      case 'ADD':
      case 'COPY':
        return this.add(
          name,
          text.split(/\s+/).filter((word) => !word.startsWith('--')),
        );
      case 'USER':
        return void (this.config = { ...this.config, user: text });
      case 'WORKDIR':
        return void (this.config = { ...this.config, workingDir: text });
      case 'ENTRYPOINT':
        return void (this.config = { ...this.config, entrypoint: this.words(text), cmd: [] });
      case 'CMD':
        return void (this.config = { ...this.config, cmd: this.words(text) });
      case 'LABEL':
      case 'EXPOSE':
      case 'MAINTAINER':
        return;
      case 'RUN':
        throw new BuildError('RUN is not available in this sandbox: images are put together, no container runs for it');
      default:
        throw new BuildError(`dockerfile parse error on line ${line}: unknown instruction: ${name}`);
    }
  }

  private async from(reference: string): Promise<void> {
    if (reference === 'scratch') return;
    const { runtime } = this.context;
    let base: Image | undefined;
    try {
      base = runtime.imageStatus(reference) ?? (await runtime.pullImage(reference)).image;
    } catch (error) {
      if (!(error instanceof PullError)) throw error;
      throw new BuildError(error.message);
    }
    this.tree = lowerTree(base.rootfs) ?? {};
    this.config = { ...base.config };
    this.sizeBytes = base.sizeBytes;
  }

  /** Files of the build's directory into the image. */
  private async add(name: string, words: readonly string[]): Promise<void> {
    const sources = words.slice(0, -1);
    const target = words.at(-1) ?? '';
    if (!sources.length) throw new BuildError(`${name} requires at least two arguments, but only one was provided`);
    for (const source of sources) {
      if (source.split('/').includes('..')) throw new BuildError(`${name} failed: forbidden path outside the build context: ${source}`);
      const entry = await this.read(`${this.directory}/${source.replace(/^\.?\//, '')}`, name, source);
      const absolute = target.startsWith('/') ? target : `${this.config.workingDir || ''}/${target}`;
      const into = absolute.endsWith('/') || entryAt(this.tree, absolute)?.type === 'directory';
      const path = entry.type === 'directory' || !into ? absolute : `${absolute.replace(/\/$/, '')}/${source.split('/').at(-1)}`;
      this.tree = put(
        this.tree,
        path.split('/').filter((part) => part && part !== '.'),
        entry,
      );
    }
  }

  private async read(path: string, name: string, source: string): Promise<TreeEntry> {
    const { proc } = this.context;
    let stat;
    try {
      stat = proc.stat(path);
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      throw new BuildError(
        `${name} failed: file not found in build context or excluded by .dockerignore: stat ${source}: file does not exist`,
      );
    }
    if (stat.type !== 'directory') {
      const content = await readFile(proc, path);
      this.sizeBytes += content.length;
      return { type: 'file', content, mode: stat.mode & 0o7777 };
    }
    const entries: MutableTree = {};
    for (const { name: child } of proc.readdir(path)) entries[child] = await this.read(`${path}/${child}`, name, `${source}/${child}`);
    return { type: 'directory', entries, mode: stat.mode & 0o7777 };
  }
}

function put(tree: FileTree, [first, ...rest]: readonly string[], entry: TreeEntry): FileTree {
  const merge = (into: TreeEntry | undefined): TreeEntry =>
    entry.type === 'directory' && into?.type === 'directory' ? { ...into, entries: { ...into.entries, ...entry.entries } } : entry;
  if (first === undefined) return entry.type === 'directory' ? { ...tree, ...entry.entries } : tree;
  const below = tree[first];
  if (!rest.length) return { ...tree, [first]: merge(below) };
  const inner = below?.type === 'directory' ? below : ({ type: 'directory', entries: {} } as const);
  return { ...tree, [first]: { ...inner, entries: put(inner.entries, rest, entry) } };
}

/** `docker build`: an image from a Dockerfile, as docker's classic builder tells of it. */
async function build(context: DockerContext): Promise<number> {
  const { proc, runtime, value, values, flags, operands, out, err } = context;
  const directory = (operands[0] ?? '.').replace(/(.)\/$/, '$1');
  const path = value('file') ?? `${directory}/Dockerfile`;
  const say = (text: string): Promise<void> => (flags.has('quiet') ? Promise.resolve() : out(text));
  let steps: Step[];
  try {
    steps = parseDockerfile(await readText(proc, path));
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    await err(`unable to prepare context: unable to evaluate symlinks in Dockerfile path: lstat ${path}: ${error.message.toLowerCase()}\n`);
    return 1;
  }
  const work = new Build(
    context,
    directory,
    new Map(values('build-arg').map((text) => [text.split('=')[0] ?? '', text.split(/=(.*)/s)[1] ?? ''])),
  );
  try {
    if (steps.find((step) => step.name !== 'ARG')?.name !== 'FROM') throw new BuildError('no build stage in current context');
    for (const [i, step] of steps.entries()) {
      await say(`Step ${i + 1}/${steps.length} : ${step.name} ${step.rest}\n`);
      await work.run(step);
      await say(' ---> done\n');
    }
  } catch (error) {
    if (!(error instanceof BuildError)) throw error;
    await err(`${error.message}\n`);
    return 1;
  }
  const tags = values('tag').map((tag) => parseReference(tag).text);
  const { tree, config, history, sizeBytes } = work;
  const image = runtime.buildImage({
    tags: tags.length ? tags : [`<none>:<none>`],
    tree,
    config,
    history,
    sizeBytes,
    createdMs: proc.clock.now(),
  });
  if (flags.has('quiet')) await out(`sha256:${image.id}\n`);
  else
    await out(
      `Successfully built ${image.id.slice(0, 12)} (${humanSize(sizeBytes)})\n${tags.map((tag) => `Successfully tagged ${familiarName(tag)}\n`).join('')}`,
    );
  return 0;
}

export const buildCommand: DockerCommand = {
  usage: 'PATH',
  summary: 'Build an image from a Dockerfile',
  also: ['image build'],
  common: true,
  options: [
    { long: 'build-arg', value: true, type: 'list', help: 'Set build-time variables' },
    { long: 'file', short: 'f', value: true, help: 'Name of the Dockerfile (Default is "PATH/Dockerfile")' },
    { long: 'quiet', short: 'q', help: 'Suppress the build output and print image ID on success' },
    { long: 'tag', short: 't', value: true, type: 'list', help: 'Name and optionally a tag in the "name:tag" format' },
  ],
  operands: [1, 1],
  run: build,
};
