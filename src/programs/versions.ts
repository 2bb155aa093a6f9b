/** strverscmp(3), nearly: runs of digits compare as numbers. */
export function compareVersions(a: string, b: string): number {
  const split = (s: string): string[] => s.match(/\d+|\D+/g) ?? [];
  const [x, y] = [split(a), split(b)];
  for (let i = 0; i < Math.max(x.length, y.length); i++) {
    const [p, q] = [x[i], y[i]];
    if (p === undefined) return -1;
    if (q === undefined) return 1;
    if (/^\d/.test(p) && /^\d/.test(q)) {
      const [m, n] = [BigInt(p), BigInt(q)];
      if (m !== n) return m < n ? -1 : 1;
    }
    if (p !== q) return p < q ? -1 : 1;
  }
  return 0;
}
