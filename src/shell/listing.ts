import type { Shell } from './shell';
import { textWidth } from './width';

export interface Listed {
  readonly shown: string;
  /** What its column is measured by: a directory's slash does not count. */
  readonly measured: string;
}

/** Above so many, readline asks first. */
const queryItems = 100;

type NextKey = () => Promise<string>;

async function answered(next: NextKey): Promise<boolean> {
  for (;;) {
    const key = await next();
    if (key === 'y' || key === 'Y' || key === ' ') return true;
    if (key === 'n' || key === 'N' || key === 'backspace' || key === 'C-c' || key === 'C-g') return false;
  }
}

/** Rows of columns, going down, as wide as the widest. */
function rowsOf(items: readonly Listed[], columns: number, readline: boolean): string[] {
  const widest = Math.max(...items.map((i) => textWidth(i.measured))) + 2;
  let across = Math.max(1, Math.floor(columns / widest));
  if (readline && across !== 1 && across * widest === columns) across--;
  const rows = Math.ceil(items.length / across);
  return Array.from({ length: rows }, (_, row) => {
    let out = '';
    for (let column = 0; column < across; column++) {
      const item = items[row + column * rows];
      if (!item) break;
      out += item.shown;
      if (readline ? column + 1 < across : row + (column + 1) * rows < items.length && column + 1 < across)
        out += ' '.repeat(Math.max(0, widest - textWidth(item.shown)));
    }
    return out;
  });
}

/** Lists completions below the line, a screen at a time, asking first when there are many. */
export async function listCompletions(sh: Shell, items: readonly Listed[], next: NextKey): Promise<void> {
  const { columns, rows: height } = sh.proc.getWindowSize(0);
  const readline = sh.dialect.extended;
  if (readline && items.length >= queryItems) {
    await sh.err(`Display all ${items.length} possibilities? (y or n)`);
    const yes = await answered(next);
    await sh.err('\n');
    if (!yes) return;
  }
  let left = (height || 24) - 1;
  for (const row of rowsOf(items, columns || 80, readline)) {
    if (readline && left === 0) {
      await sh.err('--More--');
      const key = await more(next);
      await sh.err('\r        \r');
      if (key === 'quit') return;
      left = key === 'line' ? 1 : (height || 24) - 1;
    }
    await sh.err(`${row}\n`);
    left--;
  }
}

async function more(next: NextKey): Promise<'page' | 'line' | 'quit'> {
  for (;;) {
    const key = await next();
    if (key === ' ' || key === 'y' || key === 'Y') return 'page';
    if (key === 'enter') return 'line';
    if (key === 'q' || key === 'n' || key === 'N' || key === 'backspace' || key === 'C-c' || key === 'C-g') return 'quit';
  }
}
