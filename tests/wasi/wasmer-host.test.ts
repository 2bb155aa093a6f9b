import { afterAll, describe, expect, it } from 'vitest';
import { createWasi, createWasmerHost, loadPause } from '../../src/wasi';
import { FakeProcess } from './fake-process';

const { v310: bytes } = await loadPause();
const unavailable: string[] = [];
const stages: [string, number | undefined][] = [];
const host = createWasmerHost({
  guests: 2,
  onUnavailable: (reason) => unavailable.push(reason),
  onProgress: (stage, fraction) => stages.push([stage, fraction]),
});
const format = createWasi(host);
const until = async (condition: () => boolean): Promise<void> => {
  for (let i = 0; i < 4000 && !condition(); i++) await new Promise((resolve) => setTimeout(resolve, 10));
};

afterAll(() => host.close());

describe('@wasmer/sdk runs guests', () => {
  it('pause warns, pauses, and ends by its handler', async () => {
    const proc = new FakeProcess(7, ['/pause']);
    const exited = proc.run(await format.load(bytes, '/pause'));
    await until(() => proc.log.includes('pause'));
    expect(proc.stderr).toBe('Warning: pause should be the first process\n');
    proc.signal(15);
    expect(await exited).toBe(0);
    expect(proc.stderr).toContain('\nShutting down, got signal: Terminated\n');
    expect(stages).toEqual([
      ['@wasmer/sdk', undefined],
      ['@wasmer/sdk', 1],
    ]);
    expect(unavailable).toEqual([]);
  }, 90_000);

  it('guests beyond its limit run on the other host, and killed ones make room', async () => {
    const program = await format.load(bytes, '/pause');
    for (let round = 0; round < 2; round++) {
      const procs = [1, 2, 3, 4].map(() => new FakeProcess(1, ['/pause']));
      for (const proc of procs) void proc.run(program);
      await until(() => procs.every((proc) => proc.log.includes('pause')));
      expect(procs.every((proc) => proc.log.includes('pause'))).toBe(true);
      for (const proc of procs) proc.kill9();
    }
  }, 90_000);
});
