/**
 * Lesson text: a small part of Markdown, parsed to data, so that showing it never makes HTML of a string.
 *
 *     # Title            begins a step
 *     > Goal             once a step, right below its title
 *     $ command          a command to click; lines that follow each other are commands of their own
 *     $! command         one that is meant to fail
 *     ! Note             a remark set apart
 *     - item             a list
 *     ```                code up to the next fence, shown as it is
 *     = id Text | Wait   a live check, and what is said while it waits; what it asks for stands in checks.ts
 *     ~ Hint             three a step: a nudge, where to look, the answer
 *
 * Anything else is a paragraph, up to an empty line. Within text: `code`, **strong**, [name](file:PATH) which opens the
 * file, [text](https://…).
 */
export interface Step {
  readonly title: string;
  readonly goal: readonly Inline[];
  readonly blocks: readonly Block[];
  readonly checks: readonly CheckText[];
  readonly hints: readonly (readonly Inline[])[];
}

export interface CheckText {
  readonly id: string;
  readonly text: readonly Inline[];
  /** Said while it waits for something. */
  readonly waits: readonly Inline[];
}

export type Block =
  | { readonly kind: 'paragraph' | 'note'; readonly text: readonly Inline[] }
  | { readonly kind: 'list'; readonly items: readonly (readonly Inline[])[] }
  | { readonly kind: 'command'; readonly command: string; readonly fails: boolean }
  | { readonly kind: 'code'; readonly text: string };

export type Inline =
  | { readonly kind: 'text' | 'code' | 'strong'; readonly text: string }
  | { readonly kind: 'link'; readonly text: string; readonly href: string }
  | { readonly kind: 'file'; readonly text: string; readonly path: string };

const inlinePattern = /`([^`]+)`|\*\*([^*]+)\*\*|\[([^\]]+)\]\((https:\/\/|file:)([^)\s]+)\)/g;

export function parseInline(source: string): readonly Inline[] {
  const parts: Inline[] = [];
  let end = 0;
  for (const match of source.matchAll(inlinePattern)) {
    if (match.index > end) parts.push({ kind: 'text', text: source.slice(end, match.index) });
    const [all, code, strong, text = '', scheme, target = ''] = match;
    if (code !== undefined) parts.push({ kind: 'code', text: code });
    else if (strong !== undefined) parts.push({ kind: 'strong', text: strong });
    else if (scheme === 'file:') parts.push({ kind: 'file', text, path: target });
    else parts.push({ kind: 'link', text, href: `https://${target}` });
    end = match.index + all.length;
  }
  if (end < source.length) parts.push({ kind: 'text', text: source.slice(end) });
  return parts;
}

// Chinese is written without spaces: a line break between two of its characters is none.
const wide = /[\u2e80-\u9fff\u3000-\u303f\uff00-\uffef]/;

const joinLines = (lines: readonly string[]): string =>
  lines.reduce(
    (text, line) => (text === '' ? line : wide.test(text.slice(-1)) && wide.test(line.slice(0, 1)) ? text + line : `${text} ${line}`),
    '',
  );

function parseCheck(line: string): CheckText {
  const [, id = '', text = '', waits = ''] = /^(\S+) ([^|]*)(?:\| (.*))?$/.exec(line) ?? [];
  return { id, text: parseInline(text.trim()), waits: parseInline(waits.trim()) };
}

/** Throws an Error that names the line where the text is no lesson. */
export function parseSteps(source: string): readonly Step[] {
  const steps: { title: string; goal: readonly Inline[]; blocks: Block[]; checks: CheckText[]; hints: (readonly Inline[])[] }[] = [];
  const lines = source.replace(/\r\n/g, '\n').split('\n');
  for (let at = 0; at < lines.length;) {
    const line = lines[at] ?? '';
    const take = (prefix: string): string[] => {
      const taken: string[] = [];
      while (at < lines.length && (lines[at] ?? '').startsWith(prefix)) taken.push((lines[at++] ?? '').slice(prefix.length).trim());
      return taken;
    };
    if (line.trim() === '') {
      at++;
      continue;
    }
    if (line.startsWith('# ')) {
      steps.push({ title: line.slice(2).trim(), goal: [], blocks: [], checks: [], hints: [] });
      at++;
      continue;
    }
    const step = steps[steps.length - 1];
    if (!step) throw new Error(`line ${at + 1}: text before the first title`);
    if (line.startsWith('> ')) {
      if (step.goal.length > 0 || step.blocks.length > 0) throw new Error(`line ${at + 1}: a step has one goal, below its title`);
      step.goal = parseInline(joinLines(take('> ')));
    } else if (line.startsWith('$ '))
      step.blocks.push(...take('$ ').map((command) => ({ kind: 'command', command, fails: false }) as const));
    else if (line.startsWith('$! '))
      step.blocks.push(...take('$! ').map((command) => ({ kind: 'command', command, fails: true }) as const));
    else if (line.startsWith('= ')) step.checks.push(...take('= ').map(parseCheck));
    else if (line.startsWith('~ ')) step.hints.push(...take('~ ').map(parseInline));
    else if (line.startsWith('! ')) step.blocks.push({ kind: 'note', text: parseInline(joinLines(take('! '))) });
    else if (line.startsWith('- ')) step.blocks.push({ kind: 'list', items: take('- ').map(parseInline) });
    else if (line.startsWith('```')) {
      const end = lines.findIndex((other, index) => index > at && other.startsWith('```'));
      if (end < 0) throw new Error(`line ${at + 1}: the fence is not closed`);
      step.blocks.push({ kind: 'code', text: lines.slice(at + 1, end).join('\n') });
      at = end + 1;
    } else {
      const from = at;
      while (at < lines.length && (lines[at] ?? '').trim() !== '' && (at === from || !/^([#>$!=~-] |\$! |```)/.test(lines[at] ?? ''))) at++;
      step.blocks.push({ kind: 'paragraph', text: parseInline(joinLines(lines.slice(from, at).map((one) => one.trim()))) });
    }
  }
  return steps;
}

/** A step's commands, in order. */
export const commandsOf = (step: Step): readonly string[] =>
  step.blocks.flatMap((block) => (block.kind === 'command' ? [block.command] : []));

/** A solution, cut into its steps by comments that are the steps' numbers: `# 1`, `# 2`. */
export const parseScript = (source: string): readonly string[] =>
  source
    .split(/^# \d+\n/m)
    .slice(1)
    .map((part) => part.trim());
