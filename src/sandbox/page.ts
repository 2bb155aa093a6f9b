import { RealClock, type Clock, type HostTime } from '../clock';
import type { ExecutableFormat, Program } from '../kernel';
import type { Transport } from '../kube/api';
import type { SandboxAssets } from './assets';
import type { Manifests } from './manifests';
import type { Machine } from './machine';
import { PageFiles } from './page-files';
import { PageTerminal, type TerminalHost } from './page-terminal';
import type { LoadStage, Rate, SandboxApi, SandboxEvent, SandboxStart, TerminalId } from './protocol';
import { createSandbox, type Sandbox } from './sandbox';
import { Facts } from './facts';
import { loginEnvironment } from './machine';
import { runCommand } from './session';
import { gather } from './gather';
import { packSave, unpackSave, type Save } from './save';
import { sceneTeller } from './scene-teller';

/** How large parts report that they come, or that they will not. */
export interface LoadReport {
  readonly progress: (stage: LoadStage, fraction: number | undefined) => void;
  readonly unavailable: (stage: LoadStage, reason: 'isolation' | 'network' | 'other', message: string) => void;
}

/** What a page's sandbox needs of the Worker it lives in. */
export interface PageHost {
  readonly time: HostTime;
  readonly loadAssets: () => Promise<Omit<SandboxAssets, 'home'>>;
  readonly formats: (clock: RealClock, report: LoadReport) => readonly ExecutableFormat[];
  readonly cc: (clock: RealClock, report: LoadReport) => Program;
}

const homeDirectory = '/root';
/** Changes of files within this time are looked at together, real ms. */
const lookDelayMs = 40;
/** How often at most it is told that there is something to save. */
const changedEveryMs = 1000;
const factsDelayMs = 150;
/** How far a jump goes at most, sandbox ms, and over how many timers. */
const mostJumpMs = 600_000;
const mostTimers = 20_000;

const keptObjects = () => import('./kept-objects');

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Calls `act` at the first call, then once per `periodMs` of real time in which there were more. */
function throttle(time: HostTime, periodMs: number, act: () => void): () => void {
  let resting = false;
  let again = false;
  const run = (): void => {
    resting = true;
    again = false;
    act();
    time.setTimeout(() => {
      resting = false;
      if (again) run();
    }, periodMs);
  };
  return () => {
    if (resting) again = true;
    else run();
  };
}

/** Looks the facts up soon after a change, one look at a time, and tells of them when they are others than before. */
function factTeller(
  facts: () => Facts | undefined,
  time: HostTime,
  onEvent: (event: SandboxEvent) => void,
  fault: (error: unknown) => void,
): () => void {
  let told = '';
  let looking: Promise<void> = Promise.resolve();
  return gather(time, factsDelayMs, () => {
    looking = looking.then(async () => {
      const now = await facts()?.now();
      const text = JSON.stringify(now);
      if (!now || text === told) return;
      told = text;
      onEvent({ type: 'facts', ...now });
    }, fault);
  });
}

/** PID 1 execs as it boots and takes its own name then; calls made on the handle it had before would never settle. */
async function hasExeced({ init }: Machine, clock: Clock): Promise<void> {
  while (init.comm === 'init') await clock.turn();
}

/** Everything that is there once `start` has been called. */
interface Running {
  readonly facts: Facts;
  readonly scene: ReturnType<typeof sceneTeller>;
  /** Counts what happens to processes and objects. */
  readonly happenings: () => number;
  readonly clock: RealClock;
  readonly startMs: number;
  readonly files: PageFiles;
  readonly terminalHost: TerminalHost;
  readonly sandbox: Promise<Sandbox>;
  /** Loaded when the editor first asks: the prompt does not wait for it. */
  readonly manifests: () => Promise<Manifests>;
  /** There is something to save. */
  readonly changed: () => void;
  /** Objects of the saved state that have not been made again yet. */
  pending: Save['objects'];
}

export function createPageSandbox(host: PageHost): SandboxApi {
  const terminals = new Map<TerminalId, PageTerminal>();
  let lastTerminal = 0;
  let running: Running | undefined;

  const started = (): Running => {
    if (!running) throw new Error('the sandbox has not been started');
    return running;
  };
  const terminal = (id: TerminalId): PageTerminal | undefined => terminals.get(id);

  async function start(options: SandboxStart, onEvent: (event: SandboxEvent) => void): Promise<void> {
    if (running) throw new Error('the sandbox has been started already');
    const saved = options.saved && unpackSave(options.saved);
    const report: LoadReport = {
      progress: (stage, fraction) => onEvent({ type: 'progress', stage, fraction }),
      unavailable: (stage, reason, message) => onEvent({ type: 'unavailable', stage, reason, message }),
    };
    const fault = (error: unknown): void =>
      onEvent({ type: 'error', message: messageOf(error), ...(error instanceof Error && { detail: error.stack }) });
    const changed = throttle(host.time, changedEveryMs, () => onEvent({ type: 'changed' }));
    const clock = new RealClock(host.time);
    report.progress('cluster', undefined);
    const assets = await host.loadAssets();
    let answered: Facts['answered'] = () => undefined;
    const { machine, ready } = await createSandbox({
      clock,
      assets: { ...assets, home: Object.fromEntries((options.files ?? []).map(({ path, text }) => [path, text])) },
      formats: host.formats(clock, report),
      cc: host.cc(clock, report),
      kind: 'cluster',
      bare: false,
      privileged: false,
      onAnswer: ({ method, path }, status) => {
        answered(method, path, status);
        if (method !== 'GET' && method !== 'HEAD') changed();
      },
      report: fault,
    });
    const { kernel, init, place } = machine;
    await hasExeced(machine, clock);
    const files = new PageFiles(init, homeDirectory, (path, exists) => {
      onEvent({ type: 'file', path, exists });
      if (path.startsWith(`${homeDirectory}/`)) changed();
    });
    if (saved) await files.restore(saved);
    const look = gather(host.time, lookDelayMs, () => files.check());
    const tellFacts = factTeller(() => running?.facts, host.time, onEvent, fault);
    kernel.rootFileSystem.watch(() => {
      look();
      tellFacts();
    });
    let happenings = 0;
    kernel.observe(() => happenings++);
    const later = (delayMs: number, callback: () => void): void => void host.time.setTimeout(callback, delayMs);
    const sandbox = ready.then(async (up) => {
      const { cluster } = up;
      if (cluster && saved) await (await keptObjects()).makeAgain(cluster.transport, saved.objects, (message) => fault(new Error(message)));
      started().pending = [];
      report.progress('cluster', 1);
      return up;
    });
    sandbox.catch((error: unknown) => {
      report.unavailable('cluster', 'other', messageOf(error));
      fault(error);
    });
    let manifests: Promise<Manifests> | undefined;
    const transport: Transport = async (request) => {
      const { cluster } = await sandbox;
      if (!cluster) throw new Error('there is no cluster');
      return cluster.transport(request);
    };
    const facts = new Facts({ kernel, readFile: (path) => files.read(path), transport: async () => transport }, tellFacts);
    answered = (...request) => facts.answered(...request);
    void sandbox.then(async ({ cluster }) => {
      if (!cluster) return;
      const { watchObjects } = await import('./object-watch');
      watchObjects(cluster.transport, clock, () => {
        happenings++;
        tellFacts();
        started().scene.look();
      });
    });
    const scene = sceneTeller({ kernel, clock, startMs: clock.now(), transport }, host.time, onEvent, fault);
    running = {
      facts,
      scene,
      happenings: () => happenings,
      clock,
      startMs: clock.now(),
      files,
      terminalHost: { kernel, clock, place, home: homeDirectory, later },
      sandbox,
      manifests: () => (manifests ??= import('./manifests').then(({ createManifests }) => createManifests(transport))),
      changed,
      pending: saved?.objects ?? [],
    };
    ended = (id, status) => onEvent({ type: 'terminal-ended', id, status });
  }
  let ended: (id: TerminalId, status: number) => void = () => undefined;

  return {
    start,
    async openTerminal(size, onOutput) {
      const id = ++lastTerminal;
      const opened = await PageTerminal.open(started().terminalHost, size, onOutput, (status) => {
        terminals.delete(id);
        ended(id, status);
      });
      terminals.set(id, opened);
      return id;
    },
    writeTerminal: async (id, bytes) => terminal(id)?.write(bytes),
    resizeTerminal: async (id, size) => terminal(id)?.resize(size),
    closeTerminal: async (id) => terminal(id)?.close(),
    run: async (id, line) => terminal(id)?.run(line),
    outcome: async (id) => terminal(id)?.outcome(),
    async runScript(script) {
      const { clock, sandbox, terminalHost } = started();
      await sandbox;
      const { kernel, place, home } = terminalHost;
      const command = { argv: ['bash', '-c', script], env: loginEnvironment(), cwd: home };
      return (await runCommand({ kernel, clock, place, command })).code;
    },
    home: async () => homeDirectory,
    readFile: (path) => started().files.read(path),
    async writeFile(path, bytes) {
      await started().files.write(path, bytes);
      started().changed();
    },
    async renameFile(from, to) {
      started().files.rename(from, to);
      started().changed();
    },
    async removeFile(path) {
      started().files.remove(path);
      started().changed();
    },
    listFiles: async (directory) => started().files.list(directory),
    watchFiles: async (paths) => started().files.watch(paths),
    diagnose: async (path, text) => (await started().manifests()).diagnose(path, text),
    applied: async (path, text) => (await started().manifests()).applied(path, text),
    hover: async (text, offset) => (await started().manifests()).hover(text, offset),
    complete: async (text, offset) => (await started().manifests()).complete(text, offset),
    watchScene: async (on) => started().scene.watch(on),
    watchFacts: async (facts) => started().facts.watch(facts),
    async step() {
      const { clock, happenings } = started();
      const before = happenings();
      const endMs = clock.now() + mostJumpMs;
      for (let timers = 0; timers < mostTimers && happenings() === before; timers++) {
        if (!clock.jump(endMs - clock.now())) return;
        // what was woken goes on until it waits again
        for (let turns = 0; turns < 4; turns++) await clock.turn();
      }
    },
    setRate: async (rate) => void (started().clock.rate = rate),
    time: async () => {
      const { clock, startMs } = started();
      const nowMs = clock.now();
      return { nowMs, sinceStartMs: nowMs - startMs, rate: clock.rate as Rate };
    },
    async save() {
      const { files, sandbox, pending } = started();
      const kept = await files.keep();
      // a cluster that is not up yet has made nothing: what was saved before still counts
      if (pending.length > 0) return packSave({ ...kept, objects: pending });
      const { cluster } = await sandbox;
      return packSave({ ...kept, objects: cluster ? await (await keptObjects()).objectsToKeep(cluster.transport) : [] });
    },
  };
}
