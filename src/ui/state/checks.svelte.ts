import { lessons, passedChecks, type Lesson } from '../../lessons';
import type { NamedFact, SandboxApi } from '../../sandbox/protocol';
import type { Preferences } from './preferences.svelte';

export type CheckState = 'passed' | 'waiting' | 'open';

const nameOf = (lesson: Lesson, id: string): string => `${lesson.id} ${id}`;

/** Which of the lessons' checks have passed, told by the sandbox from its state; what has passed once stays so. */
export class Checks {
  readonly #preferences: Preferences;
  #waiting: readonly string[] = $state.raw([]);
  #held: readonly string[] = [];
  /** Files that the editor has shown, which counts as reading them. */
  #read: readonly string[] = [];

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
    this.#held = held;
    this.#waiting = waiting;
    this.#pass();
  }

  /** The editor shows the file. */
  shown(path: string): void {
    if (this.#read.includes(path)) return;
    this.#read = [...this.#read, path];
    this.#pass();
  }

  #pass(): void {
    const { passed } = this.#preferences;
    const now = lessons.flatMap((lesson) => {
      const start = `${lesson.id} `;
      const idsOf = (names: readonly string[]): readonly string[] =>
        names.filter((name) => name.startsWith(start)).map((name) => name.slice(start.length));
      const read = lesson.checks.filter(({ fact }) => fact.kind === 'read' && this.#read.includes(fact.path)).map(({ id }) => id);
      return passedChecks(lesson.checks, idsOf(passed), [...idsOf(this.#held), ...read]).map((id) => nameOf(lesson, id));
    });
    if (now.some((name) => !passed.includes(name))) this.#preferences.passed = now;
  }

  state(id: string, lesson: Lesson = this.#preferences.lesson): CheckState {
    const name = nameOf(lesson, id);
    if (this.#preferences.passed.includes(name)) return 'passed';
    return this.#waiting.includes(name) ? 'waiting' : 'open';
  }
}
