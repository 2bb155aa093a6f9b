// The size budget: what a visitor downloads, brotli-compressed, by when it is needed. Fails above scripts/budget.json.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';

const root = process.argv[2] ?? 'dist/page';
const budget = JSON.parse(readFileSync('scripts/budget.json', 'utf8'));

/** A file and all that it cannot begin without: what it imports, what those import. */
function withImports(name, found = new Set()) {
  if (found.has(name)) return found;
  found.add(name);
  const text = name.endsWith('.js') ? readFileSync(join(root, name), 'utf8') : '';
  for (const [, path] of text.matchAll(/(?:from|import)"\.\/([^"]+)"/g)) withImports(`assets/${path}`, found);
  return found;
}

/** The first group whose pattern matches a file takes it; what no group takes fails, so that nothing slips in unseen. */
const groups = Object.entries(budget).map(([name, { files, limitKb }]) => ({
  name,
  pattern: new RegExp(files),
  limitKb,
  bytes: 0,
  count: 0,
}));

const compressed = (bytes) =>
  brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: bytes.length > 5e6 ? 5 : 9 } }).length;

const paths = readdirSync(root, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1));
// what is needed first, under whatever names the bundler has put it
const [first] = groups;
const needed = new Set(paths.filter((path) => first.pattern.test(path)).flatMap((path) => [...withImports(path)]));

const strays = [];
for (const path of paths) {
  if (path.endsWith('.map')) continue;
  const group = needed.has(path) ? first : groups.find(({ pattern }) => pattern.test(path));
  if (!group) {
    strays.push(path);
    continue;
  }
  group.bytes += compressed(readFileSync(join(root, path)));
  group.count++;
}

let failed = strays.length > 0;
for (const { name, bytes, count, limitKb } of groups) {
  const kb = bytes / 1000;
  const over = kb > limitKb || count === 0;
  failed ||= over;
  const verdict = count === 0 ? 'NO FILES' : over ? 'OVER BUDGET' : '';
  console.log(
    `${name.padEnd(34)} ${kb.toFixed(1).padStart(9)} kB of ${String(limitKb).padStart(6)}  ${String(count).padStart(3)} files ${verdict}`,
  );
}
for (const path of strays) console.error(`${path}: in no group of scripts/budget.json`);
process.exit(failed ? 1 : 0);
