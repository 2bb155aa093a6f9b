import { registerLowerTree, treeOf, type FileTree, type FlatEntry, type KernelApi, type NamespaceType, type Task } from '../kernel';
import { containerCapabilities, startProcess, startShim, type ProcessPlan } from '../kube/runtime';
import { alpineAccounts, groupFile, passwdFile, shadowFile, type Account } from './accounts';
import type { SandboxAssets } from './assets';
import { alpineTree } from './images/alpine';
import type { Place } from './session';

const app: Account = { name: 'app', uid: 1000, gid: 1000, gecos: '', home: '/home/app', shell: '/bin/sh' };
const accounts = [...alpineAccounts, app];
const root = { uid: 0, gid: 0, groups: [] };
const joined: readonly NamespaceType[] = ['ipc', 'uts', 'net', 'pid', 'mnt'];

/** Alpine with a user of its own and pause in it: a Pod's shared PID namespace without the Pod. */
function tree(assets: SandboxAssets): FileTree {
  const own: Record<string, FlatEntry | string> = {
    '/etc/passwd': passwdFile(accounts),
    '/etc/group': groupFile(accounts, 'nobody'),
    '/etc/shadow': { type: 'file', content: shadowFile(accounts), mode: 0o640, gid: 42 },
    '/home/app': { type: 'directory', uid: 1000, gid: 1000 },
    '/pause': { type: 'file', content: assets.pause['3.10'], mode: 0o755 },
    '/tmp/case': { type: 'directory' },
  };
  return merge(alpineTree('3.16'), treeOf(own));
}

function merge(below: FileTree, above: FileTree): FileTree {
  const merged: Record<string, FileTree[string]> = { ...below };
  for (const [name, entry] of Object.entries(above)) {
    const old = merged[name];
    merged[name] =
      entry.type === 'directory' && old?.type === 'directory'
        ? { ...old, ...entry, entries: merge(old.entries, entry.entries), mode: old.mode ?? entry.mode ?? 0o755 }
        : entry;
  }
  return merged;
}

/** A process that joins all of a container's namespaces, as an exec of the runtime does. */
function containerPlace(kernel: KernelApi, shim: Task, plan: Omit<ProcessPlan, 'argv' | 'env' | 'cwd' | 'stdio'>): Place {
  return { start: (stdio, { argv, env, cwd }) => startProcess(kernel, shim.proc, { ...plan, argv, env, cwd, stdio }) };
}

/** A container on the machine whose PID 1 is pause; commands run beside it. */
export async function containerMachine(kernel: KernelApi, init: Task, assets: SandboxAssets, privileged: boolean): Promise<Place> {
  const name = 'container-machine';
  registerLowerTree(name, tree(assets));
  const shim = startShim(kernel, init, name);
  const capabilities = containerCapabilities([], [], privileged);
  const pause = await startProcess(kernel, shim.proc, {
    join: [],
    create: ['mnt', 'pid', 'net', 'uts', 'ipc'],
    root: {
      lower: name,
      path: '/run/machine',
      readOnly: false,
      mounts: [],
      hostname: 'web-0',
      newPidNamespace: true,
      shmPath: undefined,
      privileged,
      user: root,
    },
    argv: ['/pause'],
    env: new Map(),
    cwd: '/',
    user: root,
    capabilities,
    cgroup: '/machine',
    stdio: (child) => {
      for (const fd of [0, 1, 2]) {
        const at = kernel.attach(child, 'null');
        if (at !== fd) {
          child.dup2(at, fd);
          child.close(at);
        }
      }
    },
  });
  const place = containerPlace(kernel, shim, {
    join: [{ pid: pause.globalPid, types: joined }],
    create: [],
    user: root,
    capabilities,
    cgroup: '/machine',
  });
  // a runtime's exec has no login, whose variables these are
  const withoutLogin = (env: ReadonlyMap<string, string>): Map<string, string> =>
    new Map([...env].filter(([name]) => !['SHELL', 'USER', 'LOGNAME'].includes(name)));
  return { start: (stdio, command) => place.start(stdio, { ...command, env: withoutLogin(command.env) }) };
}
