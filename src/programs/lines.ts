import type { Command } from './command';
import { exists } from './destination';
import { eachInput } from './files-input';
import { LineReader, readAll } from './input';
import { Regex } from '../regex';
import { jsonTable } from './table';
import { bytes, displayWidth } from './text';
import { Errno } from '../kernel';

export const nl: Command = {
  gnu: {
    short: 'b:d:f:h:i:l:n:ps:v:w:',
    long: {
      'body-numbering:': 'b',
      'line-increment:': 'i',
      'number-format:': 'n',
      'number-separator:': 's',
      'starting-line-number:': 'v',
      'number-width:': 'w',
      'header-numbering:': 'h',
      'footer-numbering:': 'f',
    },
    usage: '[OPTION]... [FILE]...',
    help: 'Write each FILE with line numbers added.\n\n  -b, --body-numbering=STYLE   a all, t nonempty (default), n none, pBRE\n  -i, --line-increment=NUMBER\n  -n, --number-format=FORMAT   ln, rn, rz\n  -s, --number-separator=STRING\n  -v, --starting-line-number=NUMBER\n  -w, --number-width=NUMBER\n',
  },
  busybox: {
    short: 'pb:i:s:v:w:n:',
    usage:
      '[OPTIONS] [FILE]...\n\nWrite FILEs to standard output with line numbers added\n\n\t-b STYLE\tWhich lines to number - a: all, t: nonempty, n: none\n\t-i N\t\tLine number increment\n\t-s STRING\tUse STRING as line number separator\n\t-v N\t\tStart from N\n\t-w N\t\tWidth of line numbers',
  },
  run: async (ctx, options) => {
    const style = options.value('b') ?? 't';
    const width = Number(options.value('w') ?? 6);
    const step = Number(options.value('i') ?? 1);
    const format = options.value('n') ?? 'rn';
    const regex = style.startsWith('p') ? new Regex([style.slice(1)], { dialect: 'basic', bytes: true }) : undefined;
    if (ctx.gnu) {
      for (const name of ['b', 'h', 'f'])
        if (!/^([atn]|p.*)$/s.test(options.value(name) ?? 't'))
          return ctx.usage(
            `invalid ${{ b: 'body', h: 'header', f: 'footer' }[name]} numbering style: ${ctx.quoteWord(options.value(name) ?? '')}`,
          );
      if (!/^(ln|rn|rz)$/.test(format)) return ctx.usage(`invalid line numbering format: ${ctx.quoteWord(format)}`);
      const widthText = options.value('w') ?? '6';
      if (!/^\d+$/.test(widthText) || width === 0)
        return ctx.fail(
          `invalid line number field width: ${ctx.quoteWord(widthText)}${width === 0 ? ': Numerical result out of range' : ''}`,
        );
    }
    const joined = Number(options.value('l') ?? 1);
    let blanks = 0;
    // logical pages: a header and a footer have no numbers unless they are asked for
    let part: 'h' | 'b' | 'f' = 'b';
    const separator = bytes.arg(options.value('s') ?? '\t');
    const indent = ' '.repeat(width + separator.length);
    const marks =
      options.value('d') === undefined
        ? '\\:'
        : (options.value('d') as string).length === 1
          ? `${options.value('d')}:`
          : (options.value('d') as string);
    let n = Number(options.value('v') ?? 1);
    ctx.out.charset = bytes;
    await eachInput(
      ctx,
      options.operands,
      async (fd) => {
        const reader = new LineReader(ctx.proc, fd, bytes);
        for (let line = await reader.next(); line !== undefined; line = await reader.next()) {
          const sections = ctx.gnu ? [1, 2, 3].find((k) => line === marks.repeat(k)) : undefined;
          if (sections !== undefined) {
            part = sections === 3 ? 'h' : sections === 2 ? 'b' : 'f';
            if (sections === 3 && !options.has('p')) n = Number(options.value('v') ?? 1);
            await ctx.line('');
            continue;
          }
          const own = part === 'b' ? style : (options.value(part) ?? 'n');
          const matches = own.startsWith('p') && (part === 'b' ? regex : new Regex([own.slice(1)], { dialect: 'basic' }))?.test(line);
          blanks = line === '' ? blanks + 1 : 0;
          const numbered = (own === 'a' && (line !== '' || blanks % joined === 0)) || (own === 't' && line !== '') || matches;
          if (!numbered) await ctx.line(`${indent}${line}`);
          else {
            const number = format === 'ln' ? String(n).padEnd(width) : String(n).padStart(width, format === 'rz' ? '0' : ' ');
            await ctx.line(`${number}${separator}${line}`);
            n += step;
          }
        }
      },
      ctx.gnu ? undefined : (name) => name,
    );
    return ctx.status;
  },
};

/** A text's records, each with what separates it from the next behind it, or before it. */
function records(text: string, separator: string | Regex, before: boolean): string[] {
  const ends: number[] = [];
  const found = typeof separator === 'string' ? undefined : [...text].map((c, i) => (separator.test(c) ? i : -1)).filter((i) => i >= 0);
  if (found) for (const i of found) ends.push(before ? i : i + 1);
  else if (typeof separator === 'string') for (let at = text.indexOf(separator); at >= 0; at = text.indexOf(separator, at + separator.length)) ends.push(before ? at : at + separator.length); // prettier-ignore
  const cuts = [...new Set([0, ...ends, text.length])];
  return cuts.slice(1).map((end, i) => text.slice(cuts[i], end));
}

export const tac: Command = {
  gnu: {
    short: 'bs:r',
    long: { 'separator:': 's', before: 'b', regex: 'r' },
    usage: '[OPTION]... [FILE]...',
    help: 'Write each FILE, last line first.\n\n  -b, --before             attach the separator before instead of after\n  -s, --separator=STRING   use STRING instead of newline\n',
  },
  busybox: { short: '', usage: '[FILE]...\n\nConcatenate FILEs and print them in reverse' },
  run: async (ctx, options) => {
    const text = bytes.arg(options.value('s') ?? '\n');
    const separator = options.has('r') ? new Regex([text], { dialect: 'basic' }) : text;
    ctx.out.charset = bytes;
    await eachInput(
      ctx,
      options.operands,
      async (fd) => {
        const text = bytes.decode(await readAll(ctx.proc, fd));
        await ctx.write(records(text, separator, options.has('b')).reverse().join(''));
      },
      (name) => (ctx.gnu ? `failed to open ${ctx.quote(name)} for reading` : `${name}`),
      (name) => (ctx.gnu ? `${ctx.quoteIfNeeded(name)}: read error` : name),
    );
    return ctx.status;
  },
};

export const rev: Command = {
  gnu: {
    short: 'hV0',
    long: { zero: '0' },
    package: 'util-linux',
    usage: '[options] [<file> ...]',
    help: '\nReverse lines characterwise.\n',
  },
  busybox: { short: '', usage: '[FILE]...\n\nReverse lines of FILE' },
  run: async (ctx, options) => {
    await eachInput(ctx, options.operands, async (fd) => {
      const reader = new LineReader(ctx.proc, fd, ctx.charset);
      ctx.out.charset = ctx.charset;
      for (let line = await reader.next(); line !== undefined; line = await reader.next()) await ctx.write([...line].reverse().join('') + (reader.terminated ? '\n' : ''));
    }, (name) => (ctx.gnu ? `cannot open ${name}` : `${name}`)); // prettier-ignore
    return ctx.status;
  },
};

export const paste: Command = {
  gnu: {
    short: 'd:sz',
    long: { 'delimiters:': 'd', serial: 's', 'zero-terminated': 'z' },
    usage: '[OPTION]... [FILE]...',
    help: 'Write lines made of the corresponding lines of each FILE.\n\n  -d, --delimiters=LIST   reuse characters from LIST instead of TABs\n  -s, --serial            paste one file at a time\n',
  },
  busybox: {
    short: 'd:s',
    usage:
      '[-d LIST] [-s] [FILE]...\n\nPaste lines from each input file, separated with tab\n\n\t-d LIST\tUse delimiters from LIST, not tab\n\t-s      Serial: one file at a time',
  },
  run: async (ctx, options) => {
    const list = [
      ...(options.value('d') ?? '\t').replace(/\\(.)/g, (_, c: string) => ({ n: '\n', t: '\t', '\\': '\\', '0': '\0' })[c] ?? c),
    ].map((c) => (c === '\0' ? '' : c));
    const delimiter = (i: number): string => bytes.arg(list[i % Math.max(1, list.length)] ?? '');
    ctx.out.charset = bytes;
    const readers: LineReader[] = [];
    const end = options.has('z') ? 0 : 10;
    let standard: LineReader | undefined;
    for (const name of options.operands.length > 0 ? options.operands : ['-']) {
      try {
        if (name === '-') readers.push((standard ??= new LineReader(ctx.proc, 0, bytes, end)));
        else readers.push(new LineReader(ctx.proc, await ctx.proc.open(name), bytes, end));
      } catch (error) {
        if (error instanceof Errno)
          return ctx.fail(ctx.gnu ? `${ctx.quoteIfNeeded(name)}: ${ctx.strerror(error)}` : `${name}: ${ctx.strerror(error)}`);
        throw error;
      }
    }
    if (options.has('s')) {
      for (const r of readers) {
        let text = '';
        let i = 0;
        for (let line = await r.next(); line !== undefined; line = await r.next()) text += (i > 0 ? delimiter(i++ - 1) : (i++, '')) + line;
        await ctx.write(text + String.fromCharCode(end));
      }
      return 0;
    }
    for (;;) {
      const cells: (string | undefined)[] = [];
      for (const r of readers) cells.push(await r.next());
      if (cells.every((c) => c === undefined)) return ctx.status;
      // busybox has no delimiter for a file that has ended
      await ctx.write(
        cells.map((c, i) => (c ?? '') + (i < cells.length - 1 && (ctx.gnu || c !== undefined) ? delimiter(i) : '')).join('') +
          String.fromCharCode(end),
      );
    }
  },
};

export const fold: Command = {
  gnu: {
    short: 'bsw:',
    long: { bytes: 'b', spaces: 's', 'width:': 'w' },
    usage: '[OPTION]... [FILE]...',
    help: 'Wrap input lines in each FILE.\n\n  -b, --bytes         count bytes rather than columns\n  -s, --spaces        break at spaces\n  -w, --width=WIDTH   instead of 80\n',
  },
  busybox: {
    short: 'bsw:',
    usage:
      '[-bs] [-w WIDTH] [FILE]...\n\nWrap input lines in FILEs (or stdin), writing to stdout\n\n\t-b\tCount bytes rather than columns\n\t-s\tBreak at spaces\n\t-w\tUse WIDTH columns instead of 80',
  },
  rewrite: (args) => args.map((a) => (/^-\d+$/.test(a) ? `-w${a.slice(1)}` : a)),
  run: async (ctx, options) => {
    const width = Number(options.value('w') ?? 80);
    if (!(width > 0))
      return ctx.fail(
        ctx.gnu
          ? `invalid number of columns: ${ctx.quoteWord(options.value('w') ?? '')}${width === 0 ? ': Numerical result out of range' : ''}`
          : `invalid number '${options.value('w')}'`,
      );
    const charset = options.has('b') ? bytes : ctx.charset;
    ctx.out.charset = charset;
    await eachInput(ctx, options.operands, async (fd) => {
      const reader = new LineReader(ctx.proc, fd, charset);
      for (let line = await reader.next(); line !== undefined; line = await reader.next()) {
        let current = '';
        let column = 0;
        for (const c of line) {
          const w = c === '\t' ? 8 - (column % 8) : displayWidth(c);
          if (column + w > width && current !== '') {
            const at = options.has('s') ? current.search(/[ \t][^ \t]*$/) : -1;
            const head = at >= 0 ? current.slice(0, at + 1) : current;
            await ctx.line(head);
            current = current.slice(head.length);
            column = displayWidth(current);
          }
          current += c;
          column += w;
        }
        await ctx.write(current + (reader.terminated ? '\n' : ''));
      }
    });
    return ctx.status;
  },
};

export const column: Command = {
  gnu: {
    short: 'tc:s:o:xn:N:l:R:H:JedET:W:O:r:i:p:L',
    long: {
      table: 't',
      'output-width:': 'c',
      'separator:': 's',
      'output-separator:': 'o',
      fillrows: 'x',
      'table-columns:': 'N',
      'table-right:': 'R',
      'table-hide:': 'H',
      'table-name:': 'n',
      'table-columns-limit:': 'l',
      json: 'J',
    },
    package: 'util-linux',
    usage: '[options] [<file>...]',
    help: '\nColumnate lists.\n\nOptions:\n -t, --table                 create a table\n -s, --separator <string>    possible table delimiters\n -o, --output-separator <string>\n -c, --output-width <width>  width of output in number of characters\n -x, --fillrows              fill rows before columns\n -N, --table-columns <names>\n -R, --table-right <columns>\n',
  },
  run: async (ctx, options) => {
    const lines: string[] = [];
    await eachInput(ctx, options.operands, async (fd) => {
      const reader = new LineReader(ctx.proc, fd, ctx.charset);
      for (let line = await reader.next(); line !== undefined; line = await reader.next()) if (line.trim() !== '') lines.push(line);
    }, (name) => name); // prettier-ignore
    ctx.out.charset = ctx.charset;
    if (options.has('t', 'N', 'J')) {
      const separator = options.value('s');
      const rows = lines.map((l) =>
        separator === undefined ? l.trim().split(/[ \t]+/) : l.split(new RegExp(`[${separator.replace(/[\\\]^-]/g, '\\$&')}]`)),
      );
      const most = Number(options.value('l') ?? Infinity);
      if (Number.isFinite(most))
        for (const r of rows) if (r.length > most) r.splice(most - 1, r.length, r.slice(most - 1).join(separator ?? ' '));
      const names = options.value('N')?.split(',');
      const hidden = new Set((options.value('H') ?? '').split(',').map((w) => (/^\d+$/.test(w) ? Number(w) - 1 : (names?.indexOf(w) ?? -1)))); // prettier-ignore
      if (options.has('J')) {
        const table = rows.map((r) => r.filter((_, i) => !hidden.has(i)));
        const columns = (names ?? []).filter((_, i) => !hidden.has(i)).map((header) => ({ header: header.toLowerCase() }));
        if (!names) return ctx.fail('option --table-columns required for --json');
        await ctx.write(jsonTable(options.value('n') ?? 'table', columns, table));
        return ctx.status;
      }
      if (names) rows.unshift([...names]);
      if (hidden.size > 0) for (const r of rows) r.splice(0, r.length, ...r.filter((_, i) => !hidden.has(i)));
      const right = new Set((options.value('R') ?? '').split(',').map((w) => (/^\d+$/.test(w) ? Number(w) - 1 : (names?.indexOf(w) ?? -1)))); // prettier-ignore
      const widths: number[] = [];
      for (const r of rows) r.forEach((c, i) => (widths[i] = Math.max(widths[i] ?? 0, displayWidth(c))));
      for (const r of rows) {
        const cells = r.map((c, i) => {
          const gap = ' '.repeat((widths[i] as number) - displayWidth(c));
          return right.has(i) ? gap + c : i === r.length - 1 && r.length === widths.length ? c : c + gap;
        });
        await ctx.line(cells.join(options.value('o') ?? '  '));
      }
      return ctx.status;
    }
    const width =
      Number(options.value('c') ?? ctx.env.get('COLUMNS') ?? (ctx.proc.isatty(1) ? ctx.proc.getWindowSize(1).columns : 80)) || 80;
    const cell = (Math.floor(Math.max(0, ...lines.map(displayWidth)) / 8) + 1) * 8;
    const count = Math.max(1, Math.floor(width / cell));
    const height = Math.ceil(lines.length / count);
    for (let r = 0; r < height; r++) {
      const row: string[] = [];
      for (let c = 0; c < count; c++) {
        const item = options.has('x') ? lines[r * count + c] : lines[c * height + r];
        if (item !== undefined) row.push(item);
      }
      await ctx.line(
        row.map((item, i) => (i === row.length - 1 ? item : item + '\t'.repeat(Math.ceil((cell - displayWidth(item)) / 8)))).join(''),
      );
    }
    return ctx.status;
  },
};

export const strings: Command = {
  gnu: {
    short: 'an:t:fo',
    long: { all: 'a', 'bytes:': 'n', 'radix:': 't', 'print-file-name': 'f' },
    package: 'other',
    usage: '[option(s)] [file(s)]',
    help: ' Display printable strings in [file(s)]\n',
  },
  busybox: {
    short: 'fan:ot:',
    usage:
      '[-fo] [-t o|d|x] [-n LEN] [FILE]...\n\nDisplay printable strings in a binary file\n\n\t-f\t\tPrecede strings with filenames\n\t-o\t\tPrecede strings with octal offsets\n\t-t o|d|x\tPrecede strings with offsets in base 8/10/16\n\t-n LEN\t\tAt least LEN characters form a string (default 4)',
  },
  rewrite: (args) => args.map((a) => (/^-\d+$/.test(a) ? `-n${a.slice(1)}` : a)),
  run: async (ctx, options) => {
    const least = Number(options.value('n') ?? 4);
    const radix = options.has('o') ? 'o' : options.value('t');
    const operands: string[] = [];
    for (const name of options.operands) {
      if (!ctx.gnu || exists(ctx, name)) operands.push(name);
      else await ctx.perrorText(`'${name}': No such file`);
    }
    if (operands.length === 0 && options.operands.length > 0) return ctx.status;
    await eachInput(
      ctx,
      operands,
      async (fd, name) => {
        const text = bytes.decode(await readAll(ctx.proc, fd));
        for (const m of text.matchAll(/[\t\x20-\x7e]+/g)) {
          if (m[0].length < least) continue;
          const at =
            radix === 'x'
              ? m.index.toString(16).padStart(7)
              : radix === 'o'
                ? m.index.toString(8).padStart(7)
                : String(m.index).padStart(7);
          await ctx.line(`${options.has('f') ? `${name}: ` : ''}${radix ? `${at} ` : ''}${m[0]}`);
        }
      },
      (name) => (ctx.gnu ? `'${name}'` : name),
    );
    return ctx.status;
  },
};
