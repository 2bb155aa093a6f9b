import type { Command, Context } from './command';
import { eachInput } from './files-input';
import { LineReader } from './input';
import { bytes } from './text';

type Range = readonly [from: number, to: number];

async function ranges(ctx: Context, text: string, fields: boolean): Promise<Range[]> {
  const out: Range[] = [];
  const what = fields ? 'field' : 'byte/character position';
  for (const part of text.split(/[,\s]/)) {
    const m = /^(\d*)(-?)(\d*)$/.exec(part);
    if (!m || part === '' || part === '-') {
      if (!ctx.gnu) return ctx.fail(`invalid number '${part}'`);
      return ctx.usage(
        part === '-'
          ? `invalid range with no endpoint: -`
          : part === ''
            ? fields
              ? 'fields are numbered from 1'
              : 'byte/character positions are numbered from 1'
            : /^[-\d]+$/.test(part)
              ? `invalid ${fields ? 'field' : 'byte or character'} range`
              : `invalid ${what} ${ctx.quoteWord(part)}`.replace('field ', 'field value '),
      );
    }
    const from = m[1] === '' ? 1 : Number(m[1]);
    const to = m[2] === '' ? from : m[3] === '' ? Infinity : Number(m[3]);
    if (ctx.gnu && m[1] === '' && to === 0) return ctx.usage('invalid decreasing range');
    if (from === 0 || to === 0)
      return ctx.gnu
        ? ctx.usage(fields ? 'fields are numbered from 1' : 'byte/character positions are numbered from 1')
        : ctx.fail(`invalid number '${part}'`);
    if (to < from) return ctx.gnu ? ctx.usage('invalid decreasing range') : ctx.fail(`${to}<${from - 1}`);
    out.push([from, to]);
  }
  return out;
}

export const cut: Command = {
  gnu: {
    short: 'b:c:d:f:nsz',
    long: {
      'bytes:': 'b',
      'characters:': 'c',
      'delimiter:': 'd',
      'fields:': 'f',
      complement: 'complement',
      'only-delimited': 's',
      'output-delimiter:': 'output-delimiter',
      'zero-terminated': 'z',
    },
    usage: 'OPTION... [FILE]...',
    help: 'Print selected parts of lines from each FILE.\n\n  -b, --bytes=LIST        select only these bytes\n  -c, --characters=LIST   select only these characters\n  -d, --delimiter=DELIM   use DELIM instead of TAB for field delimiter\n  -f, --fields=LIST       select only these fields\n      --complement        select what is not in LIST\n  -s, --only-delimited    do not print lines without delimiters\n      --output-delimiter=STRING\n  -z, --zero-terminated\n',
  },
  busybox: {
    short: 'b:c:f:d:O:sDFn',
    usage:
      "[OPTIONS] [FILE]...\n\nPrint selected fields from FILEs to stdout\n\n\t-b LIST\tOutput only bytes from LIST\n\t-c LIST\tOutput only characters from LIST\n\t-d SEP\tField delimiter for input (default -f TAB, -F run of whitespace)\n\t-O SEP\tField delimeter for output (default = -d for -f, one space for -F)\n\t-D\tDon't sort/collate sections or match -fF lines without delimeter\n\t-f LIST\tPrint only these fields (-d is single char)\n\t-F LIST\tPrint only these fields (-d is regex)\n\t-s\tOutput only lines containing delimiter\n\t-n\tIgnored",
  },
  run: async (ctx, options) => {
    const kind = options.last('b', 'c', 'f');
    if (kind === undefined)
      return ctx.gnu
        ? ctx.usage('you must specify a list of bytes, characters, or fields')
        : ctx.fail('expected a list of bytes, characters, or fields');
    const lists = options.list.filter((o) => 'bcf'.includes(o.name));
    if (ctx.gnu && lists.length > 1) return ctx.usage('only one list may be specified');
    if (!ctx.gnu && new Set(lists.map((o) => o.name)).size > 1) return ctx.usage();
    const delimiterText = options.value('d');
    if (delimiterText !== undefined && kind !== 'f')
      return ctx.gnu
        ? ctx.usage('an input delimiter may be specified only when operating on fields')
        : ctx.fail('a delimiter may be specified only when operating on fields');
    if (options.has('s') && kind !== 'f')
      return ctx.gnu
        ? ctx.usage('suppressing non-delimited lines makes sense\n\tonly when operating on fields')
        : ctx.fail('suppressing non-delimited lines makes sense only when operating on fields');
    if (ctx.gnu && delimiterText !== undefined && [...delimiterText].length > 1)
      return ctx.usage('the delimiter must be a single character');
    const list = await ranges(ctx, options.value(kind) as string, kind === 'f');
    const complement = options.has('complement');
    const wanted = (n: number): boolean => list.some(([a, b]) => n >= a && n <= b) !== complement;
    // busybox takes the first of several
    const delimiter = bytes.arg(delimiterText === '' ? '\0' : ([...(delimiterText ?? '\t')][0] as string));
    const joiner = options.value('output-delimiter') ?? options.value('O');
    const end = options.has('z') ? '\0' : '\n';
    ctx.out.charset = bytes;
    const byCharacter = kind === 'c' && ctx.charset.name === 'utf8' && !ctx.gnu;
    const shown = (name: string): string => (ctx.gnu ? ctx.quoteIfNeeded(name) : name);
    const use = async (fd: number): Promise<void> => {
      const reader = new LineReader(ctx.proc, fd, bytes, options.has('z') ? 0 : 10);
      for (;;) {
        const next = reader.next();
        const line = next instanceof Promise ? await next : next;
        if (line === undefined) break;
        if (kind === 'f') {
          if (!line.includes(delimiter)) {
            if (!options.has('s')) await ctx.write(line + end);
            continue;
          }
          await ctx.write(line.split(delimiter).filter((_, i) => wanted(i + 1)).join(joiner === undefined ? delimiter : bytes.arg(joiner)) + end); // prettier-ignore
        } else {
          const units = byCharacter ? (line.match(/[\0-\x7f\xc0-\xff][\x80-\xbf]*/g) ?? []) : line.split('');
          if (joiner === undefined) await ctx.write(units.filter((_, i) => wanted(i + 1)).join('') + end);
          else {
            let text = '';
            let last = -1;
            units.forEach((u, i) => {
              if (!wanted(i + 1)) return;
              if (text !== '' && last !== i - 1) text += bytes.arg(joiner);
              text += u;
              last = i;
            });
            await ctx.write(text + end);
          }
        }
      }
    };
    await eachInput(ctx, options.operands, use, shown, shown);
    return ctx.status;
  },
};
