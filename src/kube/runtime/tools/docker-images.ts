import { familiarName, parseReference } from '../reference';
import { PullError, type Image } from '../types';
import { DaemonError, type DockerCommand, type DockerContext } from './docker-context';
import { dockerContainers } from './docker-objects';
import { humanDuration, humanSize, table } from './table';

const withTag = (name: string): string => (name.replace(/^.*\//, '').includes(':') ? name : `${name}:latest`);

function imageOf({ runtime }: DockerContext, name: string): Image {
  const image = runtime.imageStatus(name);
  if (!image) throw new DaemonError(`No such image: ${withTag(name)}`);
  return image;
}

async function history(context: DockerContext): Promise<number> {
  const { proc, flags, operands, out } = context;
  const image = imageOf(context, operands[0]!);
  const now = proc.clock.now();
  const full = flags.has('no-trunc');
  const idOf = (i: number): string => (i > 0 ? '<missing>' : full ? `sha256:${image.id}` : image.id.slice(0, 12));
  if (flags.has('quiet')) {
    await out(image.history.map((_, i) => `${idOf(i)}\n`).join(''));
    return 0;
  }
  const rows = image.history.map((layer, i) => [
    idOf(i),
    `${humanDuration(now - layer.createdMs)} ago`,
    !full && layer.createdBy.length > 45 ? `${layer.createdBy.slice(0, 44)}…` : layer.createdBy,
    humanSize(layer.sizeBytes),
    '',
  ]);
  await out(table([['IMAGE', 'CREATED', 'CREATED BY', 'SIZE', 'COMMENT'], ...rows], 10));
  return 0;
}

async function remove(context: DockerContext): Promise<number> {
  const { runtime, operands, flags, out, err } = context;
  let code = 0;
  for (const name of operands) {
    try {
      const image = imageOf(context, name);
      const text = familiarName(parseReference(name).text);
      const known = image.tags.find((each) => familiarName(each) === text);
      if (known !== undefined && image.tags.length > 1) {
        runtime.untagImage(image, known);
        await out(`Untagged: ${text}\n`);
        continue;
      }
      const users = dockerContainers(runtime).filter((c) => c.imageObject.id === image.id);
      const user = users.find((c) => c.running) ?? users[0];
      if (user && !(flags.has('force') && !user.running)) {
        const how = user.running ? `cannot be forced) - container ${user.id.slice(0, 12)} is using its referenced image` : `must force) - container ${user.id.slice(0, 12)} is using its referenced image`; // prettier-ignore
        throw new DaemonError(`conflict: unable to remove repository reference "${name}" (${how} ${image.id.slice(0, 12)}`);
      }
      runtime.removeImage(name);
      await out(`Untagged: ${familiarName(image.tags[0] ?? name)}\nDeleted: sha256:${image.id}\n`);
    } catch (error) {
      if (!(error instanceof DaemonError)) throw error;
      await err(`Error response from daemon: ${error.message}\n`);
      code = 1;
    }
  }
  return code;
}

async function pull({ runtime, operands, flags, out, err }: DockerContext): Promise<number> {
  const [name = ''] = operands;
  const quiet = flags.has('quiet');
  try {
    const { repository, tag, text } = parseReference(name);
    if (!quiet && tag === 'latest' && !name.endsWith(':latest')) await out('Using default tag: latest\n');
    const had = runtime.imageStatus(name);
    const { image } = await runtime.pullImage(name);
    const status = had?.id === image.id ? 'Image is up to date' : 'Downloaded newer image';
    if (!quiet)
      await out(`${tag}: Pulling from ${repository}\nDigest: sha256:${image.digest}\nStatus: ${status} for ${familiarName(text)}\n`);
    await out(`${text}\n`);
    return 0;
  } catch (error) {
    if (!(error instanceof PullError)) throw error;
    const denied = error.message.includes('pull access denied');
    const why = denied ? `pull access denied for ${name.replace(/:[^:/]*$/, '')}, repository does not exist or may require 'docker login': denied: requested access to the resource is denied` : error.message.replace(/^.*(failed to resolve image: |reference format)/, (_, words: string) => (words.startsWith('reference') ? 'invalid reference format' : '')); // prettier-ignore
    await err(why.startsWith('invalid reference') ? `${why}\n` : `Error response from daemon: ${why}\n`);
    return 1;
  }
}

async function tag(context: DockerContext): Promise<number> {
  const [from = '', to = ''] = context.operands;
  const image = imageOf(context, from);
  try {
    context.runtime.tagImage(image, parseReference(to).text);
    return 0;
  } catch (error) {
    if (!(error instanceof PullError)) throw error;
    await context.err(`Error parsing reference: "${to}" is not a valid repository/tag: invalid reference format\n`);
    return 1;
  }
}

export const imageCommands: Readonly<Record<string, DockerCommand>> = {
  history: { usage: 'IMAGE', summary: 'Show the history of an image', also: ['image history'], options: [{ long: 'no-trunc', help: "Don't truncate output" }, { long: 'quiet', short: 'q', help: 'Only show image IDs' }], operands: [1, 1], run: history },
  pull: { usage: 'NAME[:TAG|@DIGEST]', summary: 'Download an image from a registry', also: ['image pull'], common: true, options: [{ long: 'quiet', short: 'q', help: 'Suppress verbose output' }], operands: [1, 1], run: pull },
  rmi: { usage: 'IMAGE [IMAGE...]', summary: 'Remove one or more images', also: ['image rm', 'image remove'], options: [{ long: 'force', short: 'f', help: 'Force removal of the image' }], operands: [1, Infinity], run: remove },
  tag: { usage: 'SOURCE_IMAGE[:TAG] TARGET_IMAGE[:TAG]', summary: 'Create a tag TARGET_IMAGE that refers to SOURCE_IMAGE', also: ['image tag'], options: [], operands: [2, 2], run: tag },
}; // prettier-ignore
