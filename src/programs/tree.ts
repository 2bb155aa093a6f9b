import { Errno, type Stat } from '../kernel';
import { Accounts } from './accounts';
import type { Command, Context } from './command';
import { strftime } from './dates';
import { globRegex } from './glob';
import { modeString } from './mode';
import { cQuote } from './quote';
import { humanSize } from './sizes';

const usage = `usage: tree [-acdfghilnpqrstuvxACDFJQNSUX] [-L level [-R]] [-H  baseHREF]
	[-T title] [-o filename] [-P pattern] [-I pattern] [--gitignore]
	[--gitfile[=]file] [--matchdirs] [--metafirst] [--ignore-case]
	[--nolinks] [--hintro[=]file] [--houtro[=]file] [--inodes] [--device]
	[--sort[=]<name>] [--dirsfirst] [--filesfirst] [--filelimit #] [--si]
	[--du] [--prune] [--charset[=]X] [--timefmt[=]format] [--fromfile]
	[--fflinks] [--info] [--infofile[=]file] [--noreport] [--version]
	[--help] [--] [directory ...]
`;
const help = `  -a            List hidden files too.
  -d            List directories only.
  -f            Print the whole path of each file.
  -L level      Descend so many levels only.
  -P pattern    List only files that match it.
  -I pattern    Leave out files that match it.
  -p -u -g -s -h -D  Print mode, owner, group, size, readable size, date.
  -F            Append a sign of the type, as ls -F.
  -Q            Put names in double quotes.
  -i            No lines of indentation.
  -t -r -U -c -v  Sort by time, in reverse, not at all.
  --dirsfirst, --filesfirst, --noreport, --prune, --inodes, --si
`;

const signs: Readonly<Record<string, string>> = { directory: '/', symlink: '@', fifo: '|', socket: '=' };

interface Entry {
  readonly name: string;
  readonly path: string;
  readonly stat: Stat;
  readonly directory: boolean;
}

class Tree {
  readonly flags = new Set<string>();
  readonly values = new Map<string, string>();
  directories = 0;
  files = 0;
  accounts!: Accounts;
  constructor(private readonly ctx: Context) {}

  private has(...names: string[]): boolean {
    return names.some((name) => this.flags.has(name));
  }

  /** What stands in brackets before a name. */
  private facts({ stat }: Entry): string {
    const { accounts } = this;
    const owner = (name: string): string => name.slice(0, 8).padEnd(8);
    const size = this.has('--si') ? humanSize(stat.size, 1000) : humanSize(stat.size);
    const facts = [
      this.has('--inodes') ? String(stat.ino).padStart(7) : '',
      this.has('p') ? modeString(stat.type, stat.mode) : '',
      this.has('u') ? owner(accounts.userName(stat.uid)) : '',
      this.has('g') ? owner(accounts.groupName(stat.gid)) : '',
      this.has('h', '--si') ? size.padStart(4) : this.has('s') ? String(stat.size).padStart(11) : '',
      this.has('D') ? this.date(this.has('c') ? stat.ctimeMs : stat.mtimeMs) : '',
    ].filter((fact) => fact !== '');
    return facts.length > 0 ? `[${facts.join(' ')}]  ` : '';
  }
  private date(ms: number): string {
    const format = this.values.get('--timefmt');
    if (format !== undefined) return strftime(format, ms);
    const recent = Math.abs(this.ctx.proc.clock.now() - ms) < 15_778_476_000;
    return strftime(recent ? '%b %e %H:%M' : '%b %e  %Y', ms);
  }

  private label(entry: Entry, root: boolean): string {
    const { stat, path, name } = entry;
    const shown = (text: string): string => (this.has('Q') ? cQuote(text, this.ctx.charset) : text);
    const sign = this.has('F') ? (signs[stat.type] ?? (stat.mode & 0o111 ? '*' : '')) : '';
    const arrow = stat.type === 'symlink' ? ` -> ${shown(this.ctx.proc.readlink(path))}` : '';
    return `${this.facts(entry)}${shown(root || this.has('f') ? path : name)}${sign && stat.type !== 'symlink' ? sign : ''}${arrow}`;
  }

  private list(path: string): Entry[] {
    const { proc } = this.ctx;
    const entries = proc.readdir(path).flatMap(({ name }): Entry[] => {
      if (name.startsWith('.') && !this.has('a')) return [];
      const full = path === '/' ? `/${name}` : `${path}/${name}`;
      const stat = proc.lstat(full);
      let directory = stat.type === 'directory';
      try {
        directory ||= stat.type === 'symlink' && proc.stat(full).type === 'directory';
      } catch (error) {
        if (!(error instanceof Errno)) throw error;
      }
      const matches = (option: string): boolean => (this.values.get(option) ?? '').split('|').some((p) => globRegex(p).test(name));
      if (this.has('d') && !directory) return [];
      if (this.values.has('I') && matches('I')) return [];
      if (this.values.has('P') && !directory && !matches('P')) return [];
      return [{ name, path: full, stat, directory }];
    });
    const order = (a: Entry, b: Entry): number =>
      (this.has('--dirsfirst') ? Number(b.directory) - Number(a.directory) : this.has('--filesfirst') ? Number(a.directory) - Number(b.directory) : 0) ||
      (this.has('t') ? a.stat.mtimeMs - b.stat.mtimeMs : this.has('c') && !this.has('D') ? a.stat.ctimeMs - b.stat.ctimeMs : 0) ||
      (a.name < b.name ? -1 : 1); // prettier-ignore
    if (!this.has('U')) entries.sort(order);
    return this.has('r') ? entries.reverse() : entries;
  }

  private empty(path: string): boolean {
    return this.list(path).every((each) => each.stat.type === 'directory' && this.empty(each.path));
  }

  private async below(path: string, indent: string, depth: number): Promise<void> {
    const lines = this.ctx.charset.name === 'utf8' ? (['├── ', '└── ', '│\u00a0\u00a0 '] as const) : (['|-- ', '`-- ', '|   '] as const);
    const entries = this.list(path).filter((e) => !(this.has('--prune') && e.stat.type === 'directory' && this.empty(e.path)));
    for (const [i, entry] of entries.entries()) {
      const last = i === entries.length - 1;
      if (entry.directory) this.directories++;
      else this.files++;
      const lead = this.has('i') ? '' : indent + (last ? lines[1] : lines[0]);
      await this.ctx.line(lead + this.label(entry, false));
      if (entry.stat.type !== 'directory' || depth >= Number(this.values.get('L') ?? Infinity)) continue;
      try {
        await this.below(entry.path, indent + (last ? '    ' : lines[2]), depth + 1);
      } catch (error) {
        if (!(error instanceof Errno)) throw error;
      }
    }
  }

  async root(path: string): Promise<void> {
    const { proc } = this.ctx;
    try {
      const stat = proc.stat(path);
      if (stat.type !== 'directory') {
        this.files++;
        throw new Errno('ENOTDIR');
      }
      if (this.list(path).length > 0) this.directories++;
      await this.ctx.line(this.label({ name: path, path, stat, directory: true }, true));
      await this.below(path, '', 1);
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      this.ctx.status = 2;
      await this.ctx.line(`${path}  [error opening dir]`);
    }
  }
}

const words = new Set(['--dirsfirst', '--filesfirst', '--noreport', '--prune', '--inodes', '--si', '--du', '--nolinks', '--matchdirs', '--ignore-case']); // prettier-ignore

export const tree: Command = {
  gnu: { package: 'other' },
  run: async (ctx) => {
    const view = new Tree(ctx);
    const roots: string[] = [];
    const args = [...ctx.args];
    for (let arg = args.shift(); arg !== undefined; arg = args.shift()) {
      if (arg === '--') roots.push(...args.splice(0));
      else if (arg === '--help') return (await ctx.write(usage + help), 0);
      else if (arg === '--version')
        return (await ctx.line('tree v2.1.0 (c) 1996 - 2022 by Steve Baker, Thomas Moore, Francesc Rocher, Florian Sesser, Kyosuke Tokoro'), 0); // prettier-ignore
      else if (words.has(arg)) view.flags.add(arg);
      else if (/^--(timefmt|charset|sort|filelimit)/.test(arg)) {
        const [name = '', value] = arg.split('=');
        view.values.set(name, value ?? args.shift() ?? '');
      } else if (arg.startsWith('--')) {
        await ctx.stderr(`tree: Invalid argument \`${arg}'.\n${usage}`);
        return 1;
      } else if (arg.length > 1 && arg.startsWith('-')) {
        for (const letter of arg.slice(1)) {
          if ('LPIo'.includes(letter)) {
            const value = args.shift();
            if (value === undefined) return (await ctx.stderr(`tree: Missing argument to -${letter} option.\n`), 1);
            view.values.set(letter, value);
          } else if ('acdfghilnpqrstuvxACDFNQSU'.includes(letter)) view.flags.add(letter);
          else return (await ctx.stderr(`tree: Invalid argument -\`${letter}'.\n${usage}`), 1);
        }
      } else roots.push(arg);
    }
    const level = view.values.get('L');
    if (level !== undefined && !(parseInt(level, 10) > 0)) return (await ctx.stderr('tree: Invalid level, must be greater than 0.\n'), 1);
    view.accounts = await Accounts.load(ctx.proc);
    ctx.out.charset = ctx.charset;
    for (const root of roots.length > 0 ? roots : ['.']) await view.root(root);
    if (!view.flags.has('--noreport')) {
      const count = (n: number, one: string, many: string): string => `${n} ${n === 1 ? one : many}`;
      const files = view.flags.has('d') ? '' : `, ${count(view.files, 'file', 'files')}`;
      await ctx.line(`\n${count(view.directories, 'directory', 'directories')}${files}`);
    }
    return ctx.status;
  },
};
