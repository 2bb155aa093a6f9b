import type { Scene, ScenePlace, SceneProcess } from '../../sandbox/protocol';

/** The outline and the shape that tell namespaces apart. */
export type Tag = 'node' | 'a' | 'b' | 'c';

export interface TreeRow {
  readonly process: SceneProcess;
  /** 0: hangs from nothing that is shown. */
  readonly depth: number;
  /** How many rows above its parent stands; 0: it has none. */
  readonly up: number;
  /** The place a process has left, below the parent it had. */
  readonly left: boolean;
}

/** Rows that belong together: the node's own (`place` undefined), or those of a Pod or namespace. */
export interface TreeBox {
  readonly place: ScenePlace | undefined;
  readonly tag: Tag;
  /** What stands above a Pod's box. */
  readonly shim: SceneProcess | undefined;
  readonly rows: readonly TreeRow[];
}

const tags: readonly Tag[] = ['a', 'b', 'c'];

function rowsOf(processes: readonly SceneProcess[], hasShim: boolean): TreeRow[] {
  const known = new Set(processes.map(({ pid }) => pid));
  const rows: TreeRow[] = [];
  const place = (process: SceneProcess, depth: number, parentAt: number | undefined, left = false): void => {
    const at = rows.length;
    rows.push({ process, depth, up: parentAt === undefined ? 0 : at - parentAt, left });
    if (left) return;
    for (const child of processes) if (child.parent === process.pid && child !== process) place(child, depth + 1, at);
    for (const orphan of processes)
      if (orphan.formerParent?.pid === process.pid && orphan.parent !== process.pid) place(orphan, depth + 1, at, true);
  };
  // a shim stands above the box's head
  const shimAt = hasShim ? -2 : undefined;
  for (const process of processes) if (!known.has(process.parent)) place(process, hasShim ? 1 : 0, shimAt);
  return rows;
}

/** The processes as boxes, the node's first, then Pods and namespaces in the order they began. */
export function processTree({ places, processes }: Pick<Scene, 'places' | 'processes'>): readonly TreeBox[] {
  const boxes: TreeBox[] = [];
  for (const place of places) {
    const all = processes.filter((process) => process.place === place.key);
    const shim = all.find(({ role }) => role === 'shim');
    const rows = rowsOf(
      all.filter(({ role }) => role !== 'shim'),
      shim !== undefined,
    );
    if (rows.length === 0) continue;
    boxes.push({ place: place.kind === 'node' ? undefined : place, tag: 'node', shim, rows });
  }
  const pidOf = ({ shim, rows }: TreeBox): number => shim?.pid ?? rows[0]!.process.pid;
  boxes.sort((a, b) => Number(a.place !== undefined) - Number(b.place !== undefined) || pidOf(a) - pidOf(b));
  let next = 0;
  return boxes.map((box) => (box.place ? { ...box, tag: tags[next++ % tags.length]! } : box));
}

/** Rows an orphan's arrow goes over: from where it was to where it is. undefined: nothing has moved in the box. */
export function moveIn({ rows }: TreeBox): { readonly from: number; readonly to: number } | undefined {
  const from = rows.findLastIndex(({ left }) => left);
  const to = rows.findIndex(({ process, left }) => !left && process.pid === rows[from]?.process.pid);
  return from < 0 || to < 0 ? undefined : { from, to };
}
