export interface FileTab {
  readonly path: string;
  /** A file of another exercise. */
  readonly elsewhere: boolean;
}

/** The exercise's own files first, then what was opened besides, then other exercises' files; only what `exists`. */
export function orderTabs(
  kept: readonly string[],
  own: readonly string[],
  others: readonly string[],
  exists: (path: string) => boolean,
): readonly FileTab[] {
  const shown = (paths: readonly string[], elsewhere: boolean): FileTab[] =>
    paths.filter((path) => kept.includes(path) && exists(path)).map((path) => ({ path, elsewhere }));
  const besides = kept.filter((path) => !own.includes(path) && !others.includes(path));
  return [...shown(own, false), ...shown(besides, false), ...shown(others, true)];
}

export const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
