import { Errno, SIG, signalNumber } from '../kernel';
import type { Context } from './command';
import { Screen } from './screen';
import type { Top } from './top';

const help = `\x1b[1mHelp for Interactive Commands\x1b[m - procps-ng 4.0.2

  1         toggle: one line for all processors, or one for each
  P,M,T,N   sort by: processor, memory, time, PID
  R         toggle: reverse the order of the sort
  c         toggle: command name, or whole command line
  i         toggle: hide processes that do nothing
  u,U       show one user's processes only
  n,#       set how many processes are shown
  k,r       manipulate tasks: 'k' kill; 'r' renice
  d,s       set update interval
  SPACE     update at once
  q         quit

Type 'q' or <Esc> to continue `;

const busyboxHelp = 'N/M/P/T: sort by pid/mem/cpu/time, R: reverse, Q: exit';

/** A line of input where top has its messages; undefined when it was given up. */
async function ask(view: Top, screen: Screen, prompt: string): Promise<string | undefined> {
  let text = '';
  for (;;) {
    await screen.write(`\x1b[${view.messageRow};1H\x1b[1m${prompt}\x1b[m${text}\x1b[K\x1b[?25h`);
    const key = await screen.key();
    if (key === 'enter') return text.trim();
    if (key === 'escape' || key === 'eof' || key === 'ctrl-c' || key === undefined) return undefined;
    if (key === 'backspace') text = text.slice(0, -1);
    else if (key === 'ctrl-u') text = '';
    else if ([...key].length === 1) text += key;
  }
}

async function complain(view: Top, screen: Screen, text: string): Promise<void> {
  await screen.write(`\x1b[${view.messageRow};1H\x1b[7m ${text} \x1b[m\x1b[K\x1b[?25l`);
  await screen.key(2000);
}

async function kill(ctx: Context, view: Top, screen: Screen): Promise<void> {
  const answer = await ask(view, screen, `PID to signal/kill [default pid = ${view.first}] `);
  if (answer === undefined) return;
  const pid = Number(answer || view.first);
  if (!Number.isInteger(pid) || pid <= 0) return complain(view, screen, 'Unacceptable integer');
  const word = await ask(view, screen, `Send pid ${pid} signal [15/sigterm] `);
  if (word === undefined) return;
  const signal = word === '' ? SIG.TERM : /^\d+$/.test(word) ? Number(word) : signalNumber(word.toUpperCase().replace(/^SIG/, ''));
  if (signal === undefined || signal > 64) return complain(view, screen, 'Invalid signal');
  try {
    ctx.proc.kill(pid, signal);
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    await complain(view, screen, `Failed signal pid '${pid}' with '${signal}': ${ctx.strerror(error)}`);
  }
}

async function renice(ctx: Context, view: Top, screen: Screen): Promise<void> {
  const answer = await ask(view, screen, `PID to renice [default pid = ${view.first}] `);
  if (answer === undefined) return;
  const pid = Number(answer || view.first);
  const word = await ask(view, screen, `Renice PID ${pid} to value `);
  if (!word) return;
  if (!/^[-+]?\d+$/.test(word)) return complain(view, screen, 'Unacceptable integer');
  try {
    ctx.proc.setpriority(Number(word), pid);
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    await complain(view, screen, `Failed renice of PID ${pid} to ${word}: ${ctx.strerror(error)}`);
  }
}

const sorts: Readonly<Record<string, Top['sort']>> = { P: 'cpu', M: 'mem', T: 'time', N: 'pid' };

/** What GNU's top asks for more: another interval in ms, or nothing. */
async function answer(ctx: Context, view: Top, screen: Screen, key: string, delayMs: number): Promise<number> {
  switch (key) {
    case 'i': view.hideIdle = !view.hideIdle; break;
    case 'k': await kill(ctx, view, screen); break;
    case 'r': await renice(ctx, view, screen); break;
    case 'd': case 's': {
      const text = await ask(view, screen, `Change delay from ${(delayMs / 1000).toFixed(1)} to `);
      if (!text) break;
      const seconds = Number(text.replace(',', '.'));
      if (seconds >= 0) return Math.max(100, seconds * 1000);
      await complain(view, screen, 'Unacceptable floating point');
      break;
    }
    case 'u': case 'U': {
      const name = await ask(view, screen, 'Which user (blank for all) ');
      if (name === undefined) break;
      if (name !== '' && view.accounts.uid(name) === undefined) await complain(view, screen, 'Invalid user');
      else view.user = name || undefined;
      break;
    }
    case 'n': case '#': {
      const text = await ask(view, screen, `Maximum tasks = ${view.most}, change to (0 is unlimited) `);
      if (text && /^\d+$/.test(text)) view.most = Number(text);
      else if (text) await complain(view, screen, 'Invalid maximum');
      break;
    }
    case 'h': case '?': case 'f1':
      await screen.write(`\x1b[H\x1b[2J${help.replaceAll('\n', '\r\n')}`);
      for (let k = await screen.key(); k !== 'q' && k !== 'escape' && k !== 'eof' && k !== 'ctrl-c'; k = await screen.key());
      await screen.write('\x1b[2J');
      break;
    default: await complain(view, screen, "Unknown command - try 'h' for help");
  } // prettier-ignore
  return delayMs;
}

const silent = new Set(['resize', ' ', 'enter', 'up', 'down', 'left', 'right', 'page-up', 'page-down', 'home', 'end', 'b', 'x', 'y', 'z', 'e', 'E', 'm', 't', 'l', 'L', 'H', 'V', 'W', 'S']); // prettier-ignore

/** Draws, waits for a key or the interval, and does what the key asks, until it is to end. */
export async function interact(ctx: Context, view: Top, delayMs: number, iterations: number): Promise<void> {
  const screen = new Screen(ctx.proc);
  await screen.enter({ signals: true });
  let stopped = false;
  for (const s of [SIG.INT, SIG.TERM, SIG.HUP]) ctx.proc.sigaction(s, () => void (stopped = true));
  await screen.write('\x1b[?25l\x1b[H\x1b[2J');
  let delay = delayMs;
  for (let n = 0; n < iterations && !stopped; n++) {
    const { columns, rows } = screen.size;
    await screen.write(`\x1b[?25l\x1b[H${await view.frame(columns, rows, false)}`);
    const key = await screen.key(delay, () => stopped);
    if (key === undefined) continue;
    if (key === 'q' || key === 'Q' || key === 'ctrl-c' || key === 'eof') break;
    const sort = Object.hasOwn(sorts, key) ? sorts[key] : undefined;
    if (sort) view.sort = sort;
    else if (key === 'R') view.reverse = !view.reverse;
    else if (key === '1') view.perCpu = !view.perCpu;
    else if (key === 'c') view.full = !view.full;
    else if (ctx.gnu && !silent.has(key)) delay = await answer(ctx, view, screen, key, delay);
    else if (key === 'h' || key === '?') await complain(view, screen, busyboxHelp);
  }
  await screen.write(`\x1b[${screen.size.rows};1H\x1b[K\x1b[?25h`);
  await screen.leave();
}
