import type { Select } from 'unbash';
import { iterate } from './compound';
import { runStatements } from './executor';
import { expandWords } from './expand';
import { readLine } from './lines';
import type { Shell } from './shell';
import { traceText } from './trace';
import { debugTrap } from './traps';
import { textWidth } from './width';

const tab = 8;

/** From one column to another, with tabs where they reach. */
function gap(from: number, to: number): string {
  let out = '';
  let at = from;
  while (at < to) {
    if (Math.floor(to / tab) > Math.floor(at / tab)) {
      out += '\t';
      at += tab - (at % tab);
    } else {
      out += ' ';
      at++;
    }
  }
  return out;
}

/** The numbered menu of `select`, down the columns. */
function menuText(items: readonly string[], columns: number): string {
  const digits = String(items.length).length;
  const cell = Math.max(...items.map(textWidth)) + digits + 4;
  let across = Math.max(1, Math.floor(columns / cell));
  let rows = Math.ceil(items.length / across);
  across = Math.ceil(items.length / rows);
  if (rows === 1) rows = across;
  const firstDigits = String(rows).length;
  let out = '';
  for (let row = 0; row < rows; row++) {
    for (let i = row, column = 0; i < items.length; i += rows, column += cell) {
      const item = `${String(i + 1).padStart(column === 0 ? firstDigits : digits)}) ${items[i] ?? ''}`;
      out += item;
      if (i + rows < items.length) out += gap(column + textWidth(item), column + cell);
    }
    out += '\n';
  }
  return out;
}

export async function runSelect(sh: Shell, node: Select): Promise<void> {
  const items = node.wordlist ? await expandWords(sh, node.wordlist) : [...sh.positional];
  await traceText(sh, sh.source.text.slice(node.pos, node.wordlist?.at(-1)?.end ?? node.name.end));
  await debugTrap(sh);
  sh.status = 0;
  if (items.length === 0) return;
  let show = true;
  for (;;) {
    if (show) await sh.err(menuText(items, Number(sh.vars.get('COLUMNS')) || 80));
    await sh.err(sh.vars.get('PS3') ?? '#? ');
    const line = await readLine(sh, 0);
    if (line === undefined) {
      await sh.out('\n');
      sh.status = 1;
      return;
    }
    sh.vars.set('REPLY', line);
    show = line === '';
    if (show) continue;
    sh.vars.set(node.name.text, /^\s*\d+\s*$/.test(line) ? (items[Number(line) - 1] ?? '') : '');
    if (!(await iterate(sh, async () => void (await runStatements(sh, node.body.commands))))) return;
  }
}
