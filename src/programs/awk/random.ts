/** rand and srand: an xorshift, so that a seed gives the same sequence again. */
export class Random {
  private state = 0;
  private last = 0;
  constructor(seed: number) {
    this.seed(seed);
  }

  next(): number {
    let x = this.state | 0 || 1;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.state = x;
    return (x >>> 0) / 2 ** 32;
  }

  /** Returns the seed before. */
  seed(seed: number): number {
    const previous = this.last;
    this.last = seed;
    this.state = (Math.imul(Math.trunc(seed) % 2 ** 31, 2654435761) ^ 0x9e3779b9) | 0;
    for (let i = 0; i < 8; i++) this.next();
    return previous;
  }
}
