import { type Command, nameOf } from './command';

/** Levenshtein's distance, letter case ignored. */
function distance(a: string, b: string): number {
  const [s, t] = [a.toLowerCase(), b.toLowerCase()];
  let row = Array.from({ length: t.length + 1 }, (_, i) => i);
  for (let i = 1; i <= s.length; i++) {
    const next = [i];
    for (let j = 1; j <= t.length; j++) {
      next[j] = s[i - 1] === t[j - 1] ? row[j - 1]! : Math.min(row[j]!, next[j - 1]!, row[j - 1]!) + 1;
    }
    row = next;
  }
  return row[t.length]!;
}

/** Commands that are near a mistyped word: at most two edits away, starting with it, or meant by it (cobra). */
export function suggestions(parent: Command, word: string): string[] {
  const typed = word.toLowerCase();
  const meant = (command: Command): boolean => {
    const name = nameOf(command);
    return (
      distance(word, name) <= 2 ||
      name.toLowerCase().startsWith(typed) ||
      (command.suggestFor ?? []).some((other) => other.toLowerCase() === typed)
    );
  };
  return (parent.commands ?? []).filter((command) => !command.hidden && meant(command)).map(nameOf);
}
