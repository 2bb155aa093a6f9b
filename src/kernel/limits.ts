/** A limit of getrlimit(2); Infinity is RLIM_INFINITY. */
export interface Limit {
  readonly soft: number;
  readonly hard: number;
}

/** What can be limited: its line in /proc/PID/limits and what the machine's first process has. */
const table = {
  cpu: ['cpu time', 'seconds', Infinity],
  fsize: ['file size', 'bytes', Infinity],
  data: ['data size', 'bytes', Infinity],
  stack: ['stack size', 'bytes', { soft: 8_388_608, hard: Infinity }],
  core: ['core file size', 'bytes', { soft: 0, hard: Infinity }],
  rss: ['resident set', 'bytes', Infinity],
  nproc: ['processes', 'processes', 'half of all threads'],
  nofile: ['open files', 'files', { soft: 1024, hard: 524_288 }],
  memlock: ['locked memory', 'bytes', 8_388_608],
  as: ['address space', 'bytes', Infinity],
  locks: ['file locks', 'locks', Infinity],
  sigpending: ['pending signals', 'signals', 'half of all threads'],
  msgqueue: ['msgqueue size', 'bytes', 819_200],
  nice: ['nice priority', '', 0],
  rtprio: ['realtime priority', '', 0],
  rttime: ['realtime timeout', 'us', Infinity],
} as const satisfies Record<string, readonly [string, string, number | Limit | 'half of all threads']>;

export type LimitName = keyof typeof table;
export type Limits = Record<LimitName, Limit>;
export const limitNames = Object.keys(table) as LimitName[];
export const limitLine = (name: LimitName): { readonly label: string; readonly unit: string } => ({
  label: `Max ${table[name][0]}`,
  unit: table[name][1],
});

/** What Linux gives back to the free memory only after it has counted it for threads-max: its own first code and data. */
const initKb = 14_656;
/** A thread's stack, and the share of memory that stacks may take: an eighth. */
const stackKb = 16;

/** /proc/sys/kernel/threads-max, as set_max_threads() finds it. */
export const threadsMax = (memoryKb: number): number => Math.floor(Math.max(0, memoryKb - initKb) / (stackKb * 8));

/** Those of the machine's first process. "half of max_threads": RLIMIT_NPROC, and RLIMIT_SIGPENDING with it. */
export function bootLimits(memoryKb: number): Limits {
  const half = Math.floor(threadsMax(memoryKb) / 2);
  const of = (initial: (typeof table)[LimitName][2]): Limit => {
    if (typeof initial === 'object') return initial;
    const both = initial === 'half of all threads' ? half : initial;
    return { soft: both, hard: both };
  };
  return Object.fromEntries(limitNames.map((name) => [name, of(table[name][2])])) as Limits;
}
