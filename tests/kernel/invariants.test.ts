import { describe, expect, test } from 'vitest';
import { VirtualClock, type HostTime } from '../../src/clock';
import { Errno, SIG, type Kernel, type KernelEvent, type Process, type Program, createKernel } from '../../src/kernel';
import type { PidNamespace } from '../../src/kernel/namespaces';
import type { TaskImpl } from '../../src/kernel/task';

const host: HostTime = {
  now: () => 0,
  setTimeout: (callback, delayMs) => setTimeout(callback, delayMs),
  clearTimeout: (handle) => clearTimeout(handle as NodeJS.Timeout),
  turn: (callback) => void setImmediate(callback),
  random: () => 0.5,
};

const signals = [0, SIG.HUP, SIG.USR1, SIG.KILL, SIG.STOP, SIG.CONT, SIG.TERM, SIG.CHLD, SIG.TSTP];
const deepest = 4;

/** A random walk of system calls; every one of them may fail, none may break the kernel. */
function walker(random: () => number, depth: number, budget: { left: number }): Program {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const steps: readonly ((proc: Process) => Promise<void> | void)[] = [
    (proc) => void (depth < deepest && proc.fork(walker(random, depth + 1, budget))),
    (proc) => void (depth < deepest && proc.fork(walker(random, depth + 1, budget))),
    async (proc) => void (await proc.wait(pick([-1, 0, -1]), { noHang: true, untraced: random() < 0.5, continued: random() < 0.5 })),
    (proc) => proc.kill(Math.floor(random() * 12) + 1, pick(signals)),
    (proc) => proc.kill(pick([0, -1, -proc.getpgid()]), pick([0, SIG.USR1, SIG.CONT, SIG.TERM])),
    (proc) => proc.setpgid(pick([0, proc.pid, proc.pid + 1]), pick([0, proc.pid, proc.getpgid()])),
    (proc) => void proc.setsid(),
    (proc) => proc.unshare(['pid']),
    (proc) => void proc.sigaction(pick([SIG.USR1, SIG.TERM, SIG.HUP]), pick(['ignore', 'default', () => undefined])),
    (proc) => void proc.sigaction(SIG.CHLD, pick(['ignore', 'default', () => undefined]), { noChildWait: random() < 0.3 }),
    (proc) => void proc.sigprocmask(pick(['block', 'unblock', 'set']), BigInt(Math.floor(random() * 2 ** 20))),
    (proc) => proc.setSubreaper(random() < 0.5),
    (proc) => proc.nanosleep(random() * 50),
    async (proc) => void (random() < 0.2 && (await proc.exit(Math.floor(random() * 256)))),
  ];
  return async (proc) => {
    while (budget.left-- > 0) {
      try {
        await pick(steps)(proc);
        await proc.schedYield();
      } catch (error) {
        if (!(error instanceof Errno)) throw error;
      }
    }
    return 0;
  };
}

/** What holds at any time, whatever processes do. */
function check(kernel: Kernel): void {
  const all = kernel.tasks();
  const init = kernel.task(1);
  for (const task of all) {
    if (task !== init) expect(task.parent && kernel.task(task.parent.globalPid), `${task.globalPid} has a parent`).toBe(task.parent);
    if (task.parent) expect(task.parent.children).toContain(task);
    for (const child of task.children) expect(child.parent).toBe(task);
    expect(kernel.groupMembers(task.group)).toContain(task);
    if (task.life !== 'live') continue;
    const { init: own } = task.ns.pid;
    expect(own?.life, `the namespace of ${task.globalPid} has an init`).toBe('live');
    for (const namespace of task.pid.numbers.keys()) expect((namespace as PidNamespace).find(task.pid.in(namespace) ?? 0)).toBe(task);
    // what is neither blocked nor waiting for a handler or for SIGCONT has had its effect
    const { pending, blocked } = task.signals;
    expect(pending & ((1n << 8n) | (1n << 18n)), 'KILL and STOP are never pending').toBe(0n);
    if (!task.stopped)
      for (let signal = 1; signal <= 31; signal++)
        if (pending & ~blocked & (1n << BigInt(signal - 1))) expect(typeof task.action(signal).disposition).toBe('function');
  }
  expect(new Set(all.map(({ globalPid }) => globalPid)).size).toBe(all.length);
}

async function run(seed: number): Promise<{ kernel: Kernel; wrong: string[]; events: number }> {
  const clock = new VirtualClock(host, { seed });
  const failures: unknown[] = [];
  const kernel = createKernel({ clock, hostname: 'node', report: (error) => failures.push(error) });
  const wrong: string[] = [];
  const reaped = new Set<TaskImpl>();
  let events = 0;
  kernel.observe((event: KernelEvent) => {
    events++;
    const task = event.task as TaskImpl;
    if (event.type === 'reap') {
      if (reaped.has(task)) wrong.push(`${task.globalPid} is reaped twice`);
      reaped.add(task);
    } else if (reaped.has(task)) wrong.push(`${event.type} of ${task.globalPid} after it was reaped`);
  });
  const budget = { left: 300 };
  let done = (): void => undefined;
  const finished = new Promise<void>((resolve) => (done = resolve));
  kernel.boot(
    async (init) => {
      init.sigaction(SIG.CHLD, () => undefined, { restart: true });
      for (let i = 0; i < 3; i++) init.fork(walker(() => clock.random(), 0, budget));
      const endMs = init.clock.now() + 1000;
      while (init.clock.now() < endMs) await init.nanosleep(endMs - init.clock.now()).catch(() => undefined);
      init.kill(-1, SIG.KILL);
      for (;;) {
        try {
          await init.wait(-1);
        } catch (error) {
          if (!(error instanceof Errno)) throw error;
          if (error.code === 'ECHILD') break;
        }
      }
      done();
      return init.pause();
    },
    ['init'],
  );
  const watch = async (): Promise<void> => {
    for (let i = 0; i < 1000; i++) {
      check(kernel);
      if (failures.length > 0) throw failures[0] as Error;
      await clock.sleep(25);
    }
    throw new Error('init waits for ever');
  };
  await clock.runUntil(Promise.race([finished, watch()]));
  if (failures.length > 0) throw failures[0] as Error;
  return { kernel, wrong, events };
}

describe('random programs of fork, exit, wait, kill, setpgid, setsid and unshare', () => {
  for (const seed of Array.from({ length: 15 }, (_, i) => i + 1)) {
    test(`seed ${seed}`, async () => {
      const { kernel, wrong, events } = await run(seed);
      check(kernel);
      expect(wrong).toEqual([]);
      expect(events).toBeGreaterThan(10);
      // "memory returns after processes end": nothing is left of those that did
      expect(kernel.tasks().map(({ globalPid }) => globalPid)).toEqual([1]);
      expect(kernel.table.size).toBe(1);
    });
  }
});
