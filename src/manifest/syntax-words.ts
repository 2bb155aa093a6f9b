import type { Fix, Span, TextEdit, Words } from './diagnostic';
import type { ReadProblem } from './documents';
import { lineSpan } from './locate';

export interface Explained {
  readonly rule: string;
  readonly plain: Words;
  /** What could mend it, the likeliest first; not all of them need do. */
  readonly fixes: readonly Fix[];
  readonly span?: Span;
}

interface Line {
  /** Offset of its first character. */
  readonly start: number;
  readonly text: string;
}

function lineAt(text: string, at: number): Line {
  const start = text.lastIndexOf('\n', at - 1) + 1;
  const end = text.indexOf('\n', start);
  return { start, text: text.slice(start, end < 0 ? text.length : end).replace(/\r$/, '') };
}

function lineBefore(text: string, line: Line): Line | undefined {
  for (let start = line.start; start > 0;) {
    const before = lineAt(text, start - 1);
    if (before.text.trim() && !before.text.trim().startsWith('#')) return before;
    start = before.start;
  }
  return undefined;
}

const insert = (at: number, text: string): TextEdit => ({ span: { start: at, end: at }, text });
const replace = (start: number, end: number, text: string): TextEdit => ({ span: { start, end }, text });
const one = (en: string, zh: string, ...edits: TextEdit[]): Fix => ({ title: { en, zh }, edits });

/** Every tab that a line is indented with becomes two spaces. */
function spacesForTabs(text: string): Fix {
  const edits = [...text.matchAll(/^[ \t]*\t[ \t]*/gm)].map((found) =>
    replace(found.index, found.index + found[0].length, found[0].replaceAll('\t', '  ')),
  );
  return { title: { en: 'Use spaces', zh: '改用空格' }, edits };
}

/** Puts a value in quotes: `key: VALUE`. */
function quoteValue(line: Line): Fix | undefined {
  const found = /^(\s*(?:- )*[^\s:#]+:\s+)(\S.*?)(\s+#.*)?$/.exec(line.text);
  if (!found) return undefined;
  const start = line.start + found[1]!.length;
  const quoted = JSON.stringify(found[2]!);
  return one(`Quote it: ${quoted}`, `加引号：${quoted}`, replace(start, start + found[2]!.length, quoted));
}

/** Where the lines above begin their fields: the columns that a line could have been meant to have, the nearest first. */
function reindent(text: string, line: Line): Fix[] {
  const columnOf = (one: Line): number => /^\s*(- +)*/.exec(one.text)![0].length;
  const own = /^ */.exec(line.text)![0].length;
  const columns = new Set<number>();
  let least = Infinity;
  for (let above = lineBefore(text, line), i = 0; above && i < 200; above = lineBefore(text, above), i++) {
    if (above.text.startsWith('---')) break;
    const column = columnOf(above);
    const indent = /^ */.exec(above.text)![0].length;
    if (indent < least) {
      columns.add(column);
      if (column !== indent) columns.add(indent);
      least = indent;
    }
    if (indent === 0) break;
  }
  const isItem = /^\s*- /.test(line.text);
  return [...columns]
    .filter((column) => column !== own)
    .sort((a, b) => Math.abs(a - own) - Math.abs(b - own) || (isItem ? a - b : b - a))
    .slice(0, 4)
    .map((column) =>
      one(
        column > own ? `Indent it by ${column - own} more` : `Indent it by ${own - column} less`,
        column > own ? `多缩进 ${column - own} 格` : `少缩进 ${own - column} 格`,
        replace(line.start, line.start + own, ' '.repeat(column)),
      ),
    );
}

const explain = (rule: string, en: string, zh: string, fix?: Fix | readonly Fix[], span?: Span): Explained => ({
  rule,
  plain: { en, zh },
  fixes: fix === undefined ? [] : 'edits' in fix ? [fix] : fix,
  ...(span ? { span } : {}),
});

/** What a text that a pattern of a message stands for means, and how to mend it. */
const explanations: readonly (readonly [RegExp, (text: string, line: Line, at: number) => Explained | undefined])[] = [
  [
    /tab character|cannot start any token/,
    (text, line) => {
      if (!/^ *\t/.test(line.text) && !line.text.includes('\t')) return undefined;
      return explain(
        'yaml-tab',
        'YAML is indented with spaces, never with tabs.',
        'YAML 只能用空格缩进，不能用制表符。',
        spacesForTabs(text),
      );
    },
  ],
  [
    /cannot start any token/,
    (text, line, at) =>
      explain(
        'yaml-reserved-character',
        `A value cannot begin with ${text[at] ?? ''} unless it is in quotes.`,
        `值不能以 ${text[at] ?? ''} 开头，除非加上引号。`,
        quoteValue(line),
      ),
  ],
  [
    /mapping values are not allowed/,
    (text, line, at) => {
      const before = lineBefore(text, line);
      const joined = before && /^(\s*-)([^\s-])/.exec(before.text);
      if (joined) {
        const place = before.start + joined[1]!.length;
        return explain(
          'yaml-dash-space',
          'A dash that begins a list item needs a space after it.',
          '列表项的短横线后面要有一个空格。',
          one('Add a space', '加一个空格', insert(place, ' ')),
          lineSpan(text, before.start),
        );
      }
      const dash = before && /^\s*[–—] /.exec(before.text);
      const longDash = /^(\s*)[–—] /.exec(line.text) ?? dash;
      if (longDash) {
        const place = (dash ? before!.start : line.start) + longDash[0].length - 2;
        return explain(
          'yaml-long-dash',
          'This is a long dash; a list item begins with a plain one.',
          '这是长破折号；列表项要用普通的短横线。',
          one('Use -', '改成 -', replace(place, place + 1, '-')),
        );
      }
      if (/:\s.*:(\s|$)/.test(line.text))
        return explain(
          'yaml-colon-in-value',
          'A value with a colon and a space in it needs quotes.',
          '值里有冒号加空格时，要加引号。',
          quoteValue(line),
        );
      const first = lineAt(text, at).start === 0 || !before;
      return explain(
        'yaml-indent',
        first ? 'A field cannot begin here.' : 'This line is indented deeper than the field above lets it be.',
        first ? '这里不能开始一个字段。' : '这一行的缩进比上面的字段允许的更深。',
        reindent(text, line),
      );
    },
  ],
  [
    /could not find expected ':'/,
    (_text, line) => {
      const found = /^(\s*(?:- )*[^\s:=：]+)(\s*(?:=|：)\s*)?/.exec(line.text);
      const start = line.start + (found?.[1]?.length ?? 0);
      const sign = found?.[2];
      return explain(
        'yaml-missing-colon',
        sign ? `A field and its value are parted by a colon, not by ${sign.trim()}.` : 'A field needs a colon after its name.',
        sign ? `字段和值之间用英文冒号，不是 ${sign.trim()}。` : '字段名后面要有冒号。',
        found && (sign || /^\s*(?:- )*[\w.-]+\s*$/.test(line.text))
          ? one('Write a colon', '写成冒号', replace(start, start + (sign?.length ?? 0), sign ? ': ' : ':'))
          : undefined,
      );
    },
  ],
  [
    /unexpected end of stream/,
    (_text, line, at) => {
      const quote = line.text[at - line.start] ?? '"';
      const end = line.start + line.text.trimEnd().length;
      return explain(
        'yaml-unclosed-quote',
        'This quote is never closed.',
        '这个引号没有结束。',
        /['"]/.test(quote) ? one('Close the quote', '补上引号', insert(end, quote)) : undefined,
      );
    },
  ],
  [
    /expected ',' or '([\]}])'|expected node content/,
    (text, line, at) => {
      const open = [...openBrackets(text.slice(0, at))].at(-1);
      const begun = open === undefined ? undefined : lineAt(text, open);
      const close = open === undefined ? '' : text[open] === '[' ? ']' : '}';
      if (!begun) return explain('yaml-value-expected', 'A value is expected here.', '这里应该有一个值。');
      const end = begun.start + begun.text.replace(/\s+#.*$/, '').trimEnd().length;
      return explain(
        'yaml-unclosed-bracket',
        `The ${text[open!]} is never closed.`,
        `${text[open!]} 没有对应的 ${close}。`,
        begun.start < line.start || at >= end ? one(`Add ${close}`, `补上 ${close}`, insert(end, close)) : undefined,
        { start: open!, end: Math.max(end, open! + 1) },
      );
    },
  ],
  [
    /did not find expected (key|'-' indicator)/,
    (text, line) =>
      explain(
        'yaml-indent',
        'This line does not line up with the fields it belongs to.',
        '这一行没有和它所属的字段对齐。',
        reindent(text, line),
      ),
  ],
  [
    /unknown escape character/,
    (_text, line) =>
      explain(
        'yaml-escape',
        'In double quotes a backslash begins an escape such as \\n; single quotes keep it as it is.',
        '双引号里的反斜杠表示转义（如 \\n）；单引号里则原样保留。',
        singleQuotes(line),
      ),
  ],
  [
    /unknown anchor/,
    () =>
      explain(
        'yaml-anchor',
        'A value that begins with * refers to an anchor; for plain text, quote it.',
        '以 * 开头的值是引用锚点；如果只是文本，请加引号。',
      ),
  ],
  [/contains itself/, () => explain('yaml-recursive', 'This refers to itself.', '这里引用了自己。')],
  [/excessive aliasing/, () => explain('yaml-aliases', 'The aliases would unfold to far too much text.', '别名展开后内容过多。')],
  [/map merge requires/, () => explain('yaml-merge', '<< takes a mapping, or a list of them.', '<< 后面必须是映射，或映射的列表。')],
  [
    /invalid map key/,
    (_text, line) =>
      explain(
        'yaml-template',
        'Double braces are a template’s; YAML reads them as nested mappings. Fill the template in, or quote it.',
        '双花括号是模板的写法，YAML 会读成嵌套映射。请先填好模板，或加引号。',
        quoteValue(line),
      ),
  ],
  [/control characters/, () => explain('yaml-control', 'There is a character here that no text may have.', '这里有文本不允许的控制字符。')],
  [
    /document separator/,
    () =>
      explain(
        'yaml-separator',
        'Documents are parted by exactly three dashes on a line of their own.',
        '文档之间用单独一行的三个短横线分隔。',
      ),
  ],
  [
    /block sequence entries/,
    () => explain('yaml-list-here', 'A list cannot begin on the line of its field.', '列表不能写在字段的同一行。'),
  ],
  [
    /incompatible YAML document/,
    () => explain('yaml-version', 'kubectl reads YAML 1.1 only; leave the %YAML line out.', 'kubectl 只读 YAML 1.1；请去掉 %YAML 这一行。'),
  ],
  [/unsupported value: /, () => explain('json-number', 'JSON has no text for this number.', 'JSON 无法表示这个数。')],
  [/unsupported map key/, () => explain('yaml-key', 'A field’s name must be text.', '字段名必须是文本。')],
];

function singleQuotes(line: Line): Fix | undefined {
  const found = /"((?:[^"\\]|\\.)*)"/.exec(line.text);
  if (!found || found[1]!.includes("'")) return undefined;
  const start = line.start + found.index;
  return one('Use single quotes', '改用单引号', replace(start, start + found[0].length, `'${found[1]}'`));
}

/** Offsets of brackets that are open at the end of a text. */
function openBrackets(text: string): number[] {
  const open: number[] = [];
  for (const found of text.matchAll(/"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|#.*|[[\]{}]/g)) {
    if (found[0] === '[' || found[0] === '{') open.push(found.index);
    else if (found[0] === ']' || found[0] === '}') open.pop();
  }
  return open;
}

export function explainSyntax(problem: ReadProblem, text: string): Explained {
  const line = lineAt(text, problem.at);
  for (const [pattern, made] of explanations) {
    const found = pattern.test(problem.message) ? made(text, line, problem.at) : undefined;
    if (found) return found;
  }
  const json = problem.kind === 'json';
  return explain(
    json ? 'json-syntax' : 'yaml-syntax',
    json ? 'This is not JSON from here on, nor YAML.' : 'kubectl cannot read the file from here on.',
    json ? '从这里起既不是 JSON，也不是 YAML。' : '从这里起 kubectl 无法读取。',
  );
}
