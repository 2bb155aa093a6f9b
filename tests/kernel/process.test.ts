import { expect, test } from 'vitest';
import { VirtualClock, type HostTime } from '../../src/clock';
import { createKernel, Errno, print, readAll, SIG, type Bytes, type Process, type Waited } from '../../src/kernel';

const host: HostTime = {
  now: () => 0,
  setTimeout: (callback, delayMs) => setTimeout(callback, delayMs),
  clearTimeout: (handle) => clearTimeout(handle as NodeJS.Timeout),
  turn: (callback) => void setImmediate(callback),
  random: () => 0.5,
};

/** Runs `program` as a child of an init that reaps. */
async function run<T>(program: (proc: Process) => Promise<T>): Promise<T> {
  const clock = new VirtualClock(host);
  const failures: unknown[] = [];
  const kernel = createKernel({ clock, hostname: 'node', report: (error) => failures.push(error) });
  kernel.boot(
    async (init) => {
      for (;;) await init.wait(-1).catch(() => init.nanosleep(1000));
    },
    ['init'],
  );
  let result: T | undefined;
  const task = kernel.start(
    async (proc) => {
      result = await program(proc);
      return 0;
    },
    { argv: ['test'] },
  );
  await clock.runUntil(task.exited);
  if (failures.length) throw failures[0];
  return result as T;
}

const text = (bytes: Bytes): string => new TextDecoder().decode(bytes);

test('fork, pipe and wait', async () => {
  const result = await run(async (proc) => {
    const [read, write] = proc.pipe();
    const pid = proc.fork(async (child) => {
      child.dup2(write, 1);
      child.close(write);
      child.close(read);
      await print(child, 'hello\n');
      return 7;
    });
    proc.close(write);
    const output = text(await readAll(proc, read));
    const waited = await proc.wait();
    return { output, waited, pid };
  });
  expect(result.output).toBe('hello\n');
  expect(result.waited).toEqual({ pid: result.pid, status: { kind: 'exited', code: 7 } });
});

test('a full pipe blocks its writer until it is read', async () => {
  const total = await run(async (proc) => {
    const [read, write] = proc.pipe();
    proc.fork(async (child) => {
      child.close(read);
      await child.write(write, new Uint8Array(200_000));
      return 0;
    });
    proc.close(write);
    return (await readAll(proc, read)).length;
  });
  expect(total).toBe(200_000);
});

test('a writer without readers gets SIGPIPE', async () => {
  const waited = await run(async (proc) => {
    proc.fork(async (child) => {
      const [read, write] = child.pipe();
      child.close(read);
      await child.write(write, 'x');
      return 0;
    });
    return proc.wait();
  });
  expect(waited?.status).toEqual({ kind: 'signaled', signal: SIG.PIPE, core: false });
});

test('a killed child never resumes', async () => {
  let resumed = false;
  const waited = await run(async (proc) => {
    const pid = proc.fork(async (child) => {
      try {
        await child.nanosleep(1e6);
      } finally {
        resumed = true;
      }
      return 0;
    });
    await proc.nanosleep(10);
    proc.kill(pid, SIG.TERM);
    return proc.wait(pid);
  });
  expect(waited?.status).toEqual({ kind: 'signaled', signal: SIG.TERM, core: false });
  expect(resumed).toBe(false);
});

test('a handler interrupts pause and wait finds ECHILD', async () => {
  const result = await run(async (proc) => {
    const seen: number[] = [];
    proc.sigaction(SIG.USR1, (signal) => void seen.push(signal));
    proc.fork(async (child) => {
      await child.nanosleep(5);
      child.kill(child.ppid, SIG.USR1);
      return 0;
    });
    const paused = await proc.pause().catch((error: unknown) => (error as Errno).code);
    await proc.wait();
    const none = await proc.wait().catch((error: unknown) => (error as Errno).code);
    return { seen, paused, none };
  });
  expect(result).toEqual({ seen: [SIG.USR1], paused: 'EINTR', none: 'ECHILD' });
});

test('stop and continue are told to wait', async () => {
  const result = await run(async (proc) => {
    const pid = proc.fork(async (child) => {
      await child.nanosleep(50);
      return 3;
    });
    const all: (Waited | undefined)[] = [];
    proc.kill(pid, SIG.STOP);
    all.push(await proc.wait(pid, { untraced: true }));
    await proc.nanosleep(1000);
    all.push(await proc.wait(pid, { noHang: true }));
    proc.kill(pid, SIG.CONT);
    all.push(await proc.wait(pid, { continued: true }));
    all.push(await proc.wait(pid));
    return all.map((each) => each?.status);
  });
  expect(result).toEqual([{ kind: 'stopped', signal: SIG.STOP }, undefined, { kind: 'continued' }, { kind: 'exited', code: 3 }]);
});

test('a PID namespace: init is 1, inherits orphans, and takes all with it', async () => {
  const result = await run(async (proc) => {
    const seen: number[] = [];
    proc.unshare(['pid']);
    const init = proc.fork(async (one) => {
      seen.push(one.pid, one.ppid);
      one.fork(async (two) => {
        two.fork(async (three) => {
          await three.nanosleep(10);
          seen.push(three.pid, three.ppid);
          await three.nanosleep(1e6);
          return 0;
        });
        return 0;
      });
      await one.wait();
      one.kill(1, SIG.KILL);
      await one.nanosleep(20);
      return 9;
    });
    const waited = await proc.wait(init);
    return { seen, status: waited?.status, left: await proc.wait().catch((error: unknown) => (error as Errno).code) };
  });
  expect(result).toEqual({ seen: [1, 0, 3, 1], status: { kind: 'exited', code: 9 }, left: 'ECHILD' });
});

test('a fork bomb meets EAGAIN', async () => {
  const code = await run(async (proc) => {
    for (;;) {
      try {
        proc.fork(async (child) => child.pause());
      } catch (error) {
        return (error as Errno).code;
      }
    }
  });
  expect(code).toBe('EAGAIN');
});

test('a terminal: editing, echo, Ctrl-C and Ctrl-Z', async () => {
  const clock = new VirtualClock(host);
  const kernel = createKernel({ clock, hostname: 'node' });
  kernel.boot(async (init) => init.pause(), ['init']);
  const pty = kernel.openPty();
  let screen = '';
  pty.onOutput((bytes) => (screen += text(bytes)));
  const got: string[] = [];
  const task = kernel.start(
    async (proc) => {
      got.push(text(await proc.read(0)));
      await print(proc, 'ok\n');
      got.push(text(await proc.read(0)));
      await proc.read(0);
      return 0;
    },
    { argv: ['sh'], stdio: pty },
  );
  const type = async (keys: string): Promise<void> => {
    pty.write(new TextEncoder().encode(keys));
    await clock.advanceTo(clock.now() + 10);
  };
  await type('lx\x7fs\r');
  await type('\x04');
  expect(got).toEqual(['ls\n', '']);
  expect(screen).toBe('lx\b \bs\r\nok\r\n');
  await type('\x03');
  expect(await clock.runUntil(task.exited)).toEqual({ kind: 'signaled', signal: SIG.INT, core: false });
  expect(screen.endsWith('^C')).toBe(true);
});
