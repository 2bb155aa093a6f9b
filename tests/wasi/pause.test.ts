import { describe, expect, it } from 'vitest';
import type { Process, Program } from '../../src/kernel/process';
import { createPlainHost, createWasi, loadPause } from '../../src/wasi';
import { FakeProcess, settled } from './fake-process';

const { v310: pause310, v30: pause30 } = await loadPause();
const format = createWasi(createPlainHost());
const load = async (content: Uint8Array): Promise<Program> => format.load(content, '/pause');

describe('pause 3.10', () => {
  it('prints its version and ends for -v, whatever its case', async () => {
    for (const flag of ['-v', '-V']) {
      const proc = new FakeProcess(7, ['/pause', flag]);
      expect(await proc.run(await load(pause310))).toBe(0);
      expect(proc.stdout).toBe('pause.c v3.10\n');
    }
  });

  it('as PID 1 installs three handlers, says nothing and pauses', async () => {
    const proc = new FakeProcess(1, ['/pause']);
    void proc.run(await load(pause310));
    await settled();
    expect(proc.log).toEqual(['sigaction 2', 'sigaction 15', 'sigaction 17', 'pause']);
    expect(proc.stderr).toBe('');
  });

  it('warns when it is not PID 1', async () => {
    const proc = new FakeProcess(7, ['/pause']);
    void proc.run(await load(pause310));
    await settled();
    expect(proc.stderr).toBe('Warning: pause should be the first process\n');
  });

  it.each([
    [2, 'Interrupt'],
    [15, 'Terminated'],
  ])('ends with status 0 on signal %i', async (signal, name) => {
    const proc = new FakeProcess(1, ['/pause']);
    const exited = proc.run(await load(pause310));
    await settled();
    proc.signal(signal);
    expect(await exited).toBe(0);
    expect(proc.stderr).toBe(`Shutting down, got signal: ${name}\n`);
  });

  it('reaps every zombie for one SIGCHLD and pauses again', async () => {
    const proc = new FakeProcess(1, ['/pause']);
    void proc.run(await load(pause310));
    await settled();
    proc.zombies.push({ pid: 5, status: { kind: 'exited', code: 0 } }, { pid: 6, status: { kind: 'signaled', signal: 9, core: false } });
    proc.signal(17);
    await settled();
    expect(proc.log.slice(3)).toEqual(['pause', 'reaped 5', 'reaped 6', 'pause']);
  });
});

describe('pause 3.0', () => {
  it('has no handler for SIGCHLD', async () => {
    const proc = new FakeProcess(1, ['/pause']);
    const exited = proc.run(await load(pause30));
    await settled();
    expect(proc.log).toEqual(['sigaction 2', 'sigaction 15', 'pause']);
    proc.signal(15);
    expect(await exited).toBe(0);
    expect(proc.stderr).toBe('shutting down, got signal: Terminated\n');
  });
});

it('a clock is held exactly while a guest computes', async () => {
  let held = 0;
  const clock = { hold: () => (held++, () => void held--), sleep: async () => {} };
  const proc = new FakeProcess(1, ['/pause']);
  const program = await createWasi(createPlainHost(), clock).load(pause310, '/pause');
  void program(proc as unknown as Process);
  await settled();
  expect(held).toBe(0);
});

it('what is no module is refused with ENOEXEC', async () => {
  await expect(format.load(Uint8Array.of(0, 0x61, 0x73, 0x6d, 9), '/x')).rejects.toMatchObject({ code: 'ENOEXEC' });
});
