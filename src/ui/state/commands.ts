import type { Block, Lesson } from '../../lessons';
import type { Language } from '../../sandbox/protocol';
import type { Preferences } from './preferences.svelte';

/** A command of a lesson's text, in its place there. */
export interface PlacedCommand {
  /** By which it is remembered that it was run, and how it ended: the same command may stand in several places. */
  readonly name: string;
  readonly block: Extract<Block, { readonly kind: 'command' }>;
}

/** A step's commands, in order; their names are the same in each language. */
export function commandsAt(lesson: Lesson, language: Language, step: number): readonly PlacedCommand[] {
  const before: string[] = [];
  return (lesson.steps[language][step]?.blocks ?? []).flatMap((block) => {
    if (block.kind !== 'command') return [];
    const nth = before.filter((command) => command === block.command).length;
    before.push(block.command);
    return [{ name: `${lesson.id} ${step} ${nth} ${block.command}`, block }];
  });
}

/** Where such a command stands: in the present step before others, and where it was not run before where it was. */
export function placeOf(preferences: Preferences, is: (command: string) => boolean): PlacedCommand | undefined {
  const { lesson, language, step } = preferences;
  const at = (number: number): readonly PlacedCommand[] => commandsAt(lesson, language, number).filter(({ block }) => is(block.command));
  const here = at(step);
  const places = here.length > 0 ? here : lesson.steps.en.flatMap((_step, number) => at(number));
  return places.find(({ name }) => !preferences.hasRun(name)) ?? places.at(-1);
}

/** A word of a shell's command line that means `text`. */
const quote = (text: string): string => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);

export const applyCommand = (path: string): string => `kubectl apply -f ${quote(path)}`;
