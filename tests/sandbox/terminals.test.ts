import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { boot, type Box } from './boot';

interface Session {
  readonly cmd: string;
  readonly keys: readonly string[];
  readonly stdout: string;
  readonly code: number;
}

const sessions = JSON.parse(readFileSync('tests/recordings/kubernetes/k20-run-exec-cp.json', 'utf8')) as Session[];
const unescape = (keys: string): string =>
  keys.replace(/\\n/g, '\n').replace(/\\x([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));

/** What was on the screen: ids, suffixes and redrawing of the prompt aside. */
const screen = (text: string): string =>
  text
    .replace(/\b[0-9a-f]{64}\b/g, '<ID>')
    .replace(/\x1b\[(?:J|6n)/g, '')
    .replace(/^.*?\r(\/ # )/gm, '$1')
    .replace(/(\/ # )\r?(?=\1)/g, '')
    .replace(/\n +\d+ (root +0:00 ps)\r/g, '\n<N> $1\r')
    // Unlike Linux: terminals of containers are numbered with the node's
    .replace(/\/dev\/pts\/\d+/g, '/dev/pts/<N>');

describe('kubectl on a terminal', () => {
  let box: Box;
  beforeAll(async () => {
    box = await boot({ bare: true });
    await box.run('kubectl run web --image=alpine:3.8 --command -- sleep 3600; kubectl wait --for=condition=Ready pod/web');
  }, 60_000);
  afterAll(() => box.close());

  it.each([37, 38, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49])('shows what entry %i of the recording shows', async (index) => {
    const { cmd, keys, stdout, code } = sessions[index]!;
    const input = keys.map((text, i) => [i === 0 ? 3 : 1, unescape(text)]);
    const answer = await box.ask({ exec: ['bash', '-c', cmd], input, size: [80, 24], env: { TERM: 'xterm' } });
    expect(screen(String(answer.stdout))).toBe(screen(stdout));
    // a command that was interrupted is noted there as failed
    expect(answer.code === 130 ? 1 : answer.code).toBe(code);
  });

  it('edits an object in vi', async () => {
    await box.run('kubectl create configmap words --from-literal=a=one');
    const input = [[1, '/one\r'], [1, 'cwtwo\x1b'], [1, ':wq\r']]; // prettier-ignore
    const answer = await box.ask({ exec: ['kubectl', 'edit', 'configmap', 'words'], input, env: { EDITOR: 'vi', TERM: 'xterm' } });
    expect(String(answer.stdout)).toContain('configmap/words edited');
    expect((await box.run("kubectl get configmap words -o jsonpath='{.data.a}'")).stdout).toBe('two');
  });

  it('carries the size of the terminal, also when it changes', async () => {
    const answer = await box.ask({ exec: ['kubectl', 'exec', '-it', 'web', '--', 'stty', 'size'], input: [], size: [101, 41] });
    expect(String(answer.stdout)).toBe('41 101\r\n');
  });
});
