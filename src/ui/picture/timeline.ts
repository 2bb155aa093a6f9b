import type { MomentKind, SceneMoment, SceneName } from '../../sandbox/protocol';

export type Tone = 'run' | 'wait' | 'fail' | 'zombie' | 'stop' | 'done';

export const tones: Readonly<Record<MomentKind, Tone>> = {
  ignored: 'stop',
  pending: 'wait',
  handled: 'run',
  killed: 'fail',
  stopped: 'stop',
  continued: 'run',
  zombie: 'zombie',
  reparented: 'zombie',
  collected: 'done',
};

export interface Lane {
  readonly name: SceneName;
  /** Shares of the width, 0 to 100, of what is drawn as alive and as a zombie. */
  readonly alive: readonly [from: number, to: number];
  readonly zombie: readonly [from: number, to: number] | undefined;
}

export interface Pin {
  readonly moment: SceneMoment;
  readonly lane: number;
  /** The lane an arrow comes from or goes to. */
  readonly other: { readonly lane: number; readonly incoming: boolean } | undefined;
  /** Share of the width, 0 to 100. */
  readonly x: number;
}

/** Where "now" is; right of it is what has not happened yet. */
export const nowAt = 86;
const firstAt = 8;
const mostMoments = 6;
const mostLanes = 6;

const key = ({ pid }: SceneName): number => pid;

/** The last moments, spaced by event, on a lane for each process in them. */
export function timeline(all: readonly SceneMoment[]): { readonly lanes: readonly Lane[]; readonly pins: readonly Pin[] } {
  let moments = all.slice(-mostMoments);
  const namesIn = (shown: readonly SceneMoment[]): Map<number, SceneName> => {
    const names = new Map<number, SceneName>();
    for (const { from, to, by } of shown) for (const name of [from, to, by]) if (name && !names.has(key(name))) names.set(key(name), name);
    return names;
  };
  while (moments.length > 1 && namesIn(moments).size > mostLanes) moments = moments.slice(1);
  const names = [...namesIn(moments).values()];
  const laneOf = (name: SceneName | undefined): number => (name ? names.findIndex((one) => one.pid === name.pid) : -1);
  const step = moments.length > 1 ? (nowAt - 8 - firstAt) / (moments.length - 1) : 0;
  const pins = moments.map((moment, at): Pin => {
    const lane = laneOf(moment.to);
    const sender = moment.kind === 'reparented' || moment.kind === 'zombie' ? -1 : laneOf(moment.from);
    const receiver = laneOf(moment.by);
    const other =
      sender >= 0 && sender !== lane
        ? { lane: sender, incoming: true }
        : receiver >= 0 && receiver !== lane
          ? { lane: receiver, incoming: false }
          : undefined;
    return { moment, lane, other, x: firstAt + at * step };
  });
  const lanes = names.map((name, lane): Lane => {
    const own = pins.filter((pin) => pin.lane === lane);
    const at = (kinds: readonly MomentKind[]): number | undefined => own.findLast(({ moment }) => kinds.includes(moment.kind))?.x;
    const dies = own.find(({ moment }) => moment.kind === 'killed' || moment.kind === 'zombie')?.x;
    const collected = at(['collected']);
    const zombie = own.some(({ moment }) => moment.kind === 'zombie') ? dies : undefined;
    const end = dies ?? collected ?? nowAt;
    return { name, alive: [0, end], zombie: zombie === undefined ? undefined : [zombie, collected ?? nowAt] };
  });
  return { lanes, pins };
}

/** `03:12.413`. */
export function clockText(ms: number): string {
  const pad = (value: number, digits: number): string => String(Math.floor(value)).padStart(digits, '0');
  const hours = Math.floor(ms / 3_600_000);
  return `${hours > 0 ? `${hours}:` : ''}${pad((ms / 60_000) % 60, 2)}:${pad((ms / 1000) % 60, 2)}.${pad(ms % 1000, 3)}`;
}
