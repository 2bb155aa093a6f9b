import type { Node } from './program';

/** Where groups begin and end, two numbers each; -1: not at all. */
export type Spans = Int32Array;

/** The spans of a match while it is walked, as regexec(3) of glibc notes them. */
export class Registers {
  constructor(
    readonly spans: Spans,
    /** As they were at the last group that took something. */
    private settled: Spans,
  ) {}

  static empty(groups: number): Registers {
    return new Registers(new Int32Array(2 * groups + 2).fill(-1), new Int32Array(2 * groups + 2).fill(-1));
  }

  copy(): Registers {
    return new Registers(this.spans.slice(), this.settled);
  }

  note(node: Node & { type: 'open' | 'close' }, at: number): void {
    const i = 2 * node.group;
    const { spans } = this;
    if (node.type === 'open') {
      spans[i] = at;
      spans[i + 1] = -1;
    } else if ((spans[i] as number) < at) {
      spans[i + 1] = at;
      this.settled = spans.slice();
    } else if (node.optional && this.settled[i] !== -1) {
      // an empty round of a repeated group undoes what it noted
      spans.set(this.settled);
    } else spans[i + 1] = at;
  }
}
