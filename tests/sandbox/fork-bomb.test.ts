import { afterAll, beforeAll, it } from 'vitest';
import { closeHosts, start, terminal, until, type Started } from './page-start';

const encoder = new TextEncoder();
let page: Started;
let screen: { id: number; text: () => string };
beforeAll(async () => {
  page = await start();
  screen = await terminal(page);
  await until(() => screen.text().endsWith('# '), 'the first prompt');
}, 60_000);
afterAll(closeHosts);

const type = (keys: string): Promise<void> => page.api.writeTerminal(screen.id, encoder.encode(keys));
const full = 'fork: retry: Resource temporarily unavailable';

// Two thousand shells are made in real time: what is typed has to get in between them.
it.each([
  ['shells that make shells, in the foreground', 'bomb() { bomb | bomb; }; bomb'],
  ['a shell whose own fork is refused, and which waits to try again', 'while :; do sleep 1000 & done'],
])('Ctrl-C brings the prompt back from %s', { timeout: 60_000 }, async (_what, bomb) => {
  const other = await terminal(page);
  const before = screen.text().length;
  await type(`${bomb}\r`);
  await until(() => screen.text().slice(before).includes(full), 'the machine is full');
  await type('\x03');
  await until(() => /\^C[^]*# $/.test(screen.text().slice(before)), 'the prompt is back');
  // another terminal was never in danger
  await page.api.writeTerminal(other.id, encoder.encode('/bin/echo al"i"ve\r'));
  await until(() => other.text().includes('alive'), 'the other terminal');
  await page.api.closeTerminal(screen.id);
  screen = other;
});

it('Ctrl-C ends a C program that forks without end', { timeout: 60_000 }, async () => {
  await page.api.writeFile('bomb.c', encoder.encode('#include <unistd.h>\nint main(void) { write(1, "begun\\n", 6); for (;;) fork(); }\n'));
  const before = screen.text().length;
  await type('cc -o bomb bomb.c && ./bomb\r');
  await until(() => screen.text().slice(before).includes('begun'), 'the program');
  await type('\x03');
  await until(() => /\^C[^]*# $/.test(screen.text().slice(before)), 'the prompt is back');
});
