import { Accounts } from './accounts';
import type { Command } from './command';
import { type ProcessInfo, readProcesses } from './process-table';

interface Node {
  readonly label: string;
  readonly children: Node[];
}

const usage =
  'Usage: pstree [-acglpsStTuZ] [ -h | -H PID ] [ -n | -N type ]\n              [ -A | -G | -U ] [ PID | USER ]\n   or: pstree -V\n';

/** What is not printable stands as an octal number. */
const visible = (text: string): string => text.replace(/[\x00-\x1f\x7f\\]/g, (c) => c === '\\' ? '\\\\' : `\\${c.charCodeAt(0).toString(8).padStart(3, '0')}`); // prettier-ignore

export const pstree: Command = {
  gnu: {
    short: 'aAcghH:lnNpsStTuUZV',
    long: {
      arguments: 'a',
      ascii: 'A',
      compact: 'c',
      'compact-not': 'c',
      'show-pids': 'p',
      'show-pgids': 'g',
      'numeric-sort': 'n',
      'uid-changes': 'u',
      unicode: 'U',
      long: 'l',
      'show-parents': 's',
      'hide-threads': 'T',
    },
    package: 'psmisc',
    badOption: (_, message) => message + usage,
    help:
      usage +
      "Display a tree of processes.\n\n  -a, --arguments   show command line arguments\n  -A, --ascii       use ASCII line drawing characters\n  -c, --compact-not don't compact identical subtrees\n  -n, --numeric-sort sort output by PID\n  -p, --show-pids   show PIDs; implies -c\n  -u, --uid-changes show uid transitions\n",
  },
  busybox: { short: 'p', usage: '[-p] [PID|USER]\n\nDisplay process tree, optionally start from USER or PID\n\n\t-p\tShow pids' },
  run: async (ctx, options) => {
    const processes = (await readProcesses(ctx.proc)) ?? [];
    const accounts = await Accounts.load(ctx.proc);
    const [operand] = options.operands;
    const ascii = options.has('A') || (!options.has('U') && ctx.charset.name === 'bytes') || !ctx.gnu;
    const draw = ascii
      ? { first: '-+-', only: '---', middle: ' |-', last: ' `-', bar: ' | ', blank: '   ' }
      : { first: '─┬─', only: '───', middle: ' ├─', last: ' └─', bar: ' │ ', blank: '   ' };
    const compact = !options.has('c', 'p', 'a');
    const label = (p: ProcessInfo, parent: ProcessInfo | undefined): string => {
      const notes: string[] = [];
      if (options.has('p')) notes.push(String(p.pid));
      if (options.has('g')) notes.push(String(p.pgrp));
      if (options.has('u') && parent && parent.euid !== p.euid) notes.push(accounts.userName(p.euid));
      const args = options.has('a') && p.args.length > 1 ? ` ${visible(p.args.slice(1).join(' '))}` : '';
      const name = visible(p.comm);
      return (notes.length === 0 ? name : options.has('a') ? `${name},${notes.join(',')}` : `${name}(${notes.join(',')})`) + args;
    };
    const build = (p: ProcessInfo, parent?: ProcessInfo): Node => {
      const children = processes.filter((c) => c.ppid === p.pid && c.pid !== p.pid);
      const sorted = options.has('n')
        ? children
        : children.toSorted((a, b) => (a.comm < b.comm ? -1 : a.comm > b.comm ? 1 : a.pid - b.pid));
      const nodes = sorted.map((c) => build(c, p));
      return { label: label(p, parent), children: compact ? merge(nodes) : nodes };
    };
    let roots: ProcessInfo[];
    if (operand === undefined) roots = processes.filter((p) => p.pid === 1);
    else if (/^\d+$/.test(operand)) roots = processes.filter((p) => p.pid === Number(operand));
    else {
      const uid = accounts.uid(operand);
      if (uid === undefined) {
        await ctx.stderr(ctx.gnu ? `No such user name: ${operand}\n` : `pstree: unknown user ${operand}\n`);
        return 1;
      }
      roots = processes.filter((p) => p.euid === uid && !processes.some((q) => q.pid === p.ppid && q.euid === uid));
    }
    if (roots.length === 0) return 1;
    const room = ctx.proc.isatty(1) ? ctx.proc.getWindowSize(1).columns : ctx.gnu && !options.has('a') ? 132 : Infinity;
    const width = options.has('l') ? Infinity : room || 132;
    const lines: string[] = [];
    const visit = (node: Node, lead: string, rest: string): void => {
      if (options.has('a')) {
        lines.push(lead + node.label);
        // every process begins a line; four columns a generation, two the first
        node.children.forEach((c, i) => {
          const last = i === node.children.length - 1;
          const trunk = lead === '' ? '  ' : rest;
          visit(c, trunk + (last ? draw.last : draw.middle).slice(1), `${trunk}${last ? ' ' : draw.bar[1]}   `);
        });
        return;
      }
      if (node.children.length === 0) return void lines.push(lead + node.label);
      const pad = ' '.repeat([...node.label].length);
      node.children.forEach((c, i) => {
        const last = i === node.children.length - 1;
        const start = i === 0 ? lead + node.label + (last ? draw.only : draw.first) : rest + pad + (last ? draw.last : draw.middle);
        visit(c, start, rest + pad + (last ? draw.blank : draw.bar));
      });
    };
    for (const r of roots) {
      const tree = options.has('s') ? ancestors(processes, r).reduce((child, p) => ({ label: label(p, undefined), children: [child] }), build(r)) : build(r); // prettier-ignore
      visit(tree, '', '');
    }
    for (const l of lines) await ctx.line([...l].length > width ? `${[...l].slice(0, width - 1).join('')}+` : l);
    return 0;
  },
};

/** The parent first, then its parent, up to the first process. */
function ancestors(processes: readonly ProcessInfo[], of: ProcessInfo): ProcessInfo[] {
  const found: ProcessInfo[] = [];
  for (let p = of; ;) {
    const parent = processes.find((each) => each.pid === p.ppid && each.pid !== p.pid);
    if (!parent) return found;
    found.push(parent);
    p = parent;
  }
}

/** Identical subtrees once: `2*[sleep]`. */
function merge(nodes: readonly Node[]): Node[] {
  const out: { node: Node; count: number; key: string }[] = [];
  for (const node of nodes) {
    const key = JSON.stringify(node);
    const same = out.find((o) => o.key === key);
    if (same) same.count++;
    else out.push({ node, count: 1, key });
  }
  return out.map(({ node, count }) =>
    count === 1 ? node : { label: `${count}*[${node.label}${node.children.length > 0 ? flat(node.children) : ']'}`, children: [] },
  );
}

const flat = (children: readonly Node[]): string =>
  `---${children.map((c) => c.label + (c.children.length > 0 ? flat(c.children) : '')).join(',')}]`;
