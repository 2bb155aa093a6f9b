import { lessons, type Lesson, type LessonId } from '../../lessons';
import type { Language } from '../../sandbox/protocol';
import { messages, preferredLanguage, type Messages } from '../messages';

export type Theme = 'system' | 'light' | 'dark';
/** Of the terminal's and the editor's text. */
export type TextSize = 'small' | 'usual' | 'large' | 'largest';
export type PaneName = 'lesson' | 'editor' | 'terminal' | 'picture';

interface Kept {
  readonly theme: Theme;
  readonly language: Language;
  readonly lesson: LessonId;
  readonly steps: Readonly<Record<string, number>>;
  readonly ran: readonly string[];
  readonly passed: readonly string[];
  readonly tabs: readonly string[];
  readonly file: string | undefined;
  readonly pane: PaneName;
  readonly sizes: Readonly<Record<string, number>>;
  readonly screenReader: boolean;
  readonly textSize: TextSize;
  readonly drawer: boolean;
  readonly picture: boolean | undefined;
  readonly pictures: Readonly<Record<string, string>>;
  readonly pinned: boolean | undefined;
  readonly toured: boolean;
}

const key = 'pausebox';

const oneOf = <T extends string>(value: unknown, known: readonly T[]): T | undefined => known.find((one) => one === value);
const strings = (value: unknown): string[] => (Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []);
const entries = (value: unknown): [string, unknown][] => (typeof value === 'object' && value !== null ? Object.entries(value) : []);

/** Takes what is right of a stored text and leaves the rest. */
export function readKept(text: string | null): Partial<Kept> {
  let value: Record<string, unknown>;
  try {
    const parsed: unknown = JSON.parse(text ?? '{}');
    if (typeof parsed !== 'object' || parsed === null) return {};
    value = parsed as Record<string, unknown>;
  } catch {
    return {};
  }
  return {
    theme: oneOf(value.theme, ['system', 'light', 'dark']),
    language: oneOf(value.language, ['en', 'zh']),
    lesson: oneOf(
      value.lesson,
      lessons.map((lesson) => lesson.id),
    ),
    steps: Object.fromEntries(
      entries(value.steps).filter((pair): pair is [string, number] => Number.isInteger(pair[1]) && Number(pair[1]) >= 0),
    ),
    ran: strings(value.ran),
    passed: strings(value.passed),
    tabs: Array.isArray(value.tabs) ? strings(value.tabs) : undefined,
    file: typeof value.file === 'string' ? value.file : undefined,
    pane: oneOf(value.pane, ['lesson', 'editor', 'terminal', 'picture']),
    sizes: Object.fromEntries(
      entries(value.sizes).filter((pair): pair is [string, number] => typeof pair[1] === 'number' && pair[1] > 0 && pair[1] < 10_000),
    ),
    screenReader: value.screenReader === true,
    drawer: value.drawer !== false,
    picture: typeof value.picture === 'boolean' ? value.picture : undefined,
    pictures: Object.fromEntries(entries(value.pictures).filter((pair): pair is [string, string] => typeof pair[1] === 'string')),
    pinned: typeof value.pinned === 'boolean' ? value.pinned : undefined,
    toured: value.toured === true,
    textSize: oneOf(value.textSize, ['small', 'usual', 'large', 'largest']),
  };
}

/** What the reader chose, kept in the browser: small, and there before the first paint. */
export class Preferences {
  theme: Theme = $state('system');
  language: Language = $state('en');
  lessonId: LessonId = $state('secrets');
  steps: Readonly<Record<string, number>> = $state.raw({});
  /** Commands of the lessons that were run, by their places' names. */
  ran: readonly string[] = $state.raw([]);
  /** The lessons' checks that have passed: `LESSON ID`. */
  passed: readonly string[] = $state.raw([]);
  tabs: readonly string[] = $state.raw(lessons.flatMap((lesson) => lesson.tabs));
  file: string | undefined = $state(lessons[0]?.tabs[0]);
  pane: PaneName = $state('lesson');
  /** What the reader dragged, by pane and breakpoint. */
  sizes: Readonly<Record<string, number>> = $state.raw({});
  screenReader: boolean = $state(false);
  textSize: TextSize = $state('usual');
  /** The lesson is open, where it is a drawer. */
  drawer: boolean = $state(true);
  /** The picture is beside the work; undefined: where there is room. */
  picture: boolean | undefined = $state();
  /** Which picture was chosen, by exercise. */
  pictures: Readonly<Record<string, string>> = $state.raw({});
  /** A second picture is below; undefined: where the exercise has use for it. */
  pinned: boolean | undefined = $state();
  /** The first visit's tour was seen, or is not wanted. */
  toured: boolean = $state(false);
  #systemDark: boolean = $state(false);

  readonly dark: boolean = $derived(this.theme === 'dark' || (this.theme === 'system' && this.#systemDark));
  readonly text: Messages = $derived(messages[this.language]);
  readonly lesson = $derived(lessons.find((lesson) => lesson.id === this.lessonId) ?? lessons[0]!);
  readonly step: number = $derived(Math.min(this.steps[this.lessonId] ?? 0, this.lesson.steps.en.length - 1));

  readonly #keeps: boolean;

  /** Without `keeps` the work is neither taken from the browser nor stored there: only the taste is taken. */
  constructor({ keeps }: { readonly keeps: boolean }) {
    this.#keeps = keeps;
    let stored: string | null = null;
    try {
      stored = localStorage.getItem(key);
    } catch {
      // storage is off: defaults
    }
    const kept = readKept(stored);
    this.language = kept.language ?? preferredLanguage(navigator.languages);
    this.theme = kept.theme ?? 'system';
    this.textSize = kept.textSize ?? 'usual';
    this.screenReader = kept.screenReader ?? false;
    if (!keeps) return;
    this.lessonId = kept.lesson ?? 'secrets';
    this.steps = kept.steps ?? {};
    this.ran = kept.ran ?? [];
    this.passed = kept.passed ?? [];
    this.tabs = kept.tabs ?? this.tabs;
    if (kept.tabs) this.file = kept.file;
    this.pane = kept.pane ?? 'lesson';
    this.sizes = kept.sizes ?? {};
    this.drawer = kept.drawer ?? true;
    this.picture = kept.picture;
    this.pictures = kept.pictures ?? {};
    this.pinned = kept.pinned;
    this.toured = kept.toured ?? false;
  }

  /** Follows the system's colours and stores each change, until the returned function is called. */
  follow(): () => void {
    const system = matchMedia('(prefers-color-scheme: dark)');
    const changed = (): void => void (this.#systemDark = system.matches);
    changed();
    system.addEventListener('change', changed);
    const stop = $effect.root(() => {
      if (!this.#keeps) return;
      $effect(() => {
        const kept: Kept = {
          theme: this.theme,
          language: this.language,
          lesson: this.lessonId,
          steps: this.steps,
          ran: this.ran,
          passed: this.passed,
          tabs: this.tabs,
          file: this.file,
          pane: this.pane,
          sizes: this.sizes,
          screenReader: this.screenReader,
          textSize: this.textSize,
          drawer: this.drawer,
          picture: this.picture,
          pictures: this.pictures,
          pinned: this.pinned,
          toured: this.toured,
        };
        try {
          localStorage.setItem(key, JSON.stringify(kept));
        } catch {
          // full or off: only this visit knows it
        }
      });
    });
    return () => {
      stop();
      system.removeEventListener('change', changed);
    };
  }

  goToStep(step: number): void {
    const last = this.lesson.steps.en.length - 1;
    this.steps = { ...this.steps, [this.lessonId]: Math.max(0, Math.min(step, last)) };
  }

  hasRun(name: string): boolean {
    return this.ran.includes(name);
  }

  /** All checks of the step have passed. */
  isDone(step: number, lesson: Lesson = this.lesson): boolean {
    return lesson.steps.en[step]!.checks.every(({ id }) => this.passed.includes(`${lesson.id} ${id}`));
  }

  doneSteps(lesson: Lesson): number {
    return lesson.steps.en.filter((_step, number) => this.isDone(number, lesson)).length;
  }

  /** The lesson's first so many steps count as done. */
  pass(lesson: Lesson, steps: number): void {
    const checks = lesson.steps.en.slice(0, steps).flatMap((step) => step.checks.map(({ id }) => `${lesson.id} ${id}`));
    this.passed = [...this.passed, ...checks.filter((name) => !this.passed.includes(name))];
  }

  markRun(name: string): void {
    if (!this.hasRun(name)) this.ran = [...this.ran, name];
  }

  setSize(of: string, size: number | undefined): void {
    const { [of]: _before, ...rest } = this.sizes;
    this.sizes = size === undefined ? rest : { ...rest, [of]: size };
  }

  /** How far the lessons are done, and what is open. */
  get work(): Pick<Kept, 'lesson' | 'steps' | 'ran' | 'passed' | 'tabs' | 'file'> {
    return { lesson: this.lessonId, steps: this.steps, ran: this.ran, passed: this.passed, tabs: this.tabs, file: this.file };
  }
  set work(work: Pick<Kept, 'lesson' | 'steps' | 'ran' | 'passed' | 'tabs' | 'file'>) {
    this.lessonId = work.lesson;
    ({ steps: this.steps, ran: this.ran, passed: this.passed, tabs: this.tabs, file: this.file } = work);
  }

  /** Forgets the work, not the taste. */
  reset(): void {
    this.steps = {};
    this.ran = [];
    this.passed = [];
    this.lessonId = 'secrets';
    this.tabs = lessons.flatMap((lesson) => lesson.tabs);
    this.file = lessons[0]?.tabs[0];
  }
}
