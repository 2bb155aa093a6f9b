import { lessons, passedChecks, type Lesson } from '../../lessons';
import type { NamedFact, SandboxApi } from '../../sandbox/protocol';
import type { Preferences } from './preferences.svelte';

export type CheckState = 'passed' | 'waiting' | 'open';

const nameOf = (lesson: Lesson, id: string): string => `${lesson.id} ${id}`;

/** Which of the lessons' checks have passed, told by the sandbox from its state; what has passed once stays so. */
export class Checks {
  readonly #preferences: Preferences;
  #waiting: ReadonlySet<string> = $state.raw(new Set());
  #held: ReadonlySet<string> = new Set();
  /** Files that the editor has shown, which counts as reading them. */
  readonly #read = new Set<string>();

  constructor(preferences: Preferences) {
    this.#preferences = preferences;
  }

  /** Another sandbox is there. */
  async connect(access: Pick<SandboxApi, 'watchFacts'>): Promise<void> {
    const facts: NamedFact[] = lessons.flatMap((lesson) =>
      lesson.checks.map(({ id, fact, waits }) => ({ name: nameOf(lesson, id), fact, waits })),
    );
    await access.watchFacts(facts);
  }

  told(held: readonly string[], waiting: readonly string[]): void {
    this.#held = new Set(held);
    this.#waiting = new Set(waiting);
    this.#pass();
  }

  /** The editor shows the file. */
  shown(path: string): void {
    if (this.#read.has(path)) return;
    this.#read.add(path);
    this.#pass();
  }

  #pass(): void {
    const { passed } = this.#preferences;
    const now = lessons.flatMap((lesson) => {
      const ids = (names: Iterable<string>): Set<string> => {
        const start = `${lesson.id} `;
        return new Set([...names].filter((name) => name.startsWith(start)).map((name) => name.slice(start.length)));
      };
      const held = ids(this.#held);
      for (const { id, fact } of lesson.checks) if (fact.kind === 'read' && this.#read.has(fact.path)) held.add(id);
      return [...passedChecks(lesson.checks, ids(passed), held)].map((id) => nameOf(lesson, id));
    });
    if (now.some((name) => !passed.includes(name))) this.#preferences.passed = now;
  }

  state(id: string, lesson: Lesson = this.#preferences.lesson): CheckState {
    const name = nameOf(lesson, id);
    if (this.#preferences.passed.includes(name)) return 'passed';
    return this.#waiting.has(name) ? 'waiting' : 'open';
  }
}
