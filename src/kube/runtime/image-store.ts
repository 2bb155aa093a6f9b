import type { Clock } from '../../clock';
import { lowerTree, type FileTree } from '../../kernel';
import { familiarName, parseReference } from './reference';
import { PullError, type Image } from './types';

/** How fast the modelled registry is: a round trip a blob (configuration, then one layer), then the bytes. */
const blobLatencyMs = 600;
const bytesPerMs = 4400;

/** Why a registry that is not there does not answer, in Go's words: by its address, this machine's own, or a name nobody knows. */
function unreached(registry: string, path: string): string {
  const [host = '', port] = registry.split(':');
  const local = host === 'localhost' || /^127\./.test(host);
  const url = `${local ? 'http' : 'https'}://${registry}/v2/${path}": dial tcp`;
  const at = `${host === 'localhost' ? '127.0.0.1' : host}:${port ?? (local ? 80 : 443)}`;
  if (local) return `${url} ${at}: connect: connection refused`;
  return /^[\d.]+$/.test(host) ? `${url} ${at}: i/o timeout` : `${url}: lookup ${host} on 192.168.49.1:53: no such host`;
}

/** The images on one node, and the registry they come from. */
export class ImageStore {
  readonly #clock: Clock;
  readonly #registry: readonly Image[];
  readonly #local = new Map<string, Image>();
  readonly #pulling = new Map<string, Promise<{ image: Image; tookMs: number }>>();

  constructor(clock: Clock, registry: readonly Image[], preloaded: readonly string[]) {
    this.#clock = clock;
    this.#registry = registry;
    for (const reference of preloaded) {
      const image = this.#find(registry, reference);
      if (image) this.#local.set(parseReference(reference).text, image);
    }
  }

  #find(images: Iterable<Image>, reference: string): Image | undefined {
    const wanted = parseReference(reference);
    for (const image of images) {
      if (wanted.digest ? `sha256:${image.digest}` === wanted.digest : image.tags.includes(wanted.text)) return image;
    }
    return undefined;
  }

  /** By reference, or by id (at least 3 digits of it). */
  status(reference: string): Image | undefined {
    const hex = reference.replace(/^sha256:/, '');
    if (/^[0-9a-f]{3,64}$/.test(hex)) {
      const byId = this.list().find((image) => image.id.startsWith(hex));
      if (byId) return byId;
    }
    try {
      return (
        this.#local.get(parseReference(reference).text) ??
        (reference.includes('@') ? this.#find(this.#local.values(), reference) : undefined)
      );
    } catch {
      return undefined;
    }
  }

  list(): readonly Image[] {
    return [...new Set(this.#local.values())];
  }

  /** An image built on this node. */
  add(image: Image): void {
    for (const tag of image.tags) this.#local.set(tag, image);
  }

  /** One more name for an image that is here. */
  tag(image: Image, text: string): void {
    const tagged = { ...image, tags: [...image.tags.filter((tag) => tag !== text), text] };
    for (const [name, held] of this.#local) if (held.id === image.id) this.#local.set(name, tagged);
    this.#local.set(text, tagged);
  }

  /** One name less for an image that has others. */
  untag(image: Image, text: string): void {
    const left = { ...image, tags: image.tags.filter((tag) => tag !== text) };
    this.#local.delete(text);
    for (const [name, held] of this.#local) if (held.id === image.id) this.#local.set(name, left);
  }

  remove(reference: string): boolean {
    const image = this.status(reference);
    if (!image) return false;
    for (const [text, held] of this.#local) if (held === image) this.#local.delete(text);
    return true;
  }

  /** Pulls of one reference at a time share the work. */
  pull(reference: string): Promise<{ image: Image; tookMs: number }> {
    const { text } = parseReference(reference);
    const running = this.#pulling.get(text);
    if (running) return running;
    const pull = this.#pull(reference).finally(() => this.#pulling.delete(text));
    this.#pulling.set(text, pull);
    return pull;
  }

  async #pull(reference: string): Promise<{ image: Image; tookMs: number }> {
    const start = this.#clock.now();
    const { text, registry, repository } = parseReference(reference);
    const image = this.#find(this.#registry, reference);
    await this.#clock.sleep(blobLatencyMs);
    if (!image) {
      const known = this.#registry.some((i) => i.tags.some((t) => t.startsWith(`${registry}/`)));
      const failed = `failed to pull and unpack image "${text}": failed to resolve image: `;
      if (!known) {
        throw new PullError(
          'ErrImagePull',
          `${failed}failed to do request: Head "${unreached(registry, `${repository}/manifests/${parseReference(reference).tag}`)}`,
        );
      }
      const sameRepository = this.#registry.some((i) => i.tags.some((t) => t.startsWith(`${registry}/${repository}:`)));
      throw new PullError(
        'ErrImagePull',
        sameRepository || registry !== 'docker.io'
          ? `rpc error: code = NotFound desc = ${failed}${text}: not found`
          : `${failed}pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed`,
      );
    }
    // what is there already is not fetched again
    if (this.#local.get(text) !== image) await this.#clock.sleep(blobLatencyMs + image.sizeBytes / bytesPerMs);
    this.#local.set(text, image);
    return { image, tookMs: this.#clock.now() - start };
  }
}

const blockBytes = 4096;
const treeBytes = (tree: FileTree): number =>
  Object.values(tree).reduce((sum, entry) => {
    if (entry.type === 'directory') return sum + treeBytes(entry.entries);
    if (entry.type !== 'file') return sum;
    const { content } = entry;
    const bytes = typeof content === 'string' ? new TextEncoder().encode(content).length : content.length;
    return sum + Math.ceil(bytes / blockBytes) * blockBytes;
  }, 0);
/** By the root file system's name. */
const measured = new Map<string, number>();

/** What an image's files take on a disk, bytes. */
export function imageBytes({ rootfs }: Image): number {
  const known = measured.get(rootfs);
  if (known !== undefined) return known;
  const bytes = treeBytes(lowerTree(rootfs) ?? {});
  measured.set(rootfs, bytes);
  return bytes;
}

/** The reference a status names an image by: `docker.io/library/alpine@sha256:…`. */
export function imageRef(image: Image): string {
  const tag = image.tags[0] ?? '';
  return `${tag.replace(/:[^:/]*$/, '')}@sha256:${image.digest}`;
}

export { familiarName };
