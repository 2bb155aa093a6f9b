import { Errno, signals } from '../../kernel';
import type { Context } from '../command';
import { spawnp } from '../exec';
import { stem, wordsOf } from './functions';
import type { MakeRule, Recipe } from './makefile';
import { MakeError, type Variables } from './variables';

export interface MakeOptions {
  readonly dryRun: boolean;
  readonly always: boolean;
  readonly silent: boolean;
  readonly keepGoing: boolean;
  readonly ignoreErrors: boolean;
}

/** What a target needs, and how it is made. */
interface Plan {
  readonly prerequisites: readonly string[];
  readonly orderOnly: readonly string[];
  readonly recipe: Recipe | undefined;
  readonly stem: string;
}

type Outcome = 'made' | 'current' | 'failed';

/** The rules make knows by itself, that C programs need. */
const builtIn: readonly (readonly [string, string, string])[] = [
  ['%.o', '%.c', '$(CC) $(CFLAGS) $(CPPFLAGS) $(TARGET_ARCH) -c -o $@ $<'],
  ['%', '%.o', '$(CC) $(LDFLAGS) $(TARGET_ARCH) $^ $(LOADLIBES) $(LDLIBS) -o $@'],
  ['%', '%.c', '$(CC) $(CFLAGS) $(CPPFLAGS) $(LDFLAGS) $(TARGET_ARCH) $^ $(LOADLIBES) $(LDLIBS) -o $@'],
  ['%', '%.sh', 'cat $< >$@ \n chmod a+x $@'],
];

/** Such a command make runs without a shell. */
const plainCommand = /^[^#;"*?[\]&|<>(){}$`^~!=\\'\n]+$/;
const shellWords = new Set(['.', ':', 'alias', 'bg', 'break', 'case', 'cd', 'command', 'continue', 'eval', 'exec', 'exit', 'export', 'fc', 'fg', 'for', 'getopts', 'hash', 'if', 'jobs', 'login', 'logout', 'read', 'readonly', 'return', 'set', 'shift', 'test', 'times', 'trap', 'type', 'ulimit', 'umask', 'unalias', 'unset', 'wait', 'while']); // prettier-ignore

/** Brings targets up to date, each once. */
export class Builder {
  private readonly outcomes = new Map<string, Outcome>();
  private readonly underWay = new Set<string>();
  private readonly phony: ReadonlySet<string>;
  private readonly silent: ReadonlySet<string>;
  /** Whether any command was run. */
  ran = false;

  constructor(
    private readonly ctx: Context,
    private readonly name: string,
    private readonly rules: readonly MakeRule[],
    private readonly variables: Variables,
    private readonly options: MakeOptions,
  ) {
    const needed = (target: string): ReadonlySet<string> =>
      new Set(rules.filter((r) => r.targets.includes(target)).flatMap((r) => (r.prerequisites.length === 0 ? [''] : r.prerequisites)));
    this.phony = needed('.PHONY');
    this.silent = needed('.SILENT');
  }

  /** One goal of the command line. Throws MakeError where it has to give up. */
  async goal(target: string): Promise<boolean> {
    this.ran = false;
    const outcome = await this.make(target, undefined);
    if (outcome === 'failed') return false;
    if (!this.ran && !this.options.silent) {
      const recipe = this.plan(target)?.recipe;
      const nothing = this.phony.has(target) || !recipe || recipe.lines.length === 0;
      await this.ctx.write(`${this.name}: ${nothing ? `Nothing to be done for '${target}'.` : `'${target}' is up to date.`}\n`);
    }
    return true;
  }

  private time(path: string): number | undefined {
    try {
      return this.ctx.proc.stat(path).mtimeMs;
    } catch (error) {
      if (error instanceof Errno) return undefined;
      throw error;
    }
  }

  /** Whether a file is there, or a rule says how to make it. */
  private known(target: string): boolean {
    return this.time(target) !== undefined || this.rules.some((r) => r.targets.includes(target) && !r.targets[0]?.startsWith('.PHONY'));
  }

  private plan(target: string): Plan | undefined {
    const own = this.rules.filter((r) => r.targets.includes(target) && (r.pattern !== undefined || !target.includes('%')));
    const prerequisites: string[] = [];
    const orderOnly: string[] = [];
    let recipe: Recipe | undefined;
    let found = '';
    for (const r of own) {
      const part = r.pattern === undefined ? undefined : stem(r.pattern, target);
      if (part !== undefined) found = part;
      prerequisites.push(...r.prerequisites.map((p) => (part === undefined ? p : p.replace('%', () => part))));
      orderOnly.push(...r.orderOnly);
      if (r.recipe.lines.length > 0) ({ recipe } = r);
    }
    if (!recipe && !this.phony.has(target)) {
      const implicit = this.implicit(target);
      if (implicit)
        return {
          ...implicit,
          prerequisites: [...implicit.prerequisites, ...prerequisites],
          orderOnly: [...implicit.orderOnly, ...orderOnly],
        };
    }
    return own.length > 0 ? { prerequisites, orderOnly, recipe, stem: found } : undefined;
  }

  /** By a pattern rule whose prerequisites are there or can be made by a rule of their own. */
  private implicit(target: string, depth = 0): Plan | undefined {
    const patterns = this.rules.filter((r) => r.pattern === undefined && r.targets.some((t) => t.includes('%')));
    for (const r of patterns)
      for (const t of r.targets) {
        const part = stem(t, target);
        if (part === undefined || part === '' || r.recipe.lines.length === 0) continue;
        const needs = r.prerequisites.map((p) => p.replace('%', () => part));
        if (needs.every((p) => this.known(p) || (depth < 3 && p !== target && this.implicit(p, depth + 1))))
          return { prerequisites: needs, orderOnly: r.orderOnly, recipe: r.recipe, stem: part };
      }
    for (const [t, p, command] of builtIn) {
      const part = stem(t, target);
      const need = part === undefined ? '' : p.replace('%', () => part);
      if (part && this.known(need))
        return { prerequisites: [need], orderOnly: [], recipe: { file: '<builtin>', lines: command.split('\n').map((text) => ({ text, line: 0 })) }, stem: part }; // prettier-ignore
    }
    return undefined;
  }

  private async make(target: string, parent: string | undefined): Promise<Outcome> {
    const done = this.outcomes.get(target);
    if (done) return done;
    const plan = this.plan(target);
    const before = this.time(target);
    if (!plan) {
      if (before !== undefined) return this.settle(target, 'current');
      const text = `*** No rule to make target '${target}'${parent === undefined ? '' : `, needed by '${parent}'`}.`;
      if (!this.options.keepGoing) throw new MakeError(`${text}  Stop.`);
      await this.ctx.stderr(`${this.name}: ${text}\n`);
      return this.settle(target, 'failed');
    }
    this.underWay.add(target);
    const needs: string[] = [];
    const newer: string[] = [];
    let failed = false;
    let stale = before === undefined || this.phony.has(target) || this.options.always;
    for (const [p, ages] of [...plan.prerequisites.map((p) => [p, true] as const), ...plan.orderOnly.map((p) => [p, false] as const)]) {
      if (this.underWay.has(p)) {
        await this.ctx.stderr(`${this.name}: Circular ${target} <- ${p} dependency dropped.\n`);
        continue;
      }
      const outcome = await this.make(p, target);
      if (outcome === 'failed') failed = true;
      if (!ages) continue;
      if (!needs.includes(p)) needs.push(p);
      const at = this.time(p);
      if (outcome === 'made' || at === undefined || (before !== undefined && at > before)) {
        stale = true;
        if (!newer.includes(p)) newer.push(p);
      } else if (before === undefined && !newer.includes(p)) newer.push(p);
    }
    this.underWay.delete(target);
    if (failed) {
      if (parent === undefined) await this.ctx.stderr(`${this.name}: Target '${target}' not remade because of errors.\n`);
      return this.settle(target, 'failed');
    }
    if (!stale) return this.settle(target, 'current');
    if (plan.recipe && !(await this.run(target, plan, plan.recipe, needs, newer))) return this.settle(target, 'failed');
    return this.settle(target, 'made');
  }

  private settle(target: string, outcome: Outcome): Outcome {
    this.outcomes.set(target, outcome);
    return outcome;
  }

  private async run(target: string, plan: Plan, recipe: Recipe, needs: readonly string[], newer: readonly string[]): Promise<boolean> {
    const { ctx, options } = this;
    const automatic = new Map([
      ['@', target], ['<', plan.prerequisites[0] ?? ''], ['^', needs.join(' ')], ['+', plan.prerequisites.join(' ')],
      ['?', newer.join(' ')], ['*', plan.stem], ['|', plan.orderOnly.join(' ')],
    ]); // prettier-ignore
    const commands: { text: string; line: number; expanded: string }[] = [];
    for (const { text, line } of recipe.lines) {
      try {
        commands.push({ text, line, expanded: await this.variables.expand(text, automatic) });
      } catch (error) {
        if (error instanceof MakeError) throw new MakeError(`${recipe.file}:${line}: *** ${error.message}.  Stop.`);
        throw error;
      }
    }
    for (const { text, line, expanded } of commands) {
      const prefix = /^[@+\-\s]*/.exec(expanded)?.[0] ?? '';
      const command = expanded.slice(prefix.length);
      if (command.trim() === '') continue;
      const quiet = options.silent || prefix.includes('@') || this.silent.has(target) || this.silent.has('');
      if (!quiet || options.dryRun) await ctx.write(`${command}\n`);
      this.ran = true;
      if (options.dryRun && !prefix.includes('+') && !/\$[({]MAKE[)}]/.test(text)) continue;
      await ctx.out.flush();
      const failure = await this.command(command);
      if (failure === undefined) continue;
      const ignored = options.ignoreErrors || prefix.includes('-');
      const place = `[${recipe.file === '<builtin>' ? '<builtin>' : `${recipe.file}:${line}`}: ${target}]`;
      await ctx.stderr(`${this.name}: ${ignored ? '' : '*** '}${place} ${failure}${ignored ? ' (ignored)' : ''}\n`);
      if (ignored) continue;
      if (!options.keepGoing) throw new MakeError('');
      return false;
    }
    return true;
  }

  /** How a command failed, in make's words. */
  private async command(command: string): Promise<string | undefined> {
    const { proc } = this.ctx;
    const words = wordsOf(command);
    const before = (child: typeof proc): void => {
      for (const [name, v] of this.variables.all) if (this.variables.exported.has(name)) child.env.set(name, v.value);
    };
    let pid: number;
    if (plainCommand.test(command) && !shellWords.has(words[0] ?? '')) {
      try {
        pid = await spawnp(proc, words, before);
      } catch (error) {
        if (!(error instanceof Errno)) throw error;
        await this.ctx.stderr(`${this.name}: ${words[0]}: ${this.ctx.strerror(error)}\n`);
        return 'Error 127';
      }
    } else pid = await proc.spawn('/bin/sh', ['/bin/sh', '-c', command], { before });
    for (;;) {
      const waited = await proc.wait(pid);
      if (!waited) continue;
      const { status } = waited;
      if (status.kind === 'exited') return status.code === 0 ? undefined : `Error ${status.code}`;
      if (status.kind === 'signaled') return signals.find((s) => s.number === status.signal)?.text ?? 'Terminated';
    }
  }
}
