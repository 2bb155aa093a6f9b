/** Of `reference()`, ms, on two quiet cores: what the bounds of the tests were measured on. */
const referenceMs = 8;

/** Work of the kind that the sandbox does: objects, maps and strings. */
function reference(): number {
  const start = performance.now();
  const seen = new Map<string, number>();
  for (let i = 0; i < 6000; i++) {
    const text = JSON.stringify({ metadata: { name: `object-${i}`, labels: { app: `app-${i % 100}` } }, list: [i, i + 1] });
    const { metadata } = JSON.parse(text) as { metadata: { name: string; labels: Record<string, string> } };
    seen.set(metadata.name, text.length + (seen.get(metadata.labels['app'] ?? '') ?? 0));
  }
  return seen.size === 6000 ? performance.now() - start : Infinity;
}

/** How many times slower this machine is just now than the one that bounds in ms were measured on; at least 1. */
export function slowness(): number {
  const times = Array.from({ length: 7 }, reference).sort((a, b) => a - b);
  return Math.max(1, times[3]! / referenceMs);
}
