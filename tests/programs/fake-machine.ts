import { type DirEntry, Errno, type OpenFlag, type Process, saneTermios, type Stat } from '../../src/kernel';
import { findProgram } from '../../src/programs';

interface Node {
  type: 'file' | 'directory' | 'symlink';
  mode: number;
  data: Uint8Array;
  target: string;
  entries: Map<string, Node>;
  ino: number;
  mtimeMs: number;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Just enough of a machine for one program without children: a tree of files, standard streams, no terminal. */
export class FakeMachine {
  private inodes = 1;
  readonly root = this.node('directory', 0o755);
  nowMs = Date.UTC(2026, 10, 24, 10, 0, 0);
  cwd = '/work';

  constructor(files: Readonly<Record<string, string>> = {}) {
    this.write('/etc/passwd', 'root:x:0:0:root:/root:/bin/sh\napp:x:1000:1000::/home/app:/bin/sh\n');
    this.write('/etc/group', 'root:x:0:\napp:x:1000:\n');
    this.write('/work/.keep', '');
    for (const [path, text] of Object.entries(files)) this.write(path.startsWith('/') ? path : `/work/${path}`, text);
    this.dir('/work').entries.delete('.keep');
  }

  private node(type: Node['type'], mode: number): Node {
    return {
      type,
      mode,
      data: new Uint8Array(0),
      target: '',
      entries: new Map(),
      ino: this.inodes++,
      mtimeMs: Date.UTC(2026, 10, 24, 9, 0, 0),
    };
  }

  private dir(path: string): Node {
    let at = this.root;
    for (const part of path.split('/').filter(Boolean)) {
      let next = at.entries.get(part);
      if (!next) at.entries.set(part, (next = this.node('directory', 0o755)));
      at = next;
    }
    return at;
  }

  write(path: string, text: string): void {
    const at = path.lastIndexOf('/');
    const file = this.node('file', 0o644);
    file.data = encoder.encode(text);
    this.dir(path.slice(0, at)).entries.set(path.slice(at + 1), file);
  }

  symlink(path: string, target: string): void {
    const at = path.lastIndexOf('/');
    const node = this.node('symlink', 0o777);
    node.target = target;
    this.dir(path.slice(0, at)).entries.set(path.slice(at + 1), node);
  }

  read(path: string): string {
    return decoder.decode(this.find(path.startsWith('/') ? path : `/work/${path}`).data);
  }

  private absolute(path: string): string[] {
    const out: string[] = [];
    if (path === '') throw new Errno('ENOENT');
    for (const p of (path.startsWith('/') ? path : `${this.cwd}/${path}`).split('/')) {
      if (p === '..') out.pop();
      else if (p !== '' && p !== '.') out.push(p);
    }
    return out;
  }

  private find(path: string, follow = true, depth = 0): Node {
    if (depth > 20) throw new Errno('ELOOP');
    const parts = this.absolute(path);
    let at = this.root;
    for (const [i, part] of parts.entries()) {
      if (at.type !== 'directory') throw new Errno('ENOTDIR');
      const next = at.entries.get(part);
      if (!next) throw new Errno('ENOENT');
      if (next.type === 'symlink' && (follow || i < parts.length - 1)) {
        const base = next.target.startsWith('/') ? next.target : `/${parts.slice(0, i).join('/')}/${next.target}`;
        return this.find([base, ...parts.slice(i + 1)].join('/'), follow, depth + 1);
      }
      at = next;
    }
    return at;
  }

  private parent(path: string): { node: Node; name: string } {
    const parts = this.absolute(path);
    const name = parts.pop();
    if (name === undefined) throw new Errno('EBUSY');
    const node = this.find(`/${parts.join('/')}`);
    if (node.type !== 'directory') throw new Errno('ENOTDIR');
    return { node, name };
  }

  private stat(n: Node): Stat {
    const size = n.type === 'symlink' ? n.target.length : n.type === 'directory' ? 4096 : n.data.length;
    return {
      dev: 1,
      ino: n.ino,
      type: n.type,
      mode: n.type === 'symlink' ? 0o777 : n.mode,
      nlink: n.type === 'directory' ? 2 : 1,
      uid: 0,
      gid: 0,
      rdev: 0,
      size,
      blksize: 4096,
      blocks: Math.ceil(size / 4096) * 8,
      atimeMs: n.mtimeMs,
      mtimeMs: n.mtimeMs,
      ctimeMs: n.mtimeMs,
    };
  }

  /** Runs `gnu` or `busybox` program argv[0] to its end. */
  async run(
    face: 'gnu' | 'busybox',
    argv: readonly string[],
    stdin: string | Uint8Array = '',
    env: Record<string, string> = {},
    keys?: readonly string[],
  ): Promise<{ out: string; err: string; code: number; bytes: Uint8Array }> {
    const program = await findProgram(face === 'gnu' ? `gnu/${argv[0]}` : 'busybox');
    if (!program) throw new Error(`no program ${argv[0]}`);
    const output: Uint8Array[] = [];
    const errors: Uint8Array[] = [];
    const standard = typeof stdin === 'string' ? encoder.encode(stdin) : stdin;
    const open = new Map<number, { node: Node; at: number; append: boolean }>();
    const sink = new Map<number, number>();
    let stdinAt = 0;
    let keyAt = 0;
    let mask = 0o022;
    const file = (fd: number): { node: Node; at: number; append: boolean } => {
      const f = open.get(fd);
      if (!f) throw new Errno('EBADF');
      return f;
    };
    const calls: Partial<Process> = {
      pid: 42, ppid: 1, argv, env: new Map(Object.entries({ PATH: '/usr/bin:/bin', ...env })), clock: { now: () => this.nowMs, random: () => 0.5 },
      open: async (path: string, flags: readonly OpenFlag[] = [], mode = 0o666) => {
        const writing = flags.includes('write') || flags.includes('readwrite');
        let node: Node;
        try {
          node = this.find(path);
          if (flags.includes('exclusive')) throw new Errno('EEXIST');
          if (writing && node.type === 'directory') throw new Errno('EISDIR');
          if (flags.includes('truncate')) node.data = new Uint8Array(0);
        } catch (error) {
          if (!(error instanceof Errno) || error.code !== 'ENOENT' || !flags.includes('create')) throw error;
          const p = this.parent(path);
          node = this.node('file', mode & ~mask);
          p.node.entries.set(p.name, node);
        }
        let fd = 3;
        while (open.has(fd)) fd++;
        open.set(fd, { node, at: 0, append: flags.includes('append') });
        return fd;
      },
      close: (fd) => void open.delete(fd),
      read: async (fd, max = 65536) => {
        if (fd === 0 && keys) return encoder.encode(keys[keyAt++] ?? '');
        if (fd === 0 && !open.has(0)) {
          const part = standard.subarray(stdinAt, stdinAt + max);
          stdinAt += part.length;
          return part;
        }
        const f = file(fd);
        if (f.node.type === 'directory') throw new Errno('EISDIR');
        const part = f.node.data.slice(f.at, f.at + max);
        f.at += part.length;
        return part;
      },
      write: async (fd, data) => {
        const bytes = typeof data === 'string' ? encoder.encode(data) : data;
        const to = sink.get(fd) ?? fd;
        if (to === 1) output.push(bytes.slice());
        else if (to === 2) errors.push(bytes.slice());
        else {
          const f = file(to);
          if (f.append) f.at = f.node.data.length;
          const grown = new Uint8Array(Math.max(f.node.data.length, f.at + bytes.length));
          grown.set(f.node.data);
          grown.set(bytes, f.at);
          f.at += bytes.length;
          f.node.data = grown;
        }
        return bytes.length;
      },
      lseek: (fd, offset, whence) => {
        if (fd === 0 && !open.has(0)) throw new Errno('ESPIPE');
        const f = file(fd);
        f.at = whence === 'set' ? offset : whence === 'cur' ? f.at + offset : f.node.data.length + offset;
        return f.at;
      },
      ftruncate: (fd, size) => {
        const f = file(fd);
        const data = new Uint8Array(size);
        data.set(f.node.data.subarray(0, size));
        f.node.data = data;
      },
      dup2: (from, to) => {
        if (to === 1 || to === 2) sink.set(to, from);
        else open.set(to, file(from));
        return to;
      },
      fds: () => [0, 1, 2, ...open.keys()],
      poll: async () => [],
      stat: (path) => this.stat(this.find(path)),
      lstat: (path) => {
        if (path.endsWith('/') && this.find(path).type !== 'directory') throw new Errno('ENOTDIR');
        return this.stat(this.find(path, path.endsWith('/')));
      },
      fstat: (fd) => (open.has(fd) ? this.stat(file(fd).node) : { ...this.stat(this.root), type: 'fifo', size: 0 }),
      access: (path) => void this.find(path),
      readdir: (path): DirEntry[] => {
        const n = this.find(path);
        if (n.type !== 'directory') throw new Errno('ENOTDIR');
        return [...n.entries].map(([name, e]) => ({ name, type: e.type, ino: e.ino }));
      },
      mkdir: (path, mode = 0o777) => {
        const p = this.parent(path);
        if (p.node.entries.has(p.name)) throw new Errno('EEXIST');
        p.node.entries.set(p.name, this.node('directory', mode & ~mask));
      },
      rmdir: (path) => {
        const p = this.parent(path);
        const n = this.find(path, false);
        if (n.type !== 'directory') throw new Errno('ENOTDIR');
        if (n.entries.size > 0) throw new Errno('ENOTEMPTY');
        p.node.entries.delete(p.name);
      },
      unlink: (path) => {
        const p = this.parent(path);
        const n = p.node.entries.get(p.name);
        if (!n) throw new Errno('ENOENT');
        if (n.type === 'directory') throw new Errno('EISDIR');
        p.node.entries.delete(p.name);
      },
      rename: (from, to) => {
        const a = this.parent(from);
        const b = this.parent(to);
        const n = a.node.entries.get(a.name);
        if (!n) throw new Errno('ENOENT');
        if (`/${this.absolute(to).join('/')}/`.startsWith(`/${this.absolute(from).join('/')}/`) && from !== to) throw new Errno('EINVAL');
        a.node.entries.delete(a.name);
        b.node.entries.set(b.name, n);
      },
      link: (from, to) => {
        const n = this.find(from, false);
        const p = this.parent(to);
        if (p.node.entries.has(p.name)) throw new Errno('EEXIST');
        p.node.entries.set(p.name, n);
      },
      symlink: (target, path) => {
        const p = this.parent(path);
        if (p.node.entries.has(p.name)) throw new Errno('EEXIST');
        const n = this.node('symlink', 0o777);
        n.target = target;
        p.node.entries.set(p.name, n);
      },
      readlink: (path) => {
        const n = this.find(path, false);
        if (n.type !== 'symlink') throw new Errno('EINVAL');
        return n.target;
      },
      realpath: (path) => (this.find(path), `/${this.absolute(path).join('/')}`),
      chmod: (path, mode) => void (this.find(path).mode = mode),
      chown: (path) => void this.find(path),
      utimes: (path, times) => {
        const n = this.find(path);
        if (times.mtimeMs !== null) n.mtimeMs = times.mtimeMs ?? this.nowMs;
      },
      umask: (m) => {
        const old = mask;
        mask = m;
        return old;
      },
      getcwd: () => this.cwd,
      isatty: () => keys !== undefined,
      tcgetattr: () => saneTermios,
      tcsetattr: async () => undefined,
      getWindowSize: () => ({ columns: 80, rows: 24 }),
      ttyname: () => {
        throw new Errno('ENOTTY');
      },
      credentials: () => ({ ruid: 0, euid: 0, suid: 0, rgid: 0, egid: 0, sgid: 0, groups: [0], capabilities: { effective: 0n, permitted: 0n, inheritable: 0n, bounding: 0n, ambient: 0n } }),
      uname: () => ({ sysname: 'Linux', nodename: 'node1', release: '6.1.0', version: '#1 SMP', machine: 'x86_64', domainname: '(none)' }),
      getpriority: () => 0,
      schedYield: async () => undefined,
      nanosleep: async (ms) => void (this.nowMs += ms),
      sigaction: () => 'default',
      setName: () => undefined,
      onEnd: () => undefined,
    }; // prettier-ignore
    const code = await program(calls as Process);
    const join = (parts: Uint8Array[]): Uint8Array => Uint8Array.from(parts.flatMap((p) => [...p]));
    const bytes = join(output);
    return { out: decoder.decode(bytes), err: decoder.decode(join(errors)), code, bytes };
  }
}
