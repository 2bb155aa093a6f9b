import { VirtualClock, type HostTime } from '../../src/clock';
import { createKernel, elfStub, type Process, type Program, writeFile } from '../../src/kernel';
import { busyboxApplets, findProgram, gnuPrograms } from '../../src/programs';
import { bash, dash, sh } from '../../src/shell';

const host: HostTime = {
  now: () => 0,
  setTimeout: (callback, delayMs) => setTimeout(callback, delayMs),
  clearTimeout: (handle) => clearTimeout(handle as NodeJS.Timeout),
  turn: (callback) => void setImmediate(callback),
  random: () => 0.5,
};

export interface Result {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number;
}

async function furnish(init: Process, kind: 'bash' | 'sh'): Promise<void> {
  for (const path of [
    '/usr',
    '/usr/bin',
    '/usr/sbin',
    '/usr/lib',
    '/usr/lib/systemd',
    '/etc',
    '/root',
    '/home',
    '/home/app',
    '/tmp',
    '/var',
    '/dev',
    '/proc',
  ]) {
    try {
      init.mkdir(path, path === '/tmp' ? 0o777 : 0o755);
    } catch {
      // it is there already
    }
  }
  init.mount('proc', '/proc', 'proc');
  init.mount('udev', '/dev', 'devtmpfs', { data: 'mode=755' });
  for (const [name, minor] of [
    ['null', 3],
    ['zero', 5],
    ['tty', 0],
  ] as const) {
    try {
      init.mknod(`/dev/${name}`, 'char', 0o666, name === 'tty' ? 5 << 8 : (1 << 8) | minor);
    } catch {
      // devtmpfs has it
    }
  }
  init.mkdir('/dev/pts');
  init.mount('devpts', '/dev/pts', 'devpts');
  init.symlink('/proc/self/fd', '/dev/fd');
  init.symlink('/proc/self/fd/0', '/dev/stdin');
  init.symlink('/proc/self/fd/1', '/dev/stdout');
  init.symlink('/proc/self/fd/2', '/dev/stderr');
  if (kind === 'sh') {
    for (const path of ['/bin', '/sbin']) init.mkdir(path);
    await writeFile(init, '/bin/busybox', elfStub('busybox'), 0o755);
    for (const { path } of busyboxApplets) if (path !== '/bin/busybox') init.symlink('/bin/busybox', path);
    await writeFile(init, '/etc/passwd', 'root:x:0:0:root:/root:/bin/ash\n');
    init.mkdir('/tmp/case');
    return;
  }
  for (const { name, paths } of gnuPrograms) for (const path of paths) await writeFile(init, path, elfStub(`gnu/${name}`), 0o755);
  for (const name of ['bash', 'sh']) await writeFile(init, `/usr/bin/${name}`, elfStub(name), 0o755);
  for (const link of ['/bin', '/sbin']) {
    try {
      init.symlink(`usr${link}`, link);
    } catch {
      // it is there already
    }
  }
  await writeFile(
    init,
    '/etc/passwd',
    'root:x:0:0:root:/root:/bin/bash\ndaemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin\napp:x:1000:1000::/home/app:/bin/sh\n',
  );
  init.mkdir('/tmp/case');
}

/** A machine with an init that reaps, the node's programs and both shells. */
async function machine(kind: 'bash' | 'sh', files: Readonly<Record<string, string>> = {}) {
  const clock = new VirtualClock(host);
  const failures: unknown[] = [];
  const kernel = createKernel({ clock, hostname: 'node', report: (error) => failures.push(error) });
  const own = new Map<string, Program>([['bash', bash], ['sh', kind === 'bash' ? dash : sh]]); // prettier-ignore
  const applets = await findProgram('busybox');
  const busybox: Program = (proc) => (/(?:^|\/)-?(?:a?sh)$/.test(proc.argv[0] ?? '') ? sh(proc) : (applets ?? sh)(proc));
  kernel.setPrograms((name) => (name === 'busybox' ? busybox : (own.get(name) ?? findProgram(name))));
  let ready = (): void => {};
  const furnished = new Promise<void>((resolve) => (ready = resolve));
  kernel.boot(
    async (init) => {
      await furnish(init, kind);
      for (const [name, text] of Object.entries(files)) await writeFile(init, `/tmp/case/${name}`, text);
      ready();
      for (;;) await init.wait(-1).catch(() => init.nanosleep(1000));
    },
    ['init'],
  );
  await clock.runUntil(furnished);
  return { kernel, clock, failures };
}

export const environment = new Map([
  ['HOME', '/root'],
  ['PATH', '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
  ['TERM', 'xterm'],
  ['LANG', 'C.UTF-8'],
]);

async function run(
  { kernel, clock, failures }: Awaited<ReturnType<typeof machine>>,
  shell: 'bash' | 'sh',
  script: string,
  cwd = '/tmp/case',
): Promise<Result> {
  const decoder = { 1: new TextDecoder(), 2: new TextDecoder() };
  let stdout = '';
  let stderr = '';
  const task = kernel.start(shell === 'bash' ? bash : sh, {
    argv: [shell, '-c', script],
    env: environment,
    cwd,
    stdio: [
      'null',
      { to: (b) => void (stdout += decoder[1].decode(b, { stream: true })) },
      { to: (b) => void (stderr += decoder[2].decode(b, { stream: true })) },
    ],
  });
  const status = await clock.runUntil(task.exited);
  if (failures.length > 0) throw failures[0];
  return { stdout, stderr, code: status.kind === 'exited' ? status.code : status.kind === 'signaled' ? 128 + status.signal : -1 };
}

/** Runs a script with `-c`. */
export async function runScript(shell: 'bash' | 'sh', script: string, files: Readonly<Record<string, string>> = {}): Promise<Result> {
  return run(await machine(shell, files), shell, script);
}

/** Runs scripts one after the other on the same machine, each in a directory that `setup` has filled, with nothing left of those before. */
export async function manyScripts(shell: 'bash' | 'sh', setup: string): Promise<(script: string) => Promise<Result>> {
  const shared = await machine(shell);
  await run(shared, shell, `mkdir /tmp/made; cd /tmp/made; ${setup}`, '/');
  return async (script) => {
    await run(shared, shell, 'kill -9 -1; rm -rf /tmp/case; cp -a /tmp/made /tmp/case', '/');
    // time for init to collect the dead
    await shared.clock.runUntil(shared.clock.sleep(2000));
    return run(shared, shell, script);
  };
}

/** Types `keys` at an interactive shell, a second between them; returns what the terminal shows. */
export async function typeKeys(
  shell: 'bash' | 'sh',
  keys: readonly (string | readonly [seconds: number, keys: string])[],
  terminal = 'dumb',
): Promise<string> {
  const { kernel, clock, failures } = await machine(shell);
  const pty = kernel.openPty({ columns: 80, rows: 24 });
  const decoder = new TextDecoder();
  let shown = '';
  pty.onOutput((b) => void (shown += decoder.decode(b, { stream: true })));
  const task = kernel.start(shell === 'bash' ? bash : sh, {
    argv: [shell],
    env: new Map([...environment, ['TERM', terminal], ['PS1', '# ']]),
    cwd: '/tmp/case',
    stdio: pty,
  });
  let ended = false;
  void task.exited.then(() => (ended = true));
  for (const key of keys) {
    const [seconds, text] = typeof key === 'string' ? [1, key] : key;
    await clock.runUntil(clock.sleep(seconds * 1000));
    if (ended) break;
    pty.write(new TextEncoder().encode(text));
  }
  await clock.runUntil(clock.sleep(1000));
  if (failures.length > 0) throw failures[0];
  return shown;
}
