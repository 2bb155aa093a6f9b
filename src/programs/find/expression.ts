import { Errno, type FileType, type Stat } from '../../kernel';
import type { Accounts } from '../accounts';
import type { Context } from '../command';
import { parseDate } from '../dates';
import { globRegex } from '../glob';
import { parseMode } from '../mode';
import { baseName } from '../path';
import { type DialectName, PatternError, Regex } from '../../regex';

export interface Visited {
  readonly path: string;
  readonly depth: number;
  readonly stat: Stat;
  /** The operand it was found under. */
  readonly root: string;
  prune: boolean;
}

export type Test = (v: Visited) => boolean | Promise<boolean>;

export interface FindOptions {
  maxDepth: number;
  minDepth: number;
  depthFirst: boolean;
  oneFileSystem: boolean;
  follow: 'never' | 'arguments' | 'always';
  mounts: readonly { readonly target: string; readonly type: string }[];
}

/** What the actions need of the run. */
export interface Actions {
  print(v: Visited, end: string): Promise<void>;
  printf(v: Visited, format: string): Promise<void>;
  exec(v: Visited, argv: readonly string[], directory: boolean, ask: boolean): Promise<boolean>;
  batch(argv: readonly string[], directory: boolean): (v: Visited) => Promise<boolean>;
  remove(v: Visited): Promise<boolean>;
  list(v: Visited): Promise<void>;
  quit(): never;
}

const regexTypes = ['findutils-default', 'ed', 'emacs', 'gnu-awk', 'grep', 'posix-awk', 'awk', 'posix-basic', 'posix-egrep', 'egrep', 'posix-extended', 'posix-minimal-basic', 'sed']; // prettier-ignore

export class FindError extends Error {}

const typeOf: Readonly<Record<string, FileType>> = {
  f: 'file',
  d: 'directory',
  l: 'symlink',
  p: 'fifo',
  c: 'char',
  b: 'block',
  s: 'socket',
};

export class Parser {
  private i = 0;
  private acted = false;
  constructor(
    private readonly ctx: Context,
    private readonly words: readonly string[],
    private readonly options: FindOptions,
    private readonly actions: Actions,
    private readonly accounts: Accounts,
  ) {}

  parse(): Test {
    if (this.words.length === 0) return (v) => this.actions.print(v, '\n').then(() => true);
    const test = this.or();
    if (this.i < this.words.length) {
      const word = this.words[this.i] as string;
      throw new FindError(word === ')' ? "you have too many ')'" : `paths must precede expression: \`${word}'`);
    }
    if (this.acted) return test;
    return async (v) => {
      if (await test(v)) await this.actions.print(v, '\n');
      return true;
    };
  }

  private or(): Test {
    let left = this.and();
    for (;;) {
      const word = this.words[this.i];
      if (word === ',') {
        this.i++;
        const [a, b] = [left, this.and()];
        left = async (v) => (await a(v), b(v));
      } else if (word === '-o' || word === '-or') {
        this.i++;
        if (this.i >= this.words.length) throw new FindError(`expected an expression after '${word}'`);
        const [a, b] = [left, this.and()];
        left = async (v) => (await a(v)) || b(v);
      } else return left;
    }
  }

  private and(): Test {
    let left = this.not();
    for (;;) {
      const word = this.words[this.i];
      if (word === undefined || word === '-o' || word === '-or' || word === ',' || word === ')') return left;
      if (word === '-a' || word === '-and') this.i++;
      const [a, b] = [left, this.not()];
      left = async (v) => (await a(v)) && b(v);
    }
  }

  private not(): Test {
    const word = this.words[this.i];
    if (word === '!' || word === '-not') {
      this.i++;
      if (this.i >= this.words.length) throw new FindError(`expected an expression after '${word}'`.replaceAll("'", "'"));
      const inner = this.not();
      return async (v) => !(await inner(v));
    }
    if (word === '(') {
      this.i++;
      if (this.i >= this.words.length)
        throw new FindError(
          this.ctx.gnu
            ? "invalid expression; expected to find a ')' but didn't see one. Perhaps you need an extra predicate after '('"
            : "unpaired '('",
        );
      if (this.words[this.i] === ')') throw new FindError('invalid expression; empty parentheses are not allowed.');
      const inner = this.or();
      if (this.words[this.i] !== ')')
        throw new FindError("invalid expression; I was expecting to find a ')' somewhere but did not see one.");
      this.i++;
      return inner;
    }
    return this.primary();
  }

  private argument(name: string): string {
    const word = this.words[this.i++];
    if (word === undefined)
      throw new FindError(
        this.ctx.gnu
          ? `missing argument to \`${name}'`
          : `option requires an argument: ${name}`.replace(/^.*$/, `${name} requires an argument`),
      );
    return word;
  }

  /** `+N`, `-N`, `N`. */
  private count(name: string, text = this.argument(name)): (n: number) => boolean {
    const m = /^([+-]?)(\d+(?:\.\d+)?)$/.exec(text);
    if (!m)
      throw new FindError(
        this.ctx.gnu
          ? `invalid argument \`${text}' to \`${name}'`
              .replace(/^invalid argument (.*) to (.*)$/, (_, a: string, b: string) => `Invalid argument ${a} to ${b}`)
              .replace('Invalid', 'invalid')
          : `invalid number '${text}'`,
      );
    const n = Number(m[2]);
    return m[1] === '+' ? (x) => x > n : m[1] === '-' ? (x) => x < n : (x) => x === n;
  }

  private statOf(path: string): Stat {
    try {
      return this.ctx.proc.stat(path);
    } catch (error) {
      if (error instanceof Errno)
        throw new FindError(this.ctx.gnu ? `${this.ctx.quote(path)}: ${error.message}` : `can't stat '${path}': ${error.message}`);
      throw error;
    }
  }

  /** As -regextype says for the -regex after it. */
  private dialect: DialectName = 'emacs';

  private readonly mounts = new Map<number, string>();
  private fileSystemOf(v: Visited): string | undefined {
    if (this.mounts.size === 0)
      for (const m of this.options.mounts) {
        try {
          this.mounts.set(this.ctx.proc.stat(m.target).dev, m.type);
        } catch (error) {
          if (!(error instanceof Errno)) throw error;
        }
      }
    return this.mounts.get(v.stat.dev);
  }

  private primary(): Test {
    const name = this.words[this.i++];
    if (name === undefined) throw new FindError(`expected an expression after '${this.words.at(-1)}'`);
    const { ctx, options, actions, accounts } = this;
    const now = ctx.proc.clock.now();
    const act = (test: Test): Test => {
      this.acted = true;
      return test;
    };
    switch (name) {
      case '-name': case '-iname': {
        const regex = globRegex(this.argument(name), { ignoreCase: name === '-iname' });
        return (v) => regex.test(baseName(v.path));
      }
      case '-path': case '-wholename': case '-ipath': case '-iwholename': {
        const regex = globRegex(this.argument(name), { ignoreCase: name.startsWith('-i') });
        return (v) => regex.test(v.path);
      }
      case '-lname': case '-ilname': {
        const regex = globRegex(this.argument(name), { ignoreCase: name === '-ilname' });
        return (v) => v.stat.type === 'symlink' && regex.test(ctx.proc.readlink(v.path));
      }
      case '-regex': case '-iregex': {
        const text = this.argument(name);
        try {
          const regex = new Regex([text], { dialect: ctx.gnu ? this.dialect : 'basic', ignoreCase: name === '-iregex', whole: 'line' });
          return (v) => regex.test(v.path);
        } catch (error) {
          if (error instanceof PatternError) throw new FindError(error.message);
          throw error;
        }
      }
      case '-regextype': {
        const kind = this.argument(name);
        if (!regexTypes.includes(kind)) throw new FindError(`Unknown regular expression type ${ctx.quote(kind)}; valid types are ${regexTypes.map((t) => ctx.quote(t)).join(', ')}.`);
        this.dialect = /awk|egrep|extended/.test(kind) ? 'egrep' : /emacs|default/.test(kind) ? 'emacs' : 'grep';
        return () => true;
      }
      case '-fstype': {
        const type = this.argument(name);
        return (v) => this.fileSystemOf(v) === type;
      }
      case '-used': {
        const matches = this.count(name);
        return (v) => matches(Math.floor((v.stat.atimeMs - v.stat.ctimeMs) / 86400_000));
      }
      case '-type': case '-xtype': {
        const text = this.argument(name);
        const types = text.split(',').map((t) => typeOf[t]);
        if (types.includes(undefined)) throw new FindError(ctx.gnu ? `Unknown argument to ${name}: ${text}` : `invalid argument '${text}' to '${name}'`);
        if (name === '-type') return (v) => types.includes(v.stat.type);
        return (v) => {
          try {
            return types.includes(ctx.proc.stat(v.path).type);
          } catch {
            return types.includes('symlink');
          }
        };
      }
      case '-maxdepth': case '-mindepth': {
        const text = this.argument(name);
        if (!/^\d+$/.test(text)) throw new FindError(ctx.gnu ? `Expected a positive decimal integer argument to ${name}, but got ${ctx.quote(text)}` : `invalid number '${text}'`);
        if (name === '-maxdepth') options.maxDepth = Number(text);
        else options.minDepth = Number(text);
        return () => true;
      }
      case '-depth': case '-d': options.depthFirst = true; return () => true;
      case '-xdev': case '-mount': options.oneFileSystem = true; return () => true;
      case '-follow': options.follow = 'always'; return () => true;
      case '-noleaf': case '-warn': case '-nowarn': case '-ignore_readdir_race': case '-daystart': return () => true;
      case '-true': return () => true;
      case '-false': return () => false;
      case '-empty': return (v) => (v.stat.type === 'file' ? v.stat.size === 0 : v.stat.type === 'directory' && ctx.proc.readdir(v.path).length === 0);
      case '-size': {
        const text = this.argument(name);
        const m = /^([+-]?\d+)([bcwkMG]?)$/.exec(text);
        if (!m) throw new FindError(ctx.gnu ? `Invalid argument \`${text}' to -size` : `invalid number '${text}'`);
        const unit = { '': 512, b: 512, c: 1, w: 2, k: 1024, M: 1048576, G: 1073741824 }[m[2] as 'b'];
        const matches = this.count(name, m[1]);
        return (v) => matches(Math.ceil(v.stat.size / unit));
      }
      case '-links': { const matches = this.count(name); return (v) => matches(v.stat.nlink); }
      case '-inum': { const matches = this.count(name); return (v) => matches(v.stat.ino); }
      case '-uid': { const matches = this.count(name); return (v) => matches(v.stat.uid); }
      case '-gid': { const matches = this.count(name); return (v) => matches(v.stat.gid); }
      case '-user': case '-group': {
        const text = this.argument(name);
        const id = name === '-user' ? accounts.uid(text) : accounts.gid(text);
        if (id === undefined) throw new FindError(ctx.gnu ? `${ctx.quote(text)} is not the name of ${name === '-user' ? 'a known user' : 'an existing group'}` : `unknown ${name.slice(1)} ${text}`);
        return (v) => (name === '-user' ? v.stat.uid : v.stat.gid) === id;
      }
      case '-nouser': return (v) => !accounts.user(v.stat.uid);
      case '-nogroup': return (v) => !accounts.group(v.stat.gid);
      case '-perm': {
        const text = this.argument(name);
        const mode = parseMode(text.replace(/^[-/+]/, ''))?.apply(0, false, 0);
        if (mode === undefined) throw new FindError(ctx.gnu ? `invalid mode ${ctx.quote(text)}` : `invalid mode '${text}'`);
        if (text.startsWith('-')) return (v) => (v.stat.mode & mode) === mode;
        if (/^[/+]/.test(text)) return (v) => mode === 0 || (v.stat.mode & mode) !== 0;
        return (v) => v.stat.mode === mode;
      }
      case '-readable': case '-writable': case '-executable': {
        const letter = { '-readable': 'r', '-writable': 'w', '-executable': 'x' }[name];
        return (v) => {
          try {
            ctx.proc.access(v.path, letter);
            return true;
          } catch {
            return false;
          }
        };
      }
      case '-mtime': case '-atime': case '-ctime': case '-mmin': case '-amin': case '-cmin': {
        const matches = this.count(name);
        const key = `${name[1]}timeMs` as 'mtimeMs';
        const unit = name.endsWith('min') ? 60_000 : 86400_000;
        return (v) => matches(unit === 60_000 ? Math.ceil((now - v.stat[key]) / unit) : Math.floor((now - v.stat[key]) / unit));
      }
      case '-newer': case '-anewer': case '-cnewer': case '-newermt': case '-newermm': case '-neweraa': case '-newercc': {
        const text = this.argument(name);
        const ms = name === '-newermt' ? parseDate(text, now) : this.statOf(text).mtimeMs;
        if (ms === undefined) throw new FindError(`I cannot figure out how to interpret ${ctx.quote(text)} as a date or time`);
        const key = name === '-anewer' ? 'atimeMs' : name === '-cnewer' ? 'ctimeMs' : 'mtimeMs';
        return (v) => v.stat[key] > ms;
      }
      case '-samefile': {
        const target = this.statOf(this.argument(name));
        return (v) => v.stat.ino === target.ino && v.stat.dev === target.dev;
      }
      case '-prune': return (v) => ((v.prune = true), true);
      case '-quit': return act(() => actions.quit());
      case '-print': return act((v) => actions.print(v, '\n').then(() => true));
      case '-print0': return act((v) => actions.print(v, '\0').then(() => true));
      case '-printf': {
        const format = this.argument(name);
        return act((v) => actions.printf(v, format).then(() => true));
      }
      case '-ls': return act((v) => actions.list(v).then(() => true));
      case '-delete':
        options.depthFirst = true;
        return act((v) => actions.remove(v));
      case '-exec': case '-execdir': case '-ok': case '-okdir': {
        const argv: string[] = [];
        for (;;) {
          const word = this.words[this.i++];
          if (word === undefined) throw new FindError(ctx.gnu ? `missing argument to \`${name}'` : `${name} requires an argument`);
          if (word === ';') break;
          if (word === '+' && argv.at(-1) === '{}') {
            const run = actions.batch(argv.slice(0, -1), name.endsWith('dir'));
            return act(run);
          }
          argv.push(word);
        }
        if (argv.length === 0) throw new FindError(`invalid argument \`;' to \`${name}'`);
        return act((v) => actions.exec(v, argv, name.endsWith('dir'), name.startsWith('-ok')));
      }
      default:
        if (!name.startsWith('-') || name === '-') throw new FindError(ctx.gnu ? `paths must precede expression: \`${name}'` : `unrecognized: ${name}`);
        throw new FindError(ctx.gnu ? `unknown predicate \`${name}'` : `unrecognized: ${name}`);
    } // prettier-ignore
  }
}
