import type { Language, StartFile } from '../sandbox/protocol';
import type { Check } from './check';
import type { Step } from './text';

/** One exercise: its text in each language, what it begins with and one right way through it. */
export interface Lesson {
  readonly id: LessonId;
  readonly title: Readonly<Record<Language, string>>;
  readonly steps: Readonly<Record<Language, readonly Step[]>>;
  /** Put into the home directory at the start. */
  readonly files: readonly StartFile[];
  /** The files its tabs show, the first one open at the start; those that do not exist yet are shown once they do. */
  readonly tabs: readonly string[];
  /** What each step's checks ask for; a step is done once all of its own have passed. */
  readonly checks: readonly Check[];
  /** For each step a script for bash on the node that does it, after those of the steps before. */
  readonly solution: readonly string[];
}

export type LessonId = 'secrets' | 'pause';
