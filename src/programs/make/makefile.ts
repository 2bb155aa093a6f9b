import { wordsOf } from './functions';
import { MakeError, type Variables } from './variables';

export interface Recipe {
  readonly file: string;
  readonly lines: { readonly text: string; readonly line: number }[];
}

export interface MakeRule {
  readonly targets: readonly string[];
  readonly prerequisites: readonly string[];
  /** Behind `|`: made before, but their age does not matter. */
  readonly orderOnly: readonly string[];
  /** Of a static pattern rule: what its targets look like. */
  readonly pattern: string | undefined;
  readonly recipe: Recipe;
}

/** A makefile that is to be included and is not there. */
export class MissingInclude extends Error {
  constructor(
    readonly place: string,
    readonly file: string,
  ) {
    super(file);
  }
}

const assignment = /^\s*((?:export|override)\s+)?([^\s:#=!?+]+)\s*(=|::?=|\?=|\+=|!=)\s*([^]*)$/;

/** Reads makefiles: variables at once, rules into a list. */
export class Makefile {
  readonly rules: MakeRule[] = [];
  private readonly conditions: { active: boolean; taken: boolean; outer: boolean }[] = [];

  constructor(
    private readonly variables: Variables,
    private readonly load: (name: string) => Promise<string | undefined>,
  ) {}

  /** Throws MakeError, its text beginning with the file and line. */
  async read(file: string, text: string): Promise<void> {
    const lines = text.split('\n');
    let rule: MakeRule | undefined;
    for (let i = 0; i < lines.length; i++) {
      const number = i + 1;
      let line = lines[i] as string;
      if (line.startsWith('\t') && rule) {
        while (line.endsWith('\\') && i + 1 < lines.length) line += `\n${(lines[++i] as string).replace(/^\t/, '')}`;
        if (this.active) rule.recipe.lines.push({ text: line.slice(1), line: number });
        continue;
      }
      while (/(?<!\\)\\$/.test(line) && i + 1 < lines.length) line = `${line.slice(0, -1).trimEnd()} ${(lines[++i] as string).trimStart()}`;
      try {
        rule = await this.line(file, number, line, rule);
      } catch (error) {
        if (error instanceof MakeError && !/^\S+:\d+: \*\*\*/.test(error.message))
          throw new MakeError(`${file}:${number}: *** ${error.message}.  Stop.`);
        throw error;
      }
    }
    if (this.conditions.length > 0) throw new MakeError(`${file}:${lines.length}: *** missing 'endif'.  Stop.`);
  }

  private get active(): boolean {
    return this.conditions.every((c) => c.active);
  }

  private async line(file: string, number: number, raw: string, rule: MakeRule | undefined): Promise<MakeRule | undefined> {
    const text = raw.replace(/(?<!\\)#.*$/, '').replaceAll('\\#', '#');
    if (text.trim() === '') return rule;
    if (await this.condition(text.trim())) return rule;
    if (!this.active) return rule;
    const set = assignment.exec(text.startsWith('\t') ? text.slice(1) : text);
    if (set) {
      await this.assign(set[2] as string, set[3] as string, set[4] as string);
      if (set[1]?.startsWith('export')) this.variables.exported.add(set[2] as string);
      return undefined;
    }
    const word = /^\s*(-?include|sinclude|export|unexport|vpath)\b\s*(.*)$/.exec(text);
    if (word) {
      const names = wordsOf(await this.variables.expand(word[2] as string));
      if (word[1] === 'export') for (const n of names) this.variables.exported.add(n);
      if (word[1]?.endsWith('include'))
        for (const name of names) {
          const included = await this.load(name);
          if (included !== undefined) await this.read(name, included);
          else if (word[1] === 'include') throw new MissingInclude(`${file}:${number}`, name);
        }
      return undefined;
    }
    const [head = '', ...inline] = text.split(';');
    const expanded = await this.variables.expand(head);
    if (expanded.trim() === '' && inline.length === 0) return rule;
    const m = /^([^:]*?)\s*(::?)(?!=)([^]*)$/.exec(expanded);
    if (!m) {
      if (raw.startsWith('\t')) throw new MakeError('recipe commences before first target');
      throw new MakeError(`missing separator${raw.startsWith('        ') ? ' (did you mean TAB instead of 8 spaces?)' : ''}`);
    }
    const targets = wordsOf(m[1] as string);
    const rest = m[3] as string;
    const own = assignment.exec(rest);
    if (own) {
      await this.assign(own[2] as string, own[3] as string, own[4] as string);
      return undefined;
    }
    const colon = rest.indexOf(':');
    const [pattern, needs] = colon < 0 ? [undefined, rest] : [rest.slice(0, colon).trim(), rest.slice(colon + 1)];
    const [normal = '', order = ''] = needs.split('|');
    const made: MakeRule = {
      targets, prerequisites: wordsOf(normal), orderOnly: wordsOf(order), pattern,
      recipe: { file, lines: inline.length > 0 ? [{ text: inline.join(';').trimStart(), line: number }] : [] },
    }; // prettier-ignore
    this.rules.push(made);
    return made;
  }

  private async assign(name: string, operator: string, value: string): Promise<void> {
    const { variables } = this;
    const key = await variables.expand(name);
    const old = variables.all.get(key);
    if (operator === '?=') {
      if (!old) variables.set(key, value, true);
    } else if (operator === '+=' && old) {
      const more = old.lazy ? value : await variables.expand(value);
      variables.set(key, old.value === '' ? more : `${old.value} ${more}`, old.lazy);
    } else if (operator === '!=') variables.set(key, await variables.expand(`$(shell ${value})`), false);
    else if (operator.startsWith(':')) variables.set(key, await variables.expand(value), false);
    else variables.set(key, value, true);
  }

  /** ifeq, ifneq, ifdef, ifndef, else, endif. */
  private async condition(text: string): Promise<boolean> {
    const { conditions, variables } = this;
    const last = conditions.at(-1);
    if (/^endif\b/.test(text)) {
      if (!conditions.pop()) throw new MakeError("extraneous 'endif'");
      return true;
    }
    const m = /^(else\s+)?(ifn?eq|ifn?def)\b\s*(.*)$/.exec(text);
    if (m || /^else$/.test(text)) {
      let outer = this.active;
      if (!m || m[1]) {
        if (!last) throw new MakeError("extraneous 'else'");
        ({ outer } = last);
        conditions.pop();
      }
      const before = !m || m[1] ? (last?.taken ?? false) : false;
      let holds = true;
      if (m && outer && !before) {
        const body = m[3] as string;
        if (m[2]?.endsWith('def')) holds = (variables.all.get(await variables.expand(body.trim()))?.value ?? '') !== '';
        else {
          const pair = /^\(([^]*?),\s*([^]*)\)\s*$/.exec(body) ?? /^(?:"([^"]*)"|'([^']*)')\s+(?:"([^"]*)"|'([^']*)')\s*$/.exec(body);
          if (!pair) throw new MakeError('invalid syntax in conditional');
          const [a, b] = pair.length > 3 ? [pair[1] ?? pair[2] ?? '', pair[3] ?? pair[4] ?? ''] : [pair[1] as string, pair[2] as string];
          holds = (await variables.expand(a)).trim() === (await variables.expand(b)).trim();
        }
        if (m[2]?.startsWith('ifn')) holds = !holds;
      }
      conditions.push({ active: !before && holds, taken: before || holds, outer });
      return true;
    }
    return false;
  }
}
