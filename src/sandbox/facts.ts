import { signalName, type KernelApi, type KernelEvent, type Task, type WaitStatus } from '../kernel';
import type { Transport } from '../kube/api';
import type { Fact, Happening, ProcessView } from '../lessons';
import type { NamedFact } from './protocol';
import { exitCodeOf } from './session';

export interface FactSources {
  readonly kernel: KernelApi;
  readonly readFile: (path: string) => Promise<Uint8Array | undefined>;
  /** Reaches the API server once it is up. */
  readonly transport: () => Promise<Transport>;
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** Whether `value` is like `wanted`; the rules are those of `Fact` (lessons/check.ts). */
export function isLike(value: unknown, wanted: unknown): boolean {
  if (wanted === undefined) return true;
  if (wanted instanceof RegExp) return value !== undefined && value !== null && wanted.test(String(value));
  if (Array.isArray(wanted)) return Array.isArray(value) && wanted.every((one) => value.some((member) => isLike(member, one)));
  if (!isRecord(wanted)) return value === wanted;
  if ('atLeast' in wanted) return typeof value === 'number' && value >= Number(wanted['atLeast']);
  return isRecord(value) && Object.entries(wanted).every(([name, inner]) => isLike(value[name], inner));
}

function view(task: Task, parent: Task | undefined = task.parent): ProcessView {
  return {
    comm: task.comm,
    pid: task.nsPids[task.nsPids.length - 1] ?? 0,
    depth: task.nsPids.length,
    state: task.state,
    terminal: task.terminal !== undefined,
    pod: task.cgroup.startsWith('/kubepods'),
    ...(parent && { parent: { comm: parent.comm, pid: parent.nsPids[parent.nsPids.length - 1] ?? 0 } }),
  };
}

/**
 * What lessons' checks ask for, looked up in the sandbox: what is there is looked up anew whenever something changed,
 * what happened is noted as it happens. `now` gives the names of the facts that hold.
 */
export class Facts {
  readonly #sources: FactSources;
  readonly #onChange: () => void;
  #facts: readonly NamedFact[] = [];
  /** Happenings that were asked for and have happened. */
  readonly #happened = new Set<string>();
  readonly #handled = new WeakMap<Task, Set<string>>();
  readonly #read = new Set<string>();

  /** `onChange`: it may be worth looking again. */
  constructor(sources: FactSources, onChange: () => void) {
    this.#sources = sources;
    this.#onChange = onChange;
    sources.kernel.observe((event) => this.#observe(event));
  }

  watch(facts: readonly NamedFact[]): void {
    this.#facts = facts;
    this.#onChange();
  }

  /** A program of the learner's has had an answer. */
  answered(method: string, path: string, status: number): void {
    this.#note({ event: 'request', method, path, status });
    this.#onChange();
  }

  #observe(event: KernelEvent): void {
    if (this.#facts.length === 0) return;
    switch (event.type) {
      case 'signal': {
        const signal = signalName(event.signal)?.replace(/^SIG/, '') ?? String(event.signal);
        if (event.outcome === 'handled' || event.outcome === 'pending') this.#noteHandled(event.task, signal);
        this.#note({ event: 'signal', process: view(event.task), signal, outcome: event.outcome });
        break;
      }
      case 'exec':
        this.#note({ event: 'exec', process: view(event.task) });
        break;
      case 'exit':
        this.#exited(event.task, event.status);
        break;
      case 'reap':
        this.#note({ event: 'reap', process: view(event.task, event.by), by: view(event.by) });
    }
    this.#onChange();
  }

  #noteHandled(task: Task, signal: string): void {
    const names = this.#handled.get(task) ?? new Set();
    this.#handled.set(task, names.add(signal));
  }

  #exited(task: Task, status: WaitStatus): void {
    const code = exitCodeOf(status);
    const signals = [...(this.#handled.get(task) ?? [])].join(' ');
    this.#note({ event: 'exit', process: view(task), code, signals });
    if (code === 0 && task.terminal !== undefined) for (const word of task.argv.slice(1)) this.#read.add(word.replace(/^.*\//, ''));
  }

  #note(happening: Happening): void {
    const look = (name: string, fact: Fact): void => {
      if (fact.kind === 'happened' && isLike(happening, fact.like)) this.#happened.add(name);
    };
    for (const { name, fact, waits } of this.#facts) {
      look(name, fact);
      if (waits) look(`${name} waits`, waits);
    }
  }

  /** The names of facts that hold, and of those that wait for something. */
  async now(): Promise<{ readonly held: readonly string[]; readonly waiting: readonly string[] }> {
    const held: string[] = [];
    const waiting: string[] = [];
    const objects = new Map<string, Promise<unknown>>();
    for (const { name, fact, waits } of this.#facts) {
      if (await this.#holds(name, fact, objects)) held.push(name);
      else if (waits && (await this.#holds(`${name} waits`, waits, objects))) waiting.push(name);
    }
    return { held, waiting };
  }

  async #holds(name: string, fact: Fact, objects: Map<string, Promise<unknown>>): Promise<boolean> {
    switch (fact.kind) {
      case 'file': {
        const bytes = await this.#sources.readFile(fact.path);
        return bytes !== undefined && bytes.length <= 1024 * 1024 && fact.matches.test(new TextDecoder().decode(bytes));
      }
      case 'read':
        return this.#read.has(fact.path);
      case 'object': {
        const object = await this.#object(fact.path, objects);
        return object !== undefined && isLike(object, fact.like);
      }
      case 'absent': {
        const found = await Promise.all(fact.paths.map((path) => this.#object(path, objects)));
        return found.every((object) => object === undefined);
      }
      case 'process':
        for (const task of this.#sources.kernel.tasks()) if (isLike(view(task), fact.like)) return true;
        return false;
      case 'happened':
        return this.#happened.has(name);
      case 'all':
        for (const one of fact.facts) if (!(await this.#holds(name, one, objects))) return false;
        return true;
    }
  }

  /** undefined: the server has none. */
  #object(path: string, known: Map<string, Promise<unknown>>): Promise<unknown> {
    const asked = known.get(path) ?? this.#get(path);
    known.set(path, asked);
    return asked;
  }

  async #get(path: string): Promise<unknown> {
    const transport = await this.#sources.transport();
    const { status, body } = await transport({ method: 'GET', path, headers: { accept: 'application/json' } });
    return status === 200 && typeof body === 'string' ? (JSON.parse(body) as unknown) : undefined;
  }
}
