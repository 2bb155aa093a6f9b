/** A limit of getrlimit(2); Infinity is RLIM_INFINITY. */
export interface Limit {
  readonly soft: number;
  readonly hard: number;
}
export type Limits = Record<'nofile' | 'nproc' | 'core' | 'stack' | 'fsize', Limit>;

/** Those of the machine's first process. */
export const bootLimits = (): Limits => ({
  nofile: { soft: 1024, hard: 524288 },
  nproc: { soft: 96_324, hard: 96_324 },
  core: { soft: 0, hard: Infinity },
  stack: { soft: 8388608, hard: Infinity },
  fsize: { soft: Infinity, hard: Infinity },
});
