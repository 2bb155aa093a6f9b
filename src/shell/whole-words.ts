import type { CommandArgument, Word, WordPart } from 'unbash';

/**
 * The arguments as bash sees them: a process substitution may stand within a word (`--file=<(cmd)`), where the parser ends the
 * word before it and begins another behind it.
 */
export function wholeWords(args: readonly CommandArgument[]): readonly CommandArgument[] {
  if (!args.some((arg, i) => args[i - 1]?.end === arg.pos)) return args;
  const whole: CommandArgument[] = [];
  for (const arg of args) {
    const before = whole.at(-1);
    if (before?.end === arg.pos) whole[whole.length - 1] = joined(before, arg);
    else whole.push(arg);
  }
  return whole;
}

function joined(left: CommandArgument, right: CommandArgument): Word {
  const text = left.text + right.text;
  return { type: 'Word', text, value: text, pos: left.pos, end: right.end, parts: [...partsOf(left), ...partsOf(right)] };
}

function partsOf(arg: CommandArgument): readonly WordPart[] {
  const literal = (text: string): WordPart => ({ type: 'Literal', pos: arg.pos, end: arg.pos + text.length, value: text, text });
  if (arg.type === 'Word') return arg.parts ?? [literal(arg.text)];
  if (arg.value.type === 'ArrayValue') return [literal(arg.text)];
  const { value } = arg;
  return [literal(arg.text.slice(0, arg.text.length - value.text.length)), ...(value.parts ?? [literal(value.text)])];
}
