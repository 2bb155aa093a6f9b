import { describe, expect, it, test } from 'vitest';
import type { Scene, SceneMoment, ScenePlace, SceneProcess } from '../../../src/sandbox/protocol';
import { bytesOf, reachedBy, regroup } from '../../../src/ui/picture/lens';
import { clockText, timeline } from '../../../src/ui/picture/timeline';
import { moveIn, processTree } from '../../../src/ui/picture/tree';

const pod: ScenePlace = { key: 'uid', kind: 'pod', name: 'shared', shared: true };
const node: ScenePlace = { key: 'node', kind: 'node', name: '', shared: true };
const process = (pid: number, comm: string, parent: number, more: Partial<SceneProcess> = {}): SceneProcess => ({
  pid,
  innerPid: pid % 10,
  parent,
  comm,
  state: 'S',
  place: 'uid',
  role: 'other',
  ...more,
});

describe('the tree of processes', () => {
  const formerParent = { pid: 14, innerPid: 4, comm: 'sh' };
  const boxes = processTree({
    places: [pod, node],
    processes: [
      process(2, 'bash', 0, { place: 'node', role: 'shell' }),
      process(10, 'containerd-shim', 0, { role: 'shim' }),
      process(11, 'pause', 10, { role: 'pause' }),
      process(12, 'sleep', 10, { role: 'container' }),
      process(14, 'sh', 12, { state: 'X' }),
      process(15, 'orphan', 11, { formerParent }),
    ],
  });

  it('has the node first, then a box for each Pod with its shim above', () => {
    expect(boxes.map(({ place, tag, shim }) => [place?.name, tag, shim?.comm])).toEqual([
      [undefined, 'node', undefined],
      ['shared', 'a', 'containerd-shim'],
    ]);
  });
  it('hangs an orphan from its new parent, and leaves a mark below the old one', () => {
    expect(boxes[1]!.rows.map(({ process: { comm }, depth, up, left }) => [comm, depth, up, left])).toEqual([
      ['pause', 1, 2, false],
      ['orphan', 2, 1, false],
      ['sleep', 1, 4, false],
      ['sh', 2, 1, false],
      ['orphan', 3, 1, true],
    ]);
    expect(moveIn(boxes[1]!)).toEqual({ from: 4, to: 1 });
    expect(moveIn(boxes[0]!)).toBeUndefined();
  });
});

describe('the timeline', () => {
  const name = (pid: number): SceneMoment['to'] => ({ pid, innerPid: pid, comm: `p${pid}` });
  const moments: SceneMoment[] = [
    { number: 1, atMs: 0, kind: 'killed', signal: 'SIGKILL', from: name(1), to: name(2) },
    { number: 2, atMs: 1, kind: 'zombie', to: name(2) },
    { number: 3, atMs: 2, kind: 'collected', to: name(2), by: name(1) },
    { number: 4, atMs: 3, kind: 'handled', signal: 'SIGUSR1', from: name(3), to: name(3) },
  ];
  const { lanes, pins } = timeline(moments, (pid) => pid !== 2);

  it('has a lane for each process, alive until it is killed, a zombie until it is collected', () => {
    expect(lanes.map(({ name: { comm }, alive, zombie }) => [comm, alive[1], zombie])).toEqual([
      ['p1', 86, undefined],
      ['p2', 8, [8, pins[2]!.x]],
      ['p3', 86, undefined],
    ]);
  });
  it('points from the sender, and to who collects', () => {
    expect(pins.map(({ lane, other }) => [lane, other])).toEqual([
      [1, { lane: 0, incoming: true }],
      [1, undefined],
      [1, { lane: 0, incoming: false }],
      [2, undefined],
    ]);
  });
  it('shows the last six', () => {
    const many = Array.from({ length: 20 }, (_, at): SceneMoment => ({ number: at, atMs: at, kind: 'ignored', to: name(at % 9) }));
    expect(timeline(many, () => true).pins.map(({ moment }) => moment.number)).toEqual([14, 15, 16, 17, 18, 19]);
  });
});

test.each([
  [0, '00:00.000'],
  [192_413, '03:12.413'],
  [3_600_001, '1:00:00.001'],
])('%d ms are %s on the clock', (ms, text) => expect(clockText(ms)).toBe(text));

describe('the lens', () => {
  it.each(['a', 'ab', 'abc', 'admin', 's3cr3t-password'])('regroups %s as base64 does', (text) => {
    const value = bytesOf(btoa(text));
    let letters = '';
    for (let start = 0; start < value.length; start += 6)
      letters += regroup(value, start)
        .letters.map(({ letter }) => letter)
        .join('');
    expect(letters).toBe(btoa(text));
  });
  it('knows which bytes are in a letter', () => {
    expect(regroup(bytesOf(btoa('ab')), 0).letters.map(({ bytes }) => bytes)).toEqual([[0], [0, 1], [1], []]);
  });

  it('finds the files and the variables that a key becomes', () => {
    const container = { name: 'main', state: 'running', restarts: 0 } as const;
    const scene = {
      pods: [
        {
          namespace: 'default',
          name: 'p',
          volumes: [
            { name: 'all', kind: 'secret', secret: 's' },
            { name: 'some', kind: 'secret', secret: 's', items: [{ key: 'k', path: 'sub/file' }] },
            { name: 'other', kind: 'emptyDir' },
          ],
          containers: [
            {
              ...container,
              mounts: [
                { volume: 'all', path: '/etc/all/', subPath: '' },
                { volume: 'some', path: '/etc/some', subPath: '' },
                { volume: 'all', path: '/one', subPath: 'k' },
                { volume: 'all', path: '/not', subPath: 'j' },
                { volume: 'other', path: '/tmp', subPath: '' },
              ],
              variables: [
                { name: 'K', secret: 's', key: 'k' },
                { name: 'J', secret: 's', key: 'j' },
                { name: 'P_', secret: 's', key: undefined },
              ],
            },
          ],
        },
        { namespace: 'elsewhere', name: 'q', volumes: [], containers: [] },
      ],
    } as unknown as Scene;
    const { files, variables } = reachedBy(scene, { namespace: 'default', name: 's', type: 'Opaque', data: { k: '', j: '' } }, 'k');
    expect(files.map(({ name }) => name)).toEqual(['/etc/all/k', '/etc/some/sub/file', '/one']);
    expect(variables.map(({ name }) => name)).toEqual(['K', 'P_k']);
  });
});
