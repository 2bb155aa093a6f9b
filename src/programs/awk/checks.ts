import { AwkSyntaxError } from './tokens';

/** How many arguments mawk's own functions take, at least and at most. */
const arity: Readonly<Record<string, readonly [number, number]>> = {
  index: [2, 2], substr: [2, 3], length: [0, 1], sprintf: [1, Infinity], sin: [1, 1], cos: [1, 1], atan2: [2, 2], exp: [1, 1], log: [1, 1],
  int: [1, 1], sqrt: [1, 1], rand: [0, 0], srand: [0, 1], close: [1, 1], system: [1, 1], toupper: [1, 1], tolower: [1, 1], fflush: [0, 1],
  systime: [0, 0], strftime: [0, 3], mktime: [1, 1], split: [2, 3], match: [2, 2], sub: [2, 3], gsub: [2, 3],
}; // prettier-ignore

interface Use {
  readonly name: string;
  readonly kind: 'scalar' | 'array';
  readonly at: number;
  readonly line: number;
}

interface Call {
  readonly name: string;
  readonly count: number;
  readonly line: number;
}

const refused = (line: number, problem: string): AwkSyntaxError => new AwkSyntaxError(problem, line, '', [`line ${line}: ${problem}`]);

/** What mawk refuses in a program that the grammar would take. Each throws AwkSyntaxError. */
export class MawkChecks {
  private uses: Use[] = [];
  private readonly calls: Call[] = [];
  private parameters: readonly string[] = [];
  private place: 'rule' | 'function' | 'begin' = 'rule';
  private loops = 0;

  enter(place: 'rule' | 'function' | 'begin', parameters: readonly string[] = []): void {
    this.place = place;
    this.parameters = parameters;
  }
  loop<T>(body: () => T): T {
    this.loops++;
    const made = body();
    this.loops--;
    return made;
  }

  statement(word: string, line: number): void {
    if ((word === 'break' || word === 'continue') && this.loops === 0) throw refused(line, `${word} statement outside of loop`);
    if (word === 'return' && this.place !== 'function') throw refused(line, 'return outside function body');
    if ((word === 'next' || word === 'nextfile') && this.place !== 'rule') throw refused(line, `improper use of ${word}`);
  }
  builtin(name: string, count: number, line: number): void {
    const [least, most] = arity[name] ?? [0, Infinity];
    if (count < least || count > most) throw refused(line, `wrong number of arguments in call to ${name}`);
  }
  call(name: string, count: number, line: number): void {
    this.calls.push({ name, count, line });
  }
  use(name: string, kind: 'scalar' | 'array', at: number, line: number): void {
    if (!this.parameters.includes(name)) this.uses.push({ name, kind, at, line });
  }
  /** A name that was an argument of its own may be either. */
  neutral(name: string): void {
    const last = this.uses.findLastIndex((u) => u.name === name && u.kind === 'scalar');
    if (last >= 0) this.uses.splice(last, 1);
  }

  /** After the whole program was read. */
  end(functions: ReadonlyMap<string, { readonly parameters: readonly string[] }>): void {
    for (const { name, count, line } of this.calls)
      if (count > (functions.get(name)?.parameters.length ?? Infinity)) throw refused(line, `too many arguments in call to ${name}`);
    const kinds = new Map<string, 'scalar' | 'array'>();
    for (const u of this.uses.toSorted((a, b) => a.at - b.at)) {
      const known = kinds.get(u.name);
      if (known !== undefined && known !== u.kind) throw refused(u.line, `illegal reference to variable ${u.name}`);
      kinds.set(u.name, u.kind);
    }
  }
}
