import type { ArithmeticFor, Case, CompoundCommand, CompoundList, For, If, SyntaxNode, While } from 'unbash';
import { evaluateTest } from './conditional';
import { runForked, runStatements } from './executor';
import { arithmeticText, expandPattern, expandString, expandWords } from './expand';
import { LoopJump, ShellError } from './flow';
import { matches } from './pattern';
import { runString } from './run-text';
import { runSelect } from './select';
import type { Shell } from './shell';
import { traceText } from './trace';
import { debugTrap } from './traps';

export async function runCompound(sh: Shell, node: CompoundCommand | CompoundList): Promise<void> {
  switch (node.type) {
    case 'CompoundList':
      await runStatements(sh, node.commands);
      return;
    case 'BraceGroup':
      await runStatements(sh, node.body.commands);
      return;
    case 'Subshell':
      sh.status = await runForked(sh, node);
      return;
    case 'If':
      return runIf(sh, node);
    case 'While':
      return runWhile(sh, node);
    case 'For':
      return runFor(sh, node);
    case 'ArithmeticFor':
      return runArithmeticFor(sh, node);
    case 'Select':
      return runSelect(sh, node);
    case 'Case':
      return runCase(sh, node);
    case 'TestCommand':
      // a word as any other to dash
      if (sh.dialect.name === 'dash') {
        await sh.complain('[[: not found');
        sh.status = 127;
        return;
      }
      try {
        sh.status = (await evaluateTest(sh, node.expression)) ? 0 : 1;
      } catch (e) {
        if (!(e instanceof ShellError) || e.fatal) throw e;
        if (e.message !== '') await sh.complain(`[[: ${e.message}`);
        sh.status = e.status;
      }
      return;
    case 'ArithmeticCommand':
      // two subshells, to those who know no arithmetic command
      if (sh.dialect.almquist) {
        await runString(sh, `( (${node.body}) )`, { keepPosition: true });
        return;
      }
      await traceText(sh, `(( ${node.body} ))`);
      try {
        sh.status = (await arithmeticText(sh, node.body)) !== 0n ? 0 : 1;
      } catch (e) {
        if (!(e instanceof ShellError) || e.fatal) throw e;
        await sh.complain(e.message.endsWith(': readonly variable') ? e.message : `((: ${e.message}`);
        sh.status = 1;
      }
      return;
  }
}

async function condition(sh: Shell, list: CompoundList): Promise<boolean> {
  sh.errexitOff++;
  try {
    await runStatements(sh, list.commands);
  } finally {
    sh.errexitOff--;
  }
  return sh.status === 0;
}

async function runIf(sh: Shell, node: If): Promise<void> {
  if (await condition(sh, node.clause)) {
    await runStatements(sh, node.then.commands);
    return;
  }
  for (const branch of node.elif) {
    if (await condition(sh, branch.clause)) {
      await runStatements(sh, branch.then.commands);
      return;
    }
  }
  if (node.else) await runStatements(sh, node.else.commands);
  else sh.status = 0;
}

/** Runs a loop's body; false when the loop is to end. */
export async function iterate(sh: Shell, body: () => Promise<void>): Promise<boolean> {
  sh.loopDepth++;
  try {
    await body();
    return true;
  } catch (e) {
    if (!(e instanceof LoopJump)) throw e;
    if (e.levels > 1 && sh.loopDepth > 1) {
      e.levels--;
      throw e;
    }
    sh.status = e.status;
    return e.kind === 'continue';
  } finally {
    sh.loopDepth--;
  }
}

async function runWhile(sh: Shell, node: While): Promise<void> {
  let status = 0;
  for (;;) {
    let run = false;
    let jumped = true;
    const goOn = await iterate(sh, async () => {
      run = (await condition(sh, node.clause)) === (node.kind === 'while');
      jumped = false;
      if (!run) return;
      jumped = true;
      await runStatements(sh, node.body.commands);
      status = sh.status;
    });
    if (!goOn && run) status = sh.status;
    if (!goOn || (!run && !jumped)) break;
  }
  sh.status = status;
}

async function runFor(sh: Shell, node: For): Promise<void> {
  const name = node.name.text;
  if (!/^[A-Za-z_]\w*$/.test(name)) {
    await sh.complain(`\`${name}': not a valid identifier`);
    sh.status = 1;
    return;
  }
  const items = node.wordlist ? await expandWords(sh, node.wordlist) : [...sh.positional];
  sh.status = 0;
  for (const item of items) {
    sh.position = node.pos;
    if (sh.trapDepth === 0) sh.runningCommand = { source: sh.source, node };
    if (sh.traps.has('DEBUG')) await debugTrap(sh);
    if (sh.options.has('xtrace')) await traceText(sh, sh.source.text.slice(node.pos, node.wordlist?.at(-1)?.end ?? node.name.end));
    const own = sh.vars.own(name);
    if (own?.readonly && sh.dialect.extended) {
      await sh.complain(`${name}: readonly variable`);
      sh.status = 1;
      return;
    }
    if (own?.nameref) own.value = item;
    else sh.vars.set(name, item);
    if (!(await iterate(sh, async () => void (await runStatements(sh, node.body.commands))))) break;
  }
}

async function runArithmeticFor(sh: Shell, node: ArithmeticFor): Promise<void> {
  const text = (e: SyntaxNode | undefined): string => (e ? sh.source.text.slice(e.pos, e.end) : '');
  const [initialize, test, update] = [text(node.initialize), text(node.test), text(node.update)];
  const step = async (expression: string): Promise<bigint> => {
    sh.position = node.pos;
    await traceText(sh, `(( ${expression.trim() || '1'} ))`);
    return expression.trim() === '' ? 1n : arithmeticText(sh, expression);
  };
  await step(initialize);
  sh.status = 0;
  while ((await step(test)) !== 0n) {
    if (!(await iterate(sh, async () => void (await runStatements(sh, node.body.commands))))) break;
    await step(update);
    await sh.proc.schedYield();
  }
}

async function runCase(sh: Shell, node: Case): Promise<void> {
  await traceText(sh, `case ${sh.source.text.slice(node.word.pos, node.word.end)} in`);
  const text = sh.localized(await expandString(sh, node.word));
  let through = false;
  let ran = false;
  for (const item of node.items) {
    let hit = through;
    for (const pattern of item.pattern) {
      if (hit) break;
      hit = matches(sh.localized(await expandPattern(sh, pattern)), text, sh.shopt.has('nocasematch'));
    }
    if (!hit) continue;
    if (item.body.commands.length === 0) sh.status = 0;
    await runStatements(sh, item.body.commands);
    if (item.terminator === ';&') through = true;
    else if (item.terminator === ';;&') through = false;
    else return;
    ran = true;
  }
  if (!ran) sh.status = 0;
}
