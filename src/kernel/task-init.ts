import type { Description } from './description';
import type { Limits } from './limits';
import type { NamespaceSet, Pid } from './namespaces';
import type { Disposition, Process, SigactionOptions } from './process';
import type { Scope } from './process-table';
import type { TaskImpl } from './task';
import type { Location, Subject } from './vfs';

export interface Action {
  readonly disposition: Disposition;
  readonly options: SigactionOptions;
}
export interface Descriptor {
  readonly description: Description;
  cloexec: boolean;
}

/** Each program's handle; the kernel tells dead ones from the one in force. */
export interface Handle extends Process {
  readonly onEnds: (() => void)[];
}

export interface TaskInit {
  readonly pid: Pid;
  readonly group: Pid;
  readonly session: Pid;
  readonly parent: TaskImpl | undefined;
  readonly scope: Scope;
  readonly credentials: Subject;
  readonly namespaces: NamespaceSet;
  readonly limits: Limits;
  readonly root: Location;
  readonly cwd: Location;
}
