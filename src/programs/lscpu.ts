import type { Command, Context } from './command';
import { readText } from './input';
import { renderTable } from './table';

/** /proc/cpuinfo: a map of fields for each processor. */
async function processors(ctx: Context): Promise<Map<string, string>[]> {
  const text = await readText(ctx.proc, '/proc/cpuinfo').catch(() => '');
  const fields = (block: string): Map<string, string> =>
    new Map(block.split('\n').map((line) => [line.split(':')[0]?.trim() ?? '', line.slice(line.indexOf(':') + 1).trim()]));
  return text
    .split('\n\n')
    .filter((block) => block.includes(':'))
    .map(fields);
}

export const lscpu: Command = {
  gnu: {
    short: 'abBC::ce::Jp::s:xyhV',
    long: { all: 'a', online: 'b', bytes: 'B', json: 'J', 'parse::': 'p', 'extended::': 'e', offline: 'c', hex: 'x', 'sysroot:': 's' },
    package: 'util-linux',
    usage: '[options]',
    help: 'Display information about the CPU architecture.\n\nOptions:\n -e, --extended   print out an extended readable format\n -J, --json       use JSON for default or extended format\n -p, --parse      print out a parsable format\n',
  },
  run: async (ctx, options) => {
    const all = await processors(ctx);
    const [first] = all;
    const field = (name: string): string | undefined => first?.get(name);
    const ids = all.map((cpu) => cpu.get('processor') ?? '0');
    if (options.has('p')) {
      await ctx.write('# The following is the parsable format, which can be fed to other\n# programs. Each different item in every column has an unique ID\n# starting usually from zero.\n# CPU,Core,Socket,Node,,L1d,L1i,L2,L3\n'); // prettier-ignore
      for (const id of ids) await ctx.line(`${id},${id},0,0,,,,,`);
      return 0;
    }
    if (options.has('e')) {
      const columns = ['CPU', 'NODE', 'SOCKET', 'CORE', 'ONLINE'].map((header) => ({ header, right: header !== 'ONLINE' }));
      await ctx.write(renderTable(columns, ids.map((id) => [id, '0', '0', id, 'yes']))); // prettier-ignore
      return 0;
    }
    const list = ids.length > 1 ? (ids.length === 2 ? ids.join(',') : `0-${ids.length - 1}`) : '0';
    const facts: [string, string | undefined][] = [
      ['Architecture', ctx.proc.uname().machine],
      ['CPU op-mode(s)', '32-bit, 64-bit'],
      ['Address sizes', field('address sizes')],
      ['Byte Order', 'Little Endian'],
      ['CPU(s)', String(ids.length)],
      ['On-line CPU(s) list', list],
      ['Vendor ID', field('vendor_id')],
      ['Model name', field('model name')],
      ['CPU family', field('cpu family')],
      ['Model', field('model')],
      ['Thread(s) per core', '1'],
      ['Core(s) per socket', String(ids.length)],
      ['Socket(s)', '1'],
      ['Stepping', field('stepping')],
      ['BogoMIPS', field('bogomips')],
      ['Flags', field('flags')],
      ['NUMA node(s)', '1'],
      ['NUMA node0 CPU(s)', list],
    ];
    const shown = facts.filter((fact): fact is [string, string] => fact[1] !== undefined && fact[1] !== '');
    if (options.has('J')) {
      const items = shown.map(
        ([name, value]) => `      {\n         "field": ${JSON.stringify(`${name}:`)},\n         "data": ${JSON.stringify(value)}\n      }`,
      );
      await ctx.write(`{\n   "lscpu": [\n${items.join(',')}\n   ]\n}\n`);
      return 0;
    }
    const width = Math.max(...shown.map(([name]) => name.length)) + 2;
    for (const [name, value] of shown) await ctx.line(`${`${name}:`.padEnd(width)}${value}`);
    return 0;
  },
};
