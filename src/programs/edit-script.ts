/** A run of lines that differ: `from`/`to` are half-open, in the first and the second file. */
export interface Change {
  readonly from: readonly [number, number];
  readonly to: readonly [number, number];
}

/** The shortest edit script between two lists (Myers). */
export function changes(a: readonly string[], b: readonly string[], same: (x: string, y: string) => boolean = (x, y) => x === y): Change[] {
  let start = 0;
  while (start < a.length && start < b.length && same(a[start] as string, b[start] as string)) start++;
  let [endA, endB] = [a.length, b.length];
  while (endA > start && endB > start && same(a[endA - 1] as string, b[endB - 1] as string)) {
    endA--;
    endB--;
  }
  const [n, m] = [endA - start, endB - start];
  const max = n + m;
  const at = (k: number): number => k + max + 1;
  const v = new Int32Array(2 * max + 3);
  const trace: Int32Array[] = [];
  let found = -1;
  for (let d = 0; d <= max && found < 0; d++) {
    trace.push(v.slice());
    for (let k = -d; k <= d; k += 2) {
      let x =
        k === -d || (k !== d && (v[at(k - 1)] as number) < (v[at(k + 1)] as number))
          ? (v[at(k + 1)] as number)
          : (v[at(k - 1)] as number) + 1;
      let y = x - k;
      while (x < n && y < m && same(a[start + x] as string, b[start + y] as string)) {
        x++;
        y++;
      }
      v[at(k)] = x;
      if (x >= n && y >= m) {
        found = d;
        break;
      }
    }
  }
  const deleted = new Uint8Array(n);
  const inserted = new Uint8Array(m);
  let [x, y] = [n, m];
  for (let d = found; d > 0; d--) {
    const before = trace[d] as Int32Array;
    const k = x - y;
    const down = k === -d || (k !== d && (before[at(k - 1)] as number) < (before[at(k + 1)] as number));
    const previousK = down ? k + 1 : k - 1;
    const previousX = before[at(previousK)] as number;
    const previousY = previousX - previousK;
    if (down) inserted[previousY] = 1;
    else deleted[previousX] = 1;
    x = previousX;
    y = previousY;
  }
  const out: Change[] = [];
  let [i, j] = [0, 0];
  while (i < n || j < m) {
    if (!deleted[i] && !inserted[j] && i < n && j < m) {
      i++;
      j++;
      continue;
    }
    const [i0, j0] = [i, j];
    while (i < n && deleted[i]) i++;
    while (j < m && inserted[j]) j++;
    if (i === i0 && j === j0) break;
    out.push({ from: [start + i0, start + i], to: [start + j0, start + j] });
  }
  return out;
}
