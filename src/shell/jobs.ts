import type { WaitStatus } from '../kernel';

export interface JobProcess {
  readonly pid: number;
  readonly text: string;
  status: WaitStatus | undefined;
}

export type JobState = 'running' | 'stopped' | 'done';

export interface Job {
  /** As in %1; 0 for a foreground pipeline that has not been stopped. */
  number: number;
  readonly pgid: number;
  readonly processes: JobProcess[];
  readonly text: string;
  foreground: boolean;
  /** The state the user has been told. */
  reported: JobState;
  ownGroup: boolean;
  noHup: boolean;
  /** The kill builtin has just signalled it: its death is told one prompt later, as if it took a moment. */
  justSignalled?: boolean;
  cwd: string;
  /** It had ended before another became the current job: bash does not call it the previous one. */
  unmarked?: boolean;
  /** Its end was found while another was waited for: ash's `wait` does not tell of it. */
  heard?: boolean;
  /** ash: `wait` has asked for it. */
  waited?: boolean;
  /** The name of a coprocess. */
  readonly coproc?: string;
  /** Called when the job has been forgotten. */
  readonly removed?: () => void;
}

/** The jobs of one shell, and statuses of children that `wait` has not asked for yet. */
export class JobTable {
  private list: Job[] = [];
  /** Most recent last: the current job is its end. */
  private order: Job[] = [];
  private remembered = new Map<number, number>();
  /** Children that are in no job and can be waited for: those of <( ) and >( ). */
  readonly unlisted = new Set<number>();

  /** Another process has been waited for: who has ended by now was found then. */
  hear(): void {
    for (const job of this.list) job.heard ||= state(job) === 'done';
  }

  /** The jobs of the shell that forked this one, as they were then: they can be listed and named, not waited for. */
  private parents: Job[] = [];

  /** What a subshell begins with: nothing it could wait for. `kept`: it can still list what there was. */
  inherited(kept: boolean): JobTable {
    const table = new JobTable();
    if (!kept) return table;
    const copies = new Map(this.numbered().map((job) => [job, { ...job, processes: job.processes.map((p) => ({ ...p })) }]));
    table.parents = [...copies.values()];
    table.order = this.order.map((job) => copies.get(job)).filter((job) => job !== undefined);
    return table;
  }

  all(): readonly Job[] {
    return this.list;
  }
  numbered(): Job[] {
    return [...this.parents, ...this.list].filter((j) => j.number > 0).sort((a, b) => a.number - b.number);
  }
  add(job: Job): void {
    this.list.push(job);
  }
  /** Gives a number, behind all others' or the lowest that is free, and makes it the current job. */
  enlist(job: Job, lowest = false): void {
    const taken = [...this.parents, ...this.list].map((j) => j.number);
    if (job.number === 0 && lowest) while (job.number === 0 || taken.includes(job.number)) job.number++;
    else if (job.number === 0) job.number = Math.max(0, ...taken) + 1;
    this.touch(job);
  }
  touch(job: Job): void {
    for (const other of this.order) if (state(other) === 'done') other.unmarked = true;
    job.unmarked = false;
    this.order = [...this.order.filter((j) => j !== job), job];
  }
  remove(job: Job): void {
    this.list = this.list.filter((j) => j !== job);
    this.parents = this.parents.filter((j) => j !== job);
    this.order = this.order.filter((j) => j !== job);
    for (const p of job.processes) if (p.status) this.remember(p.pid, exitStatus(p.status));
    job.removed?.();
  }
  remember(pid: number, status: number): void {
    this.remembered.set(pid, status);
    if (this.remembered.size > 1000) this.remembered.delete(this.remembered.keys().next().value ?? 0);
  }
  recall(pid: number): number | undefined {
    return this.remembered.get(pid);
  }

  /** The current job first, as ash lists them. */
  ranked(): Job[] {
    const stopped = this.order.filter((j) => state(j) === 'stopped').reverse();
    const others = this.order.filter((j) => state(j) !== 'stopped').reverse();
    return [...stopped, ...others].filter((j) => j.number > 0);
  }
  current(): Job | undefined {
    return this.ranked()[0];
  }
  previous(): Job | undefined {
    const ranked = this.ranked();
    return ranked[1] ?? ranked[0];
  }
  mark(job: Job): string {
    const ranked = this.ranked();
    return ranked[0] === job ? '+' : ranked[1] === job ? '-' : ' ';
  }

  byPid(pid: number): Job | undefined {
    return this.list.find((j) => j.processes.some((p) => p.pid === pid));
  }

  /** Takes in what wait(2) said about a child. */
  record(pid: number, status: WaitStatus): Job | undefined {
    for (const job of this.list) {
      const p = job.processes.find((q) => q.pid === pid);
      if (p) {
        p.status = status.kind === 'continued' ? undefined : status;
        if (status.kind === 'continued' && job.reported === 'stopped') job.reported = 'running';
        return job;
      }
    }
    if (status.kind === 'exited' || status.kind === 'signaled') this.remember(pid, exitStatus(status));
    return undefined;
  }

  /** %1, %+, %%, %-, %name, %?text. 'ambiguous' when several jobs fit. */
  find(spec: string): Job | 'ambiguous' | undefined {
    const text = spec.startsWith('%') ? spec.slice(1) : spec;
    if (text === '' || text === '+' || text === '%') return this.current();
    if (text === '-') return this.previous();
    if (/^\d+$/.test(text)) return this.numbered().find((j) => j.number === Number(text));
    const hits = this.numbered().filter((j) => (text.startsWith('?') ? j.text.includes(text.slice(1)) : j.text.startsWith(text)));
    return hits.length > 1 ? 'ambiguous' : hits[0];
  }
}

export function state(job: Job): JobState {
  if (job.processes.some((p) => p.status === undefined)) return 'running';
  if (job.processes.some((p) => p.status?.kind === 'stopped')) return 'stopped';
  return 'done';
}

/** $? for a wait status. */
export function exitStatus(status: WaitStatus): number {
  if (status.kind === 'exited') return status.code;
  return status.kind === 'continued' ? 0 : 128 + status.signal;
}
