// Replays tests/recordings through the headless sandbox and prints the agreement of each. Agreement below the
// committed counts (tests/conformance/counts.json) fails; `--update` writes higher counts, never lower ones.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const countsFile = 'tests/conformance/counts.json';
const counts = JSON.parse(readFileSync(countsFile, 'utf8'));
const update = process.argv.includes('--update');
const named = process.argv.slice(2).filter((a) => !a.startsWith('--'));
const dir = mkdtempSync(join(tmpdir(), 'conformance-'));
let worse = 0;

for (const [recording, least] of Object.entries(counts)) {
  if (named.length && !named.some((n) => recording.includes(n))) continue;
  const out = join(dir, 'results.json');
  const run = spawnSync(
    'node',
    ['tests/conformance/compare.mjs', '--show', named.length ? '1000' : '0', '--json', out, `tests/recordings/${recording}`],
    { encoding: 'utf8', maxBuffer: 1 << 28 },
  );
  if (named.length) process.stdout.write(run.stdout);
  const results = existsSync(out) ? JSON.parse(readFileSync(out, 'utf8')) : [];
  const ok = results.filter((r) => r.ok).length;
  const verdict = ok < least ? 'FEWER THAN COMMITTED' : ok > least ? `more than the committed ${least}` : '';
  console.log(
    `${recording.padEnd(44)} ${String(ok).padStart(5)} / ${String(results.length).padEnd(5)} ${results.length ? ((100 * ok) / results.length).toFixed(1) : '0'}% ${verdict}`,
  );
  if (ok < least || !results.length) worse++;
  if (update && ok > least) counts[recording] = ok;
  if (run.status !== 0) process.stderr.write(run.stderr);
}
if (update) writeFileSync(countsFile, `${JSON.stringify(counts, null, 2)}\n`);
if (worse) {
  console.error(`${worse} recording${worse > 1 ? 's agree' : ' agrees'} less than the committed counts say`);
  process.exit(1);
}
