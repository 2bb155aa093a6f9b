/** Snapshots are numbered as they are made: an image's when it is first needed, then one for each container. */
export class Snapshots {
  readonly #images = new Map<string, number>();
  #last = 0;

  /** For a new container: the image's number and its own. */
  for(imageId: string): readonly [image: number, own: number] {
    const image = this.#images.get(imageId) ?? ++this.#last;
    this.#images.set(imageId, image);
    return [image, ++this.#last];
  }
}
