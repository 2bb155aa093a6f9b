// `npm test`: every check; prints what ran, how long it took and what failed, ends with the last lines of what failed and the
// count. Names as arguments: those alone.
import { spawn } from 'node:child_process';

/** The steps of a stage need nothing of each other: two run at a time, each prints when it ends. A stage of one prints as it runs. */
const stages = [
  [['generate', 'npm run generate']],
  [
    // components and all TypeScript that has the browser's and Node's types
    ['types', 'npx svelte-check --tsconfig ./tsconfig.json --fail-on-warnings --threshold warning'],
    ['format', 'npx prettier --check .'],
    ['lint', 'npx eslint .'],
    ['types of the core', 'npx tsc -p tsconfig.core.json'],
    ['build', 'npm run build'],
    ['size budget', 'node scripts/size.mjs', 'build'],
  ],
  [['unit', 'node scripts/unit.mjs']],
  [['conformance', 'node scripts/conformance.mjs']],
  [['browser', 'npx playwright test']],
];
const atOnce = 2;
const lastBytes = 12_000;

const only = process.argv.slice(2);
const results = new Map();

/** Runs a step; settles when it has ended, never rejects. */
function run(name, command, shown) {
  const start = performance.now();
  if (shown) console.log(`\n=== ${name}`);
  const child = spawn(command, { shell: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const printed = [];
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (bytes) => {
      printed.push(bytes);
      if (shown) process.stdout.write(bytes);
    });
  return new Promise((resolve) => {
    child.on('close', (status) => {
      const seconds = ((performance.now() - start) / 1000).toFixed(1);
      const text = Buffer.concat(printed).toString().trimEnd();
      if (!shown) console.log(`\n=== ${name}\n${text}`);
      console.log(`=== ${name}: ${status === 0 ? 'passed' : `FAILED (${status})`} in ${seconds} s`);
      results.set(name, status === 0 ? undefined : text.slice(-lastBytes));
      resolve();
    });
  });
}

for (const stage of stages) {
  const steps = stage.filter(([name]) => !only.length || only.includes(name));
  const running = new Map();
  const waiting = [...steps];
  const lane = async () => {
    for (let step = waiting.shift(); step; step = waiting.shift()) {
      const [name, command, after] = step;
      const ended = Promise.resolve(running.get(after)).then(() => run(name, command, steps.length === 1));
      running.set(name, ended);
      await ended;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
}

const failed = [...results].filter(([, last]) => last !== undefined);
for (const [name, last] of failed) console.log(`\n=== the end of what ${name} printed\n${last}`);
if (failed.length) console.log(`\nfailed: ${failed.map(([name]) => name).join(', ')}`);
console.log(`\n${results.size - failed.length} passed, ${failed.length} failed`);
process.exit(failed.length ? 1 : 0);
