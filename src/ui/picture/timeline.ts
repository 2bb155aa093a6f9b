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
  /** The side of the pin that has room for a label; undefined: neither. */
  readonly label: 'start' | 'end' | undefined;
}

/** Where "now" is; right of it is what has not happened yet. */
export const nowAt = 86;
const firstAt = 8;
/** What a label takes at most, as a share of the width. */
const labelShare = 24;
const mostMoments = 6;
const mostLanes = 6;

const key = ({ pid }: SceneName): number => pid;

/** The last moments, spaced by event, on a lane for each process in them. `lives`: a process with that PID has not ended. */
export function timeline(
  all: readonly SceneMoment[],
  lives: (pid: number) => boolean,
): { readonly lanes: readonly Lane[]; readonly pins: readonly Pin[] } {
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
    const taken = (index: number): boolean => moments[index] !== undefined && laneOf(moments[index].to) === lane;
    const roomAfter = at < moments.length - 1 ? step * 2 >= labelShare && !taken(at + 1) : false;
    const label = roomAfter ? 'start' : at > 0 && !taken(at - 1) ? 'end' : moments.length === 1 ? 'start' : undefined;
    return { moment, lane, other, x: firstAt + at * step, label };
  });
  const lanes = names.map((name, lane): Lane => {
    const own = pins.filter((pin) => pin.lane === lane);
    const at = (kinds: readonly MomentKind[]): number | undefined => own.findLast(({ moment }) => kinds.includes(moment.kind))?.x;
    const dies = own.find(({ moment }) => moment.kind === 'killed' || moment.kind === 'zombie')?.x;
    const collected = at(['collected']);
    const zombie = own.some(({ moment }) => moment.kind === 'zombie') ? dies : undefined;
    // one that ended by itself is last heard of by what its parent was told
    const last = lives(name.pid) ? nowAt : pins.findLast(({ moment }) => moment.from?.pid === name.pid)?.x;
    const end = dies ?? collected ?? last ?? nowAt;
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
