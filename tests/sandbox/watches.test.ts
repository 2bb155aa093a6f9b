import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { boot, type Box } from './boot';

interface Entry {
  readonly cmd?: string;
  readonly file?: string;
  readonly text?: string;
  readonly t?: string;
  readonly dur?: number;
  readonly lines?: readonly (readonly [seconds: number, text: string])[];
  readonly tty?: boolean;
  readonly background?: boolean;
}

const recording = (name: string): Entry[] => JSON.parse(readFileSync(`tests/recordings/kubernetes/${name}.json`, 'utf8')) as Entry[];
const ms = (entry: Entry): number => Date.parse(entry.t ?? '');

/** What a watch said of one pod: `0/1 Completed`, each change once, in order. */
function states(lines: string, pod: string): string[] {
  const said = lines
    .split('\n')
    .map((line) => line.split(/ +/))
    .filter(([name]) => name === pod)
    .map(([, ready, status]) => `${ready} ${status}`);
  return said.filter((state, i) => state !== said[i - 1]);
}

/** Replays a scenario up to its watch's end, with the watch running beside the other commands as it did. */
async function replay(box: Box, name: string, index: number): Promise<{ wanted: string; printed: string }> {
  const entries = recording(name);
  const watch = entries[index]!;
  const from = ms(entries.find((entry) => entry.t)!);
  const until = ms(watch) + (watch.dur ?? watch.lines!.at(-1)![0] + 1) * 1000;
  const order = entries
    .map((entry, i) => ({ entry, i, due: entry.t ? ms(entry) : NaN }))
    .filter(
      ({ entry, i, due }) => i === index || entry.file !== undefined || (!entry.lines && !entry.tty && !entry.background && due < until),
    );
  // files keep their place before the next command; the watch was started before commands that are listed before it
  const commands = order.filter(({ entry }) => entry.cmd).sort((a, b) => a.due - b.due);
  for (const { entry } of order) if (entry.file !== undefined) await box.file(entry.file, entry.text ?? '');
  for (const { entry, i, due } of commands) {
    await box.at((due - from) / 1000);
    if (i === index) await box.run(`${entry.cmd} >/tmp/watch 2>&1 & echo $! >/tmp/pid`);
    else await box.run(entry.cmd!.replaceAll('node# ', ''));
  }
  await box.at((until - from) / 1000);
  await box.run('kill -INT $(cat /tmp/pid)');
  return { wanted: watch.lines!.map(([, text]) => text).join(''), printed: (await box.run('cat /tmp/watch')).stdout };
}

describe('kubectl get pod -w beside other commands', () => {
  let box: Box | undefined;
  afterEach(() => box?.close());

  const cases: readonly (readonly [recording: string, index: number, pods: readonly string[]])[] = [
    ['a-secret-pod', 100, ['secret-pod']],
    ['b1b-missing-secret-quick', 5, ['secret-pod']],
    ['c2-not-shared', 37, ['plain', 'trap']],
  ];
  it.each(cases)(
    'shows the states of %s, entry %i',
    async (name, index, pods) => {
      box = await boot({ bare: true });
      const { wanted, printed } = await replay(box, name, index);
      for (const pod of pods) expect(states(printed, pod), pod).toEqual(states(wanted, pod));
      expect(printed.split('\n')[0]).toMatch(/^NAME +READY +STATUS +RESTARTS +AGE$/);
    },
    60_000,
  );

  it('a pod that is deleted by force is marked before it goes, one that ended by itself too', async () => {
    box = await boot({ bare: true });
    await box.run('kubectl run x --image=alpine:3.8 -- sleep 1000; kubectl run y --image=alpine:3.8 --restart=Never -- true; sleep 4');
    await box.run('kubectl get pods -w --output-watch-events --no-headers >/tmp/watch 2>&1 & echo $! >/tmp/pid; sleep 1');
    await box.run('kubectl delete pod x --force; kubectl delete pod y; sleep 1; kill -INT $(cat /tmp/pid)');
    const stdout = await box.text('cat /tmp/watch');
    const said = stdout.trim().split('\n').map((line) => line.split(/ +/)).map(([event, name, , status]) => `${event} ${name} ${status}`); // prettier-ignore
    expect(said.slice(2)).toEqual(['MODIFIED x Terminating', 'DELETED x Terminating', 'MODIFIED y Completed', 'DELETED y Completed']);
  });

  it('ends at Ctrl-C and leaves no watch behind', async () => {
    box = await boot({ bare: true });
    const before = (await box.run('ps -e -o args')).stdout;
    const { code } = await box.run('kubectl get pod -w', { watch: 2 });
    expect(code).toBe(130);
    expect((await box.run('ps -e -o args')).stdout).toBe(before);
  });
});
