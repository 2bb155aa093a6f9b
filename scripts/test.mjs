// `npm test`: every check, one after another; prints what ran and how long it took, ends with the count.
import { spawnSync } from 'node:child_process';

const steps = [
  ['generate', ['npm', 'run', 'generate']],
  ['types', ['npx', 'tsc', '-p', 'tsconfig.json']],
  ['types of the core', ['npx', 'tsc', '-p', 'tsconfig.core.json']],
  ['types in components', ['npx', 'svelte-check', '--tsconfig', './tsconfig.json', '--fail-on-warnings', '--threshold', 'warning']],
  ['lint', ['npx', 'eslint', '.']],
  ['format', ['npx', 'prettier', '--check', '.']],
  ['unit', ['npx', 'vitest', 'run']],
  ['build', ['npm', 'run', 'build']],
  ['conformance', ['node', 'scripts/conformance.mjs']],
  ['size budget', ['node', 'scripts/size.mjs']],
  ['browser', ['npx', 'playwright', 'test']],
];

const only = process.argv.slice(2);
let failed = 0;
let passed = 0;
for (const [name, [command, ...args]] of steps) {
  if (only.length && !only.includes(name)) continue;
  const start = performance.now();
  console.log(`\n=== ${name}`);
  const { status } = spawnSync(command, args, { stdio: 'inherit' });
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  if (status === 0) passed++;
  else failed++;
  console.log(`=== ${name}: ${status === 0 ? 'passed' : `FAILED (${status})`} in ${seconds} s`);
}
console.log(`\n${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
