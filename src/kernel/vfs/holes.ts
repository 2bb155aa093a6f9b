const pageBytes = 4096;
const pagesOf = (bytes: number): number => Math.ceil(bytes / pageBytes);

/** Which pages of a file were never written: they read as zeros and take no room. */
export class Holes {
  /** Pages from..to (exclusive), ascending and apart. */
  #ranges: (readonly [from: number, to: number])[] = [];

  /** Bytes of the pages that a file of `size` bytes takes. */
  used(size: number): number {
    return (pagesOf(size) - this.#ranges.reduce((sum, [from, to]) => sum + to - from, 0)) * pageBytes;
  }
  /** The file grows from `size` to where `offset` is, with nothing between. */
  skip(size: number, offset: number): void {
    const from = pagesOf(size);
    const to = Math.max(from, pagesOf(offset));
    if (to > from) this.#ranges.push([from, to]);
  }
  copy(): Holes {
    const copy = new Holes();
    copy.#ranges = [...this.#ranges];
    return copy;
  }
  fill(offset: number, length: number): void {
    if (this.#ranges.length === 0 || length === 0) return;
    const from = Math.floor(offset / pageBytes);
    const to = pagesOf(offset + length);
    this.#ranges = this.#ranges.flatMap(([a, b]): (readonly [number, number])[] =>
      b <= from || a >= to ? [[a, b]] : [[a, Math.min(b, from)] as const, [Math.max(a, to), b] as const].filter(([x, y]) => x < y),
    );
  }
  cut(size: number): void {
    const end = pagesOf(size);
    this.#ranges = this.#ranges.flatMap(([a, b]): (readonly [number, number])[] => (a >= end ? [] : [[a, Math.min(b, end)]]));
  }
}
