import type { Clock, Timer } from '../../clock';
import { SIG, type KernelApi, type Program, type Task, type WaitStatus } from '../../kernel';
import type { Journal } from './journal';

/** How long a daemon takes to end when it is asked to, ms. */
const stopMs = 200;

export interface UnitFile {
  /** Without `.service`. */
  readonly name: string;
  readonly description: string;
  readonly path: string;
  readonly text: string;
  readonly dropIn?: { readonly path: string; readonly text: string };
  readonly docs: string;
  readonly argv: readonly string[];
  /** RestartSec of a service that is restarted always, ms. */
  readonly restartMs: number;
  /** `RefuseManualStop`. */
  readonly stays?: boolean;
  readonly memory: string;
}

export type UnitState =
  | { readonly state: 'active'; readonly task: Task; readonly pid: number; readonly sinceMs: number }
  | { readonly state: 'auto-restart' | 'inactive' | 'failed'; readonly sinceMs: number; readonly startedMs: number; readonly pid: number; readonly how: Exit }; // prettier-ignore

/** How a main process ended, as systemd writes it. */
export interface Exit {
  readonly code: 'exited' | 'killed';
  readonly status: string;
}

const exitOf = (status: WaitStatus): Exit => {
  if (status.kind !== 'signaled') return { code: 'exited', status: status.kind === 'exited' && status.code ? `${status.code}/FAILURE` : '0/SUCCESS' };
  const name = Object.entries(SIG).find(([, number]) => number === status.signal)?.[0] ?? String(status.signal);
  return { code: 'killed', status: `${status.signal}/${name}` };
}; // prettier-ignore

/** A daemon of the node that the host plays: it is there in ps and ends at the signals of one. */
const daemon: Program = async (proc) => {
  proc.sigaction(SIG.HUP, 'ignore');
  let ended = false;
  proc.sigaction(SIG.TERM, () => {
    ended = true;
  });
  while (!ended) await proc.pause().catch(() => undefined);
  return 0;
};

/** One service of the node: its main process, and what is done when that comes and goes. */
export class Unit {
  #state: UnitState;
  #restart: Timer | undefined;
  #stopping = false;
  isEnabled = true;
  restarts = 0;

  constructor(
    readonly file: UnitFile,
    private readonly options: {
      readonly kernel: KernelApi;
      readonly clock: Clock;
      readonly journal: Journal;
      readonly onStart: () => Promise<void>;
      readonly onStop: () => void;
    },
  ) {
    this.#state = this.#launch();
  }

  get state(): UnitState {
    return this.#state;
  }
  get fullName(): string {
    return `${this.file.name}.service`;
  }
  get #title(): string {
    return `${this.fullName} - ${this.file.description}`;
  }

  #say(text: string): void {
    this.options.journal.add({ unit: this.file.name, identifier: 'systemd', pid: 1, text });
  }

  #launch(): UnitState {
    const { kernel, clock } = this.options;
    const task = kernel.start(daemon, { argv: this.file.argv, session: true, threads: 12 });
    task.oomScoreAdj = -999;
    this.#say(`Started ${this.#title}.`);
    const state = { state: 'active' as const, task, pid: task.proc.pid, sinceMs: clock.now() };
    void task.exited.then((status) => this.#ended(state, exitOf(status)));
    return state;
  }

  #ended({ pid, sinceMs: startedMs }: Extract<UnitState, { state: 'active' }>, how: Exit): void {
    const { clock, onStop } = this.options;
    const gone = { sinceMs: clock.now(), startedMs, pid, how };
    onStop();
    if (how.status !== '0/SUCCESS') this.#say(`${this.fullName}: Main process exited, code=${how.code}, status=${how.status}`);
    const failed = how.status !== '0/SUCCESS' && how.status !== '15/TERM';
    this.#say(failed ? `${this.fullName}: Failed with result '${how.code === 'killed' ? 'signal' : 'exit-code'}'.` : `${this.fullName}: Deactivated successfully.`); // prettier-ignore
    if (this.#stopping) {
      this.#say(`Stopped ${this.#title}.`);
      this.#state = { state: 'inactive', ...gone };
      return;
    }
    this.#state = { state: 'auto-restart', ...gone };
    this.#restart = clock.after(this.file.restartMs, () => {
      this.restarts++;
      this.#say(`${this.fullName}: Scheduled restart job, restart counter is at ${this.restarts}.`);
      this.#say(`Stopped ${this.#title}.`);
      void this.start();
    });
  }

  async start(): Promise<void> {
    if (this.#state.state === 'active') return;
    this.#restart?.cancel();
    this.#stopping = false;
    this.#state = this.#launch();
    await this.options.onStart();
  }

  async stop(): Promise<void> {
    this.#restart?.cancel();
    if (this.#state.state !== 'active') {
      if (this.#state.state === 'auto-restart') this.#state = { ...this.#state, state: 'inactive' };
      return;
    }
    const { task } = this.#state;
    this.#stopping = true;
    this.#say(`Stopping ${this.#title}...`);
    await this.options.clock.sleep(stopMs);
    task.kill(SIG.TERM);
    await task.exited;
    await Promise.resolve();
  }

  dispose(): void {
    this.#restart?.cancel();
  }
}
