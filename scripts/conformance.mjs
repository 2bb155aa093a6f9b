// Replays tests/recordings through the headless sandbox and prints the agreement of each. Agreement below the
// committed counts (tests/conformance/counts.json) fails; `--update` writes higher counts, never lower ones.
// Two recordings run at a time; the longest begin first. A count named `RECORDING + off-record steps` is the recording
// replayed with the steps of tests/conformance/off-record.json between its commands.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const countsFile = 'tests/conformance/counts.json';
const counts = JSON.parse(readFileSync(countsFile, 'utf8'));
const args = process.argv.slice(2);
const update = args.includes('--update');
const cliAt = args.indexOf('--cli');
const cli = cliAt < 0 ? [] : args.splice(cliAt, 2);
const named = args.filter((a) => !a.startsWith('--'));
const dir = mkdtempSync(join(tmpdir(), 'conformance-'));
const atOnce = 2;
const offRecordMark = ' + off-record steps';
const pathOf = (recording) => `tests/recordings/${recording.replace(offRecordMark, '')}`;

function replay(recording) {
  const out = join(dir, `${recording.replaceAll('/', '-')}.results`);
  const show = named.length ? '1000' : '0';
  const steps = recording.endsWith(offRecordMark) ? ['--off-record', 'tests/conformance/off-record.json'] : [];
  const child = spawn(
    'node',
    ['tests/conformance/compare.mjs', ...cli, ...steps, '--limit-ms', '120000', '--show', show, '--json', out, pathOf(recording)],
    {
      stdio: ['ignore', named.length ? 'inherit' : 'ignore', 'pipe'],
    },
  );
  let stderr = '';
  child.stderr.on('data', (bytes) => (stderr += stderr.length < 4000 ? bytes : ''));
  return new Promise((resolve) => {
    child.on('close', (status) => resolve({ stderr, status, results: existsSync(out) ? JSON.parse(readFileSync(out, 'utf8')) : [] }));
  });
}

const waiting = Object.keys(counts)
  .filter((recording) => !named.length || named.some((n) => recording.includes(n)))
  .sort((a, b) => statSync(pathOf(b)).size - statSync(pathOf(a)).size);
let worse = 0;

async function work() {
  for (let recording = waiting.shift(); recording; recording = waiting.shift()) {
    const least = counts[recording];
    const { results, status, stderr } = await replay(recording);
    const ok = results.filter((r) => r.ok).length;
    const verdict = ok < least ? 'FEWER THAN COMMITTED' : ok > least ? `more than the committed ${least}` : '';
    const share = results.length ? ((100 * ok) / results.length).toFixed(1) : '0';
    console.log(`${recording.padEnd(56)} ${String(ok).padStart(5)} / ${String(results.length).padEnd(5)} ${share}% ${verdict}`.trimEnd());
    if (ok < least || !results.length) worse++;
    if (update && ok > least) counts[recording] = ok;
    if (status !== 0) process.stderr.write(stderr);
  }
}

await Promise.all(Array.from({ length: atOnce }, work));
if (update) writeFileSync(countsFile, `${JSON.stringify(counts, null, 2)}\n`);
if (worse) {
  console.error(`${worse} recording${worse > 1 ? 's agree' : ' agrees'} less than the committed counts say`);
  process.exit(1);
}
