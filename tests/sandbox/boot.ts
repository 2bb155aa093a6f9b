import { readFileSync } from 'node:fs';
import { VirtualClock } from '../../src/clock';
import { startFiles } from '../../src/lessons';
import { answer, createSandbox, parseRequest, type Headless, type Output, type Sandbox } from '../../src/sandbox';
import { nodeHostTime } from '../../src/sandbox/host-node';
import { createPlainHost, createWasi, loadPause } from '../../src/wasi';

/** How long a cluster has been up when second 0 begins, ms. */
const settledMs = 240_000;

/** A sandbox in virtual time, asked as `--jsonl` asks it. */
export interface Box {
  readonly sandbox: Sandbox;
  readonly clock: VirtualClock;
  /** One request as `--jsonl` reads it; fails on `{error}`. */
  ask(request: object): Promise<Partial<Output> & Record<string, unknown>>;
  run(text: string, more?: object): Promise<Output>;
  /** What `run` prints, both streams; the exit status does not matter. */
  text(command: string, more?: object): Promise<string>;
  file(path: string, text: string): Promise<void>;
  /** Until that many seconds after the start. */
  at(seconds: number): Promise<void>;
  /** Seconds since the start. */
  seconds(): number;
  /** Programs of the sandbox itself failed so often. */
  readonly faults: unknown[];
  close(): Promise<void>;
}

/** Boots a cluster with the exercises' files (`bare`: an empty one without files). */
export async function boot({
  bare = false,
  clock = new VirtualClock(nodeHostTime),
  nodes = 1,
}: { bare?: boolean; clock?: VirtualClock; nodes?: number } = {}): Promise<Box> {
  const host = createPlainHost();
  const pause = await loadPause();
  const faults: unknown[] = [];
  const { ready } = await createSandbox({
    clock,
    assets: {
      pause: { '3.10': pause.v310, '3.0': pause.v30 },
      pauseSource: pause.source,
      deviations: async () => readFileSync('docs/deviations.md', 'utf8'),
      home: bare ? {} : Object.fromEntries(startFiles.map(({ path, text }) => [path, text])),
    },
    formats: [createWasi(host, clock)],
    kind: 'cluster',
    bare,
    nodes,
    privileged: false,
    report: (error) => void faults.push(error),
  });
  const sandbox = await clock.runUntil(ready);
  await clock.advanceTo(clock.now() + settledMs);
  const headless: Headless = { sandbox, clock, startMs: clock.now(), home: '/root', env: {} };
  const ask: Box['ask'] = async (request) => {
    const reply = (await answer(headless, parseRequest(JSON.stringify(request)))) as unknown;
    return reply as Partial<Output> & Record<string, unknown>;
  };
  const run: Box['run'] = async (text, more) => (await ask({ run: text, ...more })) as unknown as Output;
  return {
    sandbox,
    clock,
    ask,
    run,
    text: async (command, more) => {
      const { stdout, stderr } = await run(command, more);
      return stdout + stderr;
    },
    file: async (path, text) => void (await ask({ file: path, text })),
    at: async (seconds) => void (await ask({ at: seconds })),
    seconds: () => (clock.now() - headless.startMs) / 1000,
    faults,
    close: async () => {
      sandbox.stop();
      await host.close();
    },
  };
}

/** Ages, times, ids and addresses as placeholders; runs of blanks as one. */
export function fold(text: string): string {
  return text
    .replace(/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, '<UID>')
    .replace(/\b10\.244\.\d+\.\d+\b/g, '<IP>')
    .replace(/(?<![\w.\-:/])\d+(d\d*h?|h\d*m?|m\d*s?|s)(?![\w.\-:/])/g, '<AGE>')
    .replace(/[ \t]+/g, ' ')
    .replace(/ $/gm, '');
}
