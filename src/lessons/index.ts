import type { Lesson } from './lesson';
import { secrets } from './01-secrets';
import { pause } from './02-pause';

export { passedChecks, type Check, type Fact, type Happening, type ProcessView } from './check';
export type { Lesson, LessonId } from './lesson';
export { commandsOf, parseInline, parseSteps, type Block, type CheckText, type Inline, type Step } from './text';

/** In the order they are done. */
export const lessons: readonly Lesson[] = [secrets, pause];

/** What the home directory holds at the start. */
export const startFiles = lessons.flatMap((lesson) => lesson.files);
