import type {
  AndOr, Case, Command, CompoundCommand, CompoundList, Coproc, Function as FunctionNode, HereDoc, If, PipelineNode, Redirected, Redirection,
  Statement, SyntaxNode, TestExpression, WordPart,
} from 'unbash'; // prettier-ignore

type Printable = AndOr | PipelineNode | CompoundList | CompoundCommand | Redirected | Command | Coproc;

/**
 * Commands as bash writes them: job lists, `declare -f`, BASH_COMMAND. `source` is the text the nodes' positions are in.
 */
class Printer {
  out = '';
  private indentation = 0;
  private skipIndent = 0;
  private functions = 0;
  private hereDocs: HereDoc[] = [];
  private afterHereDoc = false;

  constructor(private readonly source: string) {}

  private put(text: string): void {
    this.out += text;
  }
  private indent(): void {
    this.put(' '.repeat(this.indentation));
  }
  private newLine(text: string): void {
    this.put('\n');
    this.indent();
    this.put(text);
  }
  private semicolon(): void {
    if (/[&\n]$/.test(this.out)) return;
    this.put(';');
  }
  private inner(body: () => void): void {
    this.indentation += 4;
    body();
    this.indentation -= 4;
  }

  private text(node: SyntaxNode): string {
    return this.source.slice(node.pos, node.end);
  }

  /** A word as written, its command substitutions written anew. */
  private word(node: { readonly pos: number; readonly end: number; readonly parts?: readonly WordPart[] | undefined }): string {
    let out = '';
    let at = node.pos;
    const visit = (parts: readonly WordPart[] | undefined): void => {
      for (const part of parts ?? []) {
        if (part.type === 'DoubleQuoted') visit(part.parts);
        else if (part.type === 'CommandExpansion' && part.text.startsWith('$(') && part.script && !part.script.errors?.length) {
          out += `${this.source.slice(at, part.pos)}$(${list(this.source, part.script.commands)})`;
          at = part.end;
        }
      }
    };
    visit(node.parts);
    return (out + this.source.slice(at, node.end)).replace(/\\\n/g, (all) => (/^'|\$'/.test(this.source.slice(node.pos, node.pos + 2)) ? all : '')); // prettier-ignore
  }

  private flushHereDocs(then: string): void {
    const docs = this.hereDocs.splice(0);
    if (docs.length === 0) {
      this.put(then);
      return;
    }
    for (const doc of docs) this.put(`\n${this.text(doc.body)}${doc.delimiter?.value ?? ''}\n`);
    this.afterHereDoc = true;
    if (then !== '' && then !== ';') this.put(then);
  }

  statements(statements: readonly Statement[]): void {
    statements.forEach((statement, i) => {
      const last = i === statements.length - 1;
      this.command(statement.command);
      if (statement.background) {
        this.flushHereDocs(' &');
        if (!last) {
          this.put(' ');
          this.skipIndent++;
        }
        return;
      }
      if (last) return;
      if (this.hereDocs.length > 0) this.flushHereDocs(this.functions > 0 ? '' : ';');
      else if (!this.afterHereDoc) this.put(';');
      this.afterHereDoc = false;
      if (this.functions > 0) this.put('\n');
      else {
        this.put(' ');
        this.skipIndent++;
      }
    });
    this.flushHereDocs('');
  }

  command(node: Printable | FunctionNode): void {
    if (node.type === 'CompoundList') {
      this.statements(node.commands);
      return;
    }
    if (node.type === 'AndOr') {
      node.commands.forEach((c, i) => {
        if (i > 0) {
          this.flushHereDocs(` ${node.operators[i - 1] ?? ''} `);
          this.skipIndent++;
        }
        this.command(c);
      });
      return;
    }
    if (this.skipIndent > 0) this.skipIndent--;
    else this.indent();
    if (node.type === 'Pipeline') {
      for (const prefix of node.prefixes) this.put(prefix.type === 'Time' ? `time ${prefix.posix ? '-p ' : ''}` : '! ');
      node.commands.forEach((c, i) => {
        if (i > 0) this.flushHereDocs(node.operators[i - 1] === '|&' ? ' 2>&1 | ' : ' | ');
        this.skipIndent++;
        this.command(c);
      });
      return;
    }
    this.simple(node);
  }

  private simple(node: Exclude<Printable | FunctionNode, CompoundList | AndOr | { type: 'Pipeline' }>): void {
    switch (node.type) {
      case 'Command':
        this.put(this.commandText(node));
        return;
      case 'Redirected':
        this.simple(node.command);
        this.redirects(node.redirects);
        return;
      case 'Subshell':
        this.put('( ');
        this.skipIndent++;
        this.statements(node.body.commands);
        this.put(' )');
        return;
      case 'BraceGroup':
        this.group(() => this.statements(node.body.commands));
        return;
      case 'If':
        this.ifCommand(node.clause, node.then, node.elif, node.else);
        return;
      case 'While':
        this.put(`${node.kind} `);
        this.skipIndent++;
        this.statements(node.clause.commands);
        this.semicolon();
        this.put(' do\n');
        this.inner(() => this.statements(node.body.commands));
        this.semicolon();
        this.newLine('done');
        return;
      case 'For':
      case 'Select':
        this.loop(
          `${node.type === 'For' ? 'for' : 'select'} ${node.name.text} in ${node.wordlist ? node.wordlist.map((w) => this.word(w)).join(' ') : '"$@"'};`,
          node.body,
        );
        return;
      case 'ArithmeticFor': {
        const [a, b, c] = [node.initialize, node.test, node.update].map((e) => (e ? this.text(e) : '1'));
        this.loop(`for ((${a ?? ''}; ${b ?? ''}; ${c ?? ''}))`, node.body);
        return;
      }
      case 'Case':
        this.caseCommand(node);
        return;
      case 'TestCommand':
        this.put(`[[ ${this.test(node.expression)} ]]`);
        return;
      case 'ArithmeticCommand':
        this.put(`((${node.body}))`);
        return;
      case 'Coproc':
        this.put(`coproc ${node.name?.text ?? 'COPROC'} `);
        this.skipIndent++;
        this.command(node.body);
        return;
      case 'Function':
        this.put(`function ${node.name.text} () \n`);
        this.body(node.body);
    }
  }

  private commandText(node: Command): string {
    const pieces = [...node.prefix, ...(node.name ? [node.name] : []), ...node.suffix];
    const words = pieces.filter((p) => p.type === 'Word' || p.type === 'Assignment').map((p) => (p.type === 'Word' ? this.word(p) : this.assignment(p))); // prettier-ignore
    const docs = node.redirects.map((r) => this.redirect(r));
    return [...words, ...docs].join(' ');
  }

  private assignment(node: Extract<SyntaxNode, { type: 'Assignment' }>): string {
    if (node.value.type === 'ArrayValue') return this.text(node);
    return this.source.slice(node.pos, node.value.pos) + (node.value.text === '' ? '' : this.word(node.value));
  }

  private loop(head: string, body: CompoundList): void {
    this.put(head);
    this.newLine('do\n');
    this.inner(() => this.statements(body.commands));
    this.semicolon();
    this.newLine('done');
  }

  private ifCommand(clause: CompoundList, then: CompoundList, elif: If['elif'], otherwise: CompoundList | undefined): void {
    this.put('if ');
    this.skipIndent++;
    this.statements(clause.commands);
    this.semicolon();
    this.put(' then\n');
    this.inner(() => this.statements(then.commands));
    const [next, ...rest] = elif;
    if (next || otherwise) {
      this.semicolon();
      this.newLine('else\n');
      this.inner(() => {
        if (next) {
          this.indent();
          this.ifCommand(next.clause, next.then, rest, otherwise);
        } else if (otherwise) this.statements(otherwise.commands);
      });
    }
    this.semicolon();
    this.newLine('fi');
  }

  private caseCommand(node: Case): void {
    this.put(`case ${this.word(node.word)} in `);
    this.inner(() => {
      for (const item of node.items) {
        this.newLine(`${item.pattern.map((w) => this.word(w)).join(' | ')})\n`);
        if (item.body.commands.length > 0) this.inner(() => this.statements(item.body.commands));
        this.newLine(item.terminator ?? ';;');
      }
    });
    this.newLine('esac');
  }

  private group(body: () => void): void {
    this.put('{ ');
    if (this.functions === 0) {
      this.skipIndent++;
      body();
      this.semicolon();
      this.put(' ');
    } else {
      this.put('\n');
      this.inner(body);
      this.put('\n');
      this.indent();
    }
    this.put('}');
  }

  /** A function's body, always in braces. */
  body(node: FunctionNode['body']): void {
    this.functions++;
    this.indent();
    this.put('{ \n');
    const { command, redirects } = node.type === 'Redirected' ? node : { command: node, redirects: [] };
    this.inner(() => (command.type === 'BraceGroup' ? this.statements(command.body.commands) : this.command(command)));
    this.functions--;
    this.newLine('}');
    this.redirects(redirects);
    this.flushHereDocs('');
  }

  private redirects(redirects: readonly Redirection[]): void {
    for (const r of redirects) this.put(` ${this.redirect(r)}`);
  }

  private redirect(r: Redirection): string {
    const { descriptor } = r;
    const fd = descriptor?.type === 'FileDescriptor' ? String(descriptor.value) : descriptor ? `{${descriptor.name}}` : '';
    if (r.type === 'HereDoc') {
      this.hereDocs.push(r);
      return `${fd}${r.operator}${r.delimiter?.text ?? ''}`;
    }
    const target = r.target ? this.word(r.target) : '';
    if (r.type === 'HereString') return `${fd}<<< ${target}`;
    const { operator } = r;
    if (!operator.endsWith('&')) return `${fd}${operator} ${target}`;
    const plain = fd === '' && operator === '>&' && !/^(?:\d+-?|-|\$.*)$/.test(target);
    return plain ? `&> ${target}` : `${fd || (operator === '<&' ? '0' : '1')}${target === '-' ? '>&' : operator}${target}`;
  }

  private test(e: TestExpression): string {
    switch (e.type) {
      case 'TestGroup':
        return `( ${this.test(e.expression)} )`;
      case 'TestNot':
        return `${'! '.repeat(e.negations.length)}${this.test(e.operand)}`;
      case 'TestLogical':
        return e.operands.map((o) => this.test(o)).join(` ${e.operator} `);
      case 'TestUnary':
        return `${e.operator} ${this.word(e.operand)}`;
      default:
        return `${this.word(e.left)} ${e.operator} ${this.word(e.right)}`;
    }
  }
}

function list(source: string, statements: readonly Statement[]): string {
  const printer = new Printer(source);
  printer.statements(statements);
  return printer.out;
}

/** A command as ash's job lists show it: all on one line, quotes as double ones. */
export function describeForAsh(source: string, node: SyntaxNode): string {
  const all = (statements: readonly Statement[]): string =>
    statements.map((s) => describeForAsh(source, s.command) + (s.background ? '&' : '')).join('; '); // prettier-ignore
  const text = (n: SyntaxNode): string => source.slice(n.pos, n.end).replace(/'([^']*)'/g, '"$1"');
  const redirects = (list: readonly Redirection[]): string =>
    list.map((r) => (r.type === 'Redirect' && r.target ? ` ${r.descriptor?.type === 'FileDescriptor' ? r.descriptor.value : r.operator.startsWith('<') ? 0 : 1}${r.operator}${text(r.target)}` : '')).join(''); // prettier-ignore
  switch (node.type) {
    case 'Command': {
      const words = [...node.prefix, ...(node.name ? [node.name] : []), ...node.suffix].filter(
        (p) => p.type === 'Word' || p.type === 'Assignment',
      );
      return words.map(text).join(' ') + redirects(node.redirects);
    }
    case 'Pipeline':
      return (node.prefixes.length > 0 ? '!' : '') + node.commands.map((c) => describeForAsh(source, c)).join(' | '); // prettier-ignore
    case 'AndOr':
      return node.commands.map((c, i) => (i === 0 ? '' : ` ${node.operators[i - 1] ?? ''} `) + describeForAsh(source, c)).join('');
    case 'Subshell':
      return `(${all(node.body.commands)})`;
    case 'BraceGroup':
      return all(node.body.commands);
    case 'Redirected':
      return describeForAsh(source, node.command) + redirects(node.redirects);
    case 'While':
      return `${node.kind} ${all(node.clause.commands)}; do ${all(node.body.commands)}; done`;
    case 'If':
      return `if ${all(node.clause.commands)}; then ${all(node.then.commands)}; ${node.else ? `else ${all(node.else.commands)}; ` : ''}fi`;
    case 'For':
      return `for ${node.name.text} in ${(node.wordlist ?? []).map(text).join(' ')}; do ${all(node.body.commands)}; done`;
    default:
      return text(node);
  }
}

/** A command as job lists and BASH_COMMAND show it. */
export function describe(source: string, node: SyntaxNode): string {
  const printer = new Printer(source);
  printer.command(node as Printable);
  return printer.out;
}

/** What BASH_COMMAND holds: of a loop or a `case` only the head. */
export function describeHead(source: string, node: SyntaxNode): string {
  const text = describe(source, node);
  if (node.type === 'For' || node.type === 'Select') return text.slice(0, text.indexOf(';\n'));
  return node.type === 'Case' ? text.slice(0, text.indexOf(' \n') + 1) : text;
}

/** A function as `declare -f` shows it. */
export function describeFunction(name: string, source: string, body: FunctionNode['body']): string {
  const printer = new Printer(source);
  printer.body(body);
  return `${name} () \n${printer.out}\n`;
}

/** A function as the environment carries it to another bash. */
export function exportedFunction(source: string, body: FunctionNode['body']): string {
  const printer = new Printer(source);
  printer.body(body);
  return `() ${printer.out.replace(/^\{ \n {4}/, '{  ').replace(/\n +/g, '\n ')}`;
}
