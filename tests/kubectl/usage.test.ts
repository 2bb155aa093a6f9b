import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { session } from './session';
import { split } from './words';

interface Entry {
  cmd?: string;
  stdout?: string;
  stderr?: string;
  code?: number;
}

/** Commands that need what this test's server has not, or say it in our words; each with its reason. */
const unmet = new Map([
  ['kubectl get svc', 'the recorded cluster had another address'],
  ['kubectl get all', 'the recorded cluster had another address'],
  ['kubectl get no', 'no node here'],
  ['kubectl create token nope', 'no token controller here'],
  ['kubectl create token default --duration=1s', 'no token controller here'],
  ['kubectl run X --image=alpine:3.8', "the server's validation of names"],
  ['kubectl top', 'help in our words'],
  ['kubectl help get nope', 'help in our words'],
]);
const entries = (JSON.parse(readFileSync('tests/recordings/kubernetes/k09-usage-errors.json', 'utf8')) as Entry[]).filter(
  ({ cmd = '' }) => {
    if (!cmd.startsWith('kubectl') || unmet.has(cmd) || /--help| -h$|^kubectl help (?!nope)|^kubectl help$/.test(cmd)) return false;
    try {
      split(cmd);
      return true;
    } catch {
      return false;
    }
  },
);

const plain = (text: string): string => text.replace(/^[WIE]\d{4} [\d:.]+ +\d+ /gm, '');

test.each(entries.map((entry) => [entry.cmd!, entry] as const))('%s', async (cmd, { stdout = '', stderr = '', code = 0 }) => {
  const s = await session();
  let done = false;
  const running = s.run(cmd).finally(() => (done = true));
  while (!done) await s.clock.advance(1000);
  const ran = await running;
  expect({ ...ran, stderr: plain(ran.stderr) }).toEqual({ stdout, stderr: plain(stderr), code });
});
