// `npm run test:unit`: the unit tests. Files with a failure run once more, one at a time and with the machine to themselves;
// what then passes is listed as unsteady, with what it first said, and does not fail the run. An error outside the tests names
// no file: then everything runs once more. Arguments go to vitest.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';

const folder = mkdtempSync(join(tmpdir(), 'unit-'));

/** Runs vitest; the failed files, from the project's root, with the first message of each, and whether the run was whole. */
function run(name, args) {
  const out = join(folder, `${name}.json`);
  const { status } = spawnSync('npx', ['vitest', 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${out}`, ...args], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (status === 0) return { failed: [], whole: true };
  const files = readReport(out)?.testResults ?? [];
  const failed = files
    .filter((file) => file.status !== 'passed')
    .map((file) => {
      const test = file.assertionResults.find((result) => result.status === 'failed');
      return { path: relative('.', file.name), message: `${test?.fullName ?? ''}\n${test?.failureMessages[0] ?? file.message}` };
    });
  return { failed, whole: failed.length > 0 };
}

function readReport(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined; // vitest ended before it wrote one
  }
}

const args = process.argv.slice(2);
const first = run('first', args);
if (first.failed.length || !first.whole) {
  const paths = first.failed.map(({ path }) => path);
  console.log(`\nonce more, alone: ${paths.join(' ') || 'everything, since an error came from outside the tests'}`);
  const second = run('second', ['--maxWorkers=1', ...(paths.length ? paths : args)]);
  const still = new Set(second.failed.map(({ path }) => path));
  for (const { path, message } of first.failed) {
    console.log(`\n${still.has(path) ? 'failed twice' : 'unsteady'}: ${path}\n${message.slice(0, 1500)}`);
  }
  if (still.size || !second.whole) process.exit(1);
}
