import { PlaceDescription } from './description';
import { Errno } from './errno';
import type { IpcCalls } from './ipc';
import type { NetworkCalls, Respond } from './network';
import type { TaskImpl } from './task';
import { enterNamespace, unshareNamespaces } from './namespace-calls';
import type { Credentials, NamespaceType, Utsname } from './process';
import type { Limit, LimitName } from './limits';
import { TerminalCalls } from './terminal-calls';
import { capable, capableHere, capableIn, chdirTo, overflowId } from './vfs';

/** Whose servers they are. */
const servers = new WeakMap<Respond, TaskImpl>();

const CAP_SETGID = 6;
const CAP_SETUID = 7;
const CAP_SYS_CHROOT = 18;
const CAP_SYS_ADMIN = 21;
const CAP_SYS_NICE = 23;
const CAP_SYS_RESOURCE = 24;

/** The system calls about who a process is, what it may do and which namespaces it is in. */
export abstract class IdentityCalls extends TerminalCalls {
  credentials(): Credentials {
    const { user, ...own } = this.task.credentials;
    if (user.parent === undefined) return own;
    const uid = (id: number): number => user.uidOf(id) ?? overflowId;
    const gid = (id: number): number => user.gidOf(id) ?? overflowId;
    const { ruid, euid, suid, rgid, egid, sgid, groups, capabilities } = own;
    return { ruid: uid(ruid), euid: uid(euid), suid: uid(suid), rgid: gid(rgid), egid: gid(egid), sgid: gid(sgid), groups: groups.map(gid), capabilities }; // prettier-ignore
  }
  setuid(uid: number): void {
    this.check();
    const { credentials, ns } = this.task;
    const id = ns.user.globalOf('uid', uid);
    if (capableHere(credentials, CAP_SETUID)) this.#setUids({ ruid: id, euid: id, suid: id });
    else if (id === credentials.ruid || id === credentials.suid) this.#setUids({ ...credentials, euid: id });
    else throw new Errno('EPERM');
  }
  #setUids({ ruid, euid, suid }: Pick<Credentials, 'ruid' | 'euid' | 'suid'>): void {
    const before = this.task.credentials;
    const isRoot = (id: number): boolean => before.user.uidOf(id) === 0;
    let { capabilities } = before;
    // capabilities(7): leaving uid 0 drops them
    if (![ruid, euid, suid].some(isRoot) && [before.ruid, before.euid, before.suid].some(isRoot))
      capabilities = { ...capabilities, permitted: 0n, effective: 0n, ambient: 0n };
    else if (isRoot(before.euid) && !isRoot(euid)) capabilities = { ...capabilities, effective: 0n };
    else if (!isRoot(before.euid) && isRoot(euid)) capabilities = { ...capabilities, effective: capabilities.permitted };
    this.kernel.table.setCredentials(this.task, { ...before, ruid, euid, suid, capabilities });
  }
  setgid(gid: number): void {
    this.check();
    const { credentials, ns } = this.task;
    const id = ns.user.globalOf('gid', gid);
    if (capableHere(credentials, CAP_SETGID)) this.task.credentials = { ...credentials, rgid: id, egid: id, sgid: id };
    else if (id === credentials.rgid || id === credentials.sgid) this.task.credentials = { ...credentials, egid: id };
    else throw new Errno('EPERM');
  }
  setgroups(groups: readonly number[]): void {
    this.check();
    const { credentials, ns } = this.task;
    if (!capableHere(credentials, CAP_SETGID) || ns.user.setgroups === 'deny' || !ns.user.isMapped('gid')) throw new Errno('EPERM');
    this.task.credentials = { ...credentials, groups: groups.map((gid) => ns.user.globalOf('gid', gid)) };
  }
  setCapabilities(sets: Partial<Credentials['capabilities']>): void {
    const before = this.task.credentials.capabilities;
    const after = { ...before, ...sets };
    if (after.permitted & ~before.permitted || after.bounding & ~before.bounding || after.effective & ~after.permitted)
      throw new Errno('EPERM');
    this.task.credentials = { ...this.task.credentials, capabilities: after };
  }
  uname(): Utsname {
    const { hostname, domainname } = this.task.uts;
    const { release, version } = this.kernel.machine;
    return { sysname: 'Linux', nodename: hostname, release, version, machine: 'x86_64', domainname };
  }
  sethostname(name: string): void {
    this.check();
    const { credentials, ns } = this.task;
    if (!capableIn(credentials, ns.uts.owner, CAP_SYS_ADMIN)) throw new Errno('EPERM');
    if (name.length > 64) throw new Errno('EINVAL');
    ns.uts.uts.hostname = name;
  }
  get ipc(): IpcCalls {
    return this.task.ns.ipc.calls(() => this.task.credentials);
  }
  get network(): NetworkCalls {
    const calls = this.task.ns.net.calls(() => this.task.credentials);
    return {
      ...calls,
      listen: (port, respond, address) => {
        this.check();
        const stop = calls.listen(port, respond, address);
        servers.set(respond, this.task);
        this.onEnd(stop);
        return stop;
      },
      listeners: () => calls.listeners().map((each) => ({ ...each, pid: servers.get(each.respond)?.pidIn(this.task.ns.pid) ?? 0 })),
    };
  }
  unshare(types: readonly NamespaceType[]): void {
    this.check();
    unshareNamespaces(this.kernel, this.task, types);
  }
  setns(fd: number, type?: NamespaceType): void {
    const description = this.description(fd);
    const namespace = description instanceof PlaceDescription ? description.namespace : undefined;
    if (!namespace || (type && namespace.type !== type)) throw new Errno('EINVAL');
    enterNamespace(this.task, namespace);
  }
  chroot(path: string): void {
    const location = chdirTo(this.task, path);
    if (!capableHere(this.task.credentials, CAP_SYS_CHROOT)) throw new Errno('EPERM');
    this.task.root = location;
  }
  private prioritized(pid: number): TaskImpl {
    const target = pid === 0 ? this.task : this.task.ns.pid.find(pid);
    if (!target) throw new Errno('ESRCH');
    return target;
  }
  getpriority(pid = 0): number {
    return this.prioritized(pid).nice;
  }
  setpriority(nice: number, pid = 0): void {
    const target = this.prioritized(pid);
    const { euid } = this.task.credentials;
    const own = target.credentials.euid === euid || target.credentials.ruid === euid;
    if (!own && !capable(this.task.credentials, CAP_SYS_NICE)) throw new Errno('EPERM');
    const wanted = Math.max(-20, Math.min(19, Math.trunc(nice)));
    if (wanted < target.nice && !capable(this.task.credentials, CAP_SYS_NICE)) throw new Errno('EACCES');
    target.nice = wanted;
  }
  getrlimit(resource: LimitName): Limit {
    return { ...this.task.limits[resource] };
  }
  setrlimit(resource: LimitName, limit: Limit): void {
    if (limit.soft > limit.hard) throw new Errno('EINVAL');
    if (limit.hard > this.task.limits[resource].hard && !capable(this.task.credentials, CAP_SYS_RESOURCE)) throw new Errno('EPERM');
    this.task.limits[resource] = { ...limit };
  }
  times(): { userMs: number; systemMs: number; childUserMs: number; childSystemMs: number } {
    return { ...this.task.cpu };
  }
}
