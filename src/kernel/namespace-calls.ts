import { Errno } from './errno';
import { IpcNamespace } from './ipc';
import type { Kernel } from './kernel';
import { Namespace, TimeNamespace } from './namespace';
import { MntNamespace, PidNamespace, UtsNamespace } from './namespaces';
import { NetNamespace } from './network';
import type { NamespaceType } from './process';
import type { TaskImpl } from './task';
import { UserNamespace } from './user-namespace';
import { capableHere, capableIn, cloneMountNamespace, type NamespaceHandle } from './vfs';

const CAP_SYS_CHROOT = 18;
const CAP_SYS_ADMIN = 21;
const userLevelsMax = 32;
const allCapabilities = (1n << 41n) - 1n;

/** What the first process of a user namespace, and who enters one, gets. */
const full = { effective: allCapabilities, permitted: allCapabilities, inheritable: 0n, bounding: allCapabilities, ambient: 0n };

function createUserNamespace(kernel: Kernel, task: TaskImpl): void {
  const { credentials, ns } = task;
  if (ns.user.level >= userLevelsMax) throw new Errno('EUSERS');
  if (ns.user.uidOf(credentials.euid) === undefined || ns.user.gidOf(credentials.egid) === undefined) throw new Errno('EPERM');
  ns.user = new UserNamespace(kernel.numbers.take('user'), ns.user, credentials.euid);
  task.credentials = { ...credentials, user: ns.user, capabilities: full };
}

const makers: Readonly<Record<Exclude<NamespaceType, 'user'>, (kernel: Kernel, task: TaskImpl) => void>> = {
  mnt: (kernel, task) => {
    const { ns } = task;
    // mount_namespaces(7): mounts of a more privileged namespace come as one locked unit
    const { namespace, translate } = cloneMountNamespace(task.mounts, ns.mnt.owner !== ns.user);
    task.root = translate(task.root);
    task.cwd = translate(task.cwd);
    ns.mnt = new MntNamespace(kernel.numbers.take('mnt'), ns.user, namespace);
  },
  uts: (kernel, { ns }) => void (ns.uts = new UtsNamespace(kernel.numbers.take('uts'), ns.user, { ...ns.uts.uts })),
  ipc: (kernel, { ns }) => void (ns.ipc = new IpcNamespace(kernel.numbers.take('ipc'), ns.user)),
  pid: (kernel, { ns }) => {
    if (ns.pidForChildren !== ns.pid) throw new Errno('EINVAL');
    ns.pidForChildren = new PidNamespace(kernel.numbers.take('pid'), ns.user, ns.pid);
  },
  net: (kernel, { ns }) => void (ns.net = new NetNamespace(kernel.numbers.take('net'), ns.user, ns.net.wire)),
  cgroup: (kernel, { ns }) => void (ns.cgroup = new Namespace('cgroup', kernel.numbers.take('cgroup'), ns.user)),
  // time_namespaces(7): the caller stays where it is until it runs another program; its children are in the new one
  time: (kernel, { ns }) => {
    const made = new TimeNamespace(kernel.numbers.take('time'), ns.user);
    Object.assign(made.offsets, ns.time.offsets);
    ns.timeForChildren = made;
  },
};

/** unshare(2): "CLONE_NEWUSER … is the first to be done", so that the others are owned by the new one. */
export function unshareNamespaces(kernel: Kernel, task: TaskImpl, types: readonly NamespaceType[]): void {
  const others = types.filter((type) => type !== 'user');
  if (types.includes('user')) createUserNamespace(kernel, task);
  else if (others.length && !capableHere(task.credentials, CAP_SYS_ADMIN)) throw new Errno('EPERM');
  for (const type of others) makers[type as Exclude<NamespaceType, 'user'>](kernel, task);
}

/** clone(2) with flags of new namespaces: the parent is in them for as long as it takes to make the child. */
export function cloneInto(kernel: Kernel, parent: TaskImpl, types: readonly NamespaceType[]): TaskImpl {
  const { credentials, root, cwd } = parent;
  const before = { ...parent.ns };
  try {
    unshareNamespaces(kernel, parent, types);
    return kernel.clone(parent);
  } finally {
    Object.assign(parent.ns, before);
    Object.assign(parent, { credentials, root, cwd });
  }
}

/** setns(2). */
export function enterNamespace(task: TaskImpl, namespace: NamespaceHandle): void {
  const { credentials, ns } = task;
  if (namespace instanceof UserNamespace) {
    if (namespace === ns.user) throw new Errno('EINVAL');
    if (!capableIn(credentials, namespace, CAP_SYS_ADMIN)) throw new Errno('EPERM');
    ns.user = namespace;
    task.credentials = { ...credentials, user: namespace, capabilities: full };
    return;
  }
  if (!namespace.owner || !capableIn(credentials, namespace.owner, CAP_SYS_ADMIN) || !capableHere(credentials, CAP_SYS_ADMIN))
    throw new Errno('EPERM');
  if (namespace instanceof MntNamespace) {
    if (!capableHere(credentials, CAP_SYS_CHROOT)) throw new Errno('EPERM');
    ns.mnt = namespace;
    const { root } = namespace.mounts;
    task.root = task.cwd = { mount: root, inode: root.root };
  } else if (namespace instanceof UtsNamespace) ns.uts = namespace;
  else if (namespace instanceof PidNamespace) {
    if (!namespace.chain.includes(ns.pid)) throw new Errno('EINVAL');
    ns.pidForChildren = namespace;
  } else if (namespace instanceof IpcNamespace) ns.ipc = namespace;
  else if (namespace instanceof NetNamespace) ns.net = namespace;
  else if (namespace instanceof TimeNamespace) {
    ns.time = ns.timeForChildren = namespace;
    namespace.entered = true;
  } else if (namespace.type === 'cgroup') ns.cgroup = namespace as Namespace;
}
