/** The sandbox in Node: `node dist/pausebox.js`. docs/tour.md has its place in the house. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { createInterface } from 'node:readline';
import deviations from '../docs/deviations.md?raw';
import { RealClock, VirtualClock, type Clock } from './clock';
import { InputQueue } from './kube/runtime';
import { startFiles } from './lessons';
import {
  answer,
  createSandbox,
  exitCodeOf,
  installTerminal,
  loginEnvironment,
  parseOptions,
  parseRequest,
  runCommand,
  usage,
  UsageError,
  type CliOptions,
  type Sandbox,
} from './sandbox';
import { nodeHostTime } from './sandbox/host-node';
import { nodeNetwork } from './sandbox/host-network';
import { serve } from './sandbox/host-serve';
import { createCc, createPlainHost, createWasi, createWasmerHost, loadPause, toolchainLoader } from './wasi';

/** How long a cluster has been up when second 0 of a virtual session begins, ms. */
const settledMs = 240_000;

function filesBelow(directory: string): Record<string, Uint8Array> {
  const files: Record<string, Uint8Array> = {};
  const walk = (at: string): void => {
    for (const name of readdirSync(at)) {
      const path = join(at, name);
      if (statSync(path).isDirectory()) walk(path);
      else files[relative(directory, path)] = readFileSync(path);
    }
  };
  walk(directory);
  return files;
}

const report = (error: unknown): void =>
  void process.stderr.write(`pausebox: internal error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);

async function boot(options: CliOptions, clock: Clock): Promise<Sandbox> {
  const pause = await loadPause();
  const { ready } = await createSandbox({
    clock,
    assets: {
      pause: { '3.10': pause.v310, '3.0': pause.v30 },
      pauseSource: pause.source,
      deviations: async () => deviations,
      home: {
        ...(options.bare || options.machine !== 'cluster' ? {} : Object.fromEntries(startFiles.map(({ path, text }) => [path, text]))),
        ...(options.home === undefined ? {} : filesBelow(options.home)),
      },
    },
    // in virtual time guests stay in the kernel's thread, so that each run has the same order of events
    formats: [createWasi(clock instanceof VirtualClock ? createPlainHost() : createWasmerHost(), clock)],
    cc: createCc(toolchainLoader(), clock),
    network: nodeNetwork(clock),
    kind: options.machine,
    bare: options.bare,
    privileged: options.privileged,
    nodes: options.nodes,
    report,
  });
  const sandbox = await (clock instanceof VirtualClock ? clock.runUntil(ready) : ready);
  if (clock instanceof VirtualClock && options.machine === 'cluster') await clock.advanceTo(clock.now() + settledMs);
  return sandbox;
}

const home = (options: CliOptions): string => (options.machine === 'cluster' ? '/root' : '/tmp/case');
const baseEnvironment = (options: CliOptions): Record<string, string> => (options.machine === 'cluster' ? {} : { LC_ALL: 'C', TZ: 'UTC' });

async function jsonl(options: CliOptions): Promise<number> {
  const clock = new VirtualClock(nodeHostTime);
  const sandbox = await boot(options, clock);
  const headless = { sandbox, clock, startMs: clock.now(), home: home(options), env: baseEnvironment(options) };
  for await (const line of createInterface({ input: process.stdin })) {
    if (!line.trim()) continue;
    let reply: unknown;
    try {
      reply = await answer(headless, parseRequest(line));
    } catch (error) {
      reply = { error: error instanceof Error ? error.message : String(error) };
    }
    process.stdout.write(`${JSON.stringify(reply)}\n`);
  }
  return 0;
}

async function script(options: CliOptions): Promise<number> {
  const clock = options.clock === 'real' ? new RealClock(nodeHostTime) : new VirtualClock(nodeHostTime);
  const sandbox = await boot(options, clock);
  const text =
    options.script === undefined
      ? readFileSync(0, 'utf8')
      : 'text' in options.script
        ? options.script.text
        : readFileSync(options.script.file, 'utf8');
  const name = options.script && 'file' in options.script ? options.script.file : options.shell === 'bash' ? 'bash' : 'sh';
  const shell = options.shell === 'bash' && options.machine !== 'container' ? 'bash' : 'sh';
  const argv = [shell, '-c', text, ...(options.script && 'text' in options.script ? options.args : [name, ...options.args])];
  const inContainer = options.shell === 'busybox' && options.machine === 'cluster';
  const running = runCommand({
    kernel: sandbox.machine.kernel,
    clock,
    place: inContainer ? await clockRun(clock, sandbox.alpine()) : sandbox.machine.place,
    command: { argv, env: loginEnvironment(baseEnvironment(options)), cwd: inContainer ? '/' : home(options) },
    ...(options.script && !process.stdin.isTTY && { stdin: stdinQueue() }),
    onOutput: (stream, bytes) => void process[stream].write(bytes),
  });
  const { code } = await clockRun(clock, running);
  return code;
}

const clockRun = <T>(clock: Clock, promise: Promise<T>): Promise<T> => (clock instanceof VirtualClock ? clock.runUntil(promise) : promise);

function stdinQueue(): InputQueue {
  const queue = new InputQueue();
  process.stdin.on('data', (bytes: Buffer) => queue.push(new Uint8Array(bytes)));
  process.stdin.on('end', () => queue.end());
  return queue;
}

async function terminal(options: CliOptions): Promise<number> {
  const clock = options.clock === 'virtual' ? new VirtualClock(nodeHostTime) : new RealClock(nodeHostTime);
  const sandbox = await boot(options, clock);
  const { kernel, place } = sandbox.machine;
  const { stdin, stdout } = process;
  const size = { columns: stdout.columns || 80, rows: stdout.rows || 24 };
  const pty = kernel.openPty(size);
  pty.onOutput((bytes) => void stdout.write(bytes));
  stdout.on('resize', () => pty.resize({ columns: stdout.columns, rows: stdout.rows }));
  const env = loginEnvironment({ ...baseEnvironment(options), TERM: process.env['TERM'] ?? 'xterm-256color' });
  const argv = options.machine === 'container' ? ['sh', '-i'] : ['bash'];
  const task = await clockRun(clock, place.start((child) => installTerminal(kernel, child, pty), { argv, env, cwd: home(options) })); // prettier-ignore
  if (stdin.isTTY) stdin.setRawMode(true);
  stdin.on('data', (bytes: Buffer) => pty.write(new Uint8Array(bytes)));
  stdin.on('end', () => pty.write(Uint8Array.of(4)));
  const status = await clockRun(clock, task.exited);
  if (stdin.isTTY) stdin.setRawMode(false);
  return exitCodeOf(status);
}

async function main(): Promise<number> {
  const options = parseOptions(process.argv.slice(2), Boolean(process.stdin.isTTY));
  switch (options.mode) {
    case 'help':
      process.stdout.write(usage);
      return 0;
    case 'jsonl':
      return jsonl(options);
    case 'serve': {
      const clock = options.clock === 'virtual' ? new VirtualClock(nodeHostTime) : new RealClock(nodeHostTime);
      return serve(await boot(options, clock), options.port);
    }
    case 'terminal':
      return terminal(options);
    case 'script':
      return script(options);
  }
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    if (error instanceof UsageError) process.stderr.write(`pausebox: ${error.message}\n${usage}`);
    else report(error);
    process.exit(error instanceof UsageError ? 2 : 70);
  },
);
