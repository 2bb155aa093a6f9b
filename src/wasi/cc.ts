import { type Bytes, Errno, type Process, type Program } from '../kernel';
import type { CcArguments } from './cc-arguments';
import { derivedName, parseCcArguments } from './cc-arguments';
import type { Compiler, Tree } from './compiler';
import type { GuestClock } from './guest';

export interface Toolchain {
  readonly compiler: Compiler;
  /** The shim's objects (start.o, kshim.o and the others) and headers: scripts/build-wasm.mjs. */
  readonly objects: Readonly<Record<string, Bytes>>;
  readonly include: Tree;
  /** binaryen's asyncify pass, for programs that call fork. */
  readonly asyncify: (module: Bytes) => Promise<Bytes>;
}

/** Where the shim lies in clang's tree: a name that no learner's file has. */
const shim = '.cc';
const sourceFile = /\.(c|h|i|s|S|o|a|inc|def)$/;
const maxFiles = 400;
/** So that a loop without system calls still lets signals in (wasm/kshim.c). */
const preemption = '-fsanitize-coverage=trace-pc,no-prune';
/** A NULL that is followed is a trap, as it is a fault elsewhere: address 0 of a module's memory can be written. */
const faults = ['-fsanitize=null', '-fsanitize-trap=null'];
const stackSize = 1024 * 1024;
/** The most that a program may grow to: a page has not the memory of a node. */
const memoryMax = 512 * 1024 * 1024;

/** cc, gcc, clang: a compiler driver whose programs are WASI modules. `load` fetches the compiler when it is first used. */
export function createCc(load: () => Promise<Toolchain>, clock?: Pick<GuestClock, 'hold'>): Program {
  return async (proc) => {
    const release = clock?.hold() ?? ((): void => {});
    let toolchain: Toolchain | undefined;
    proc.onEnd(() => {
      release();
      toolchain?.compiler.stop();
    });
    try {
      toolchain = await load();
      const code = await new Driver(proc, toolchain, parseCcArguments(proc.argv.slice(1))).run();
      toolchain = undefined;
      return code;
    } finally {
      release();
    }
  };
}

class Driver {
  private tree: Tree = {};
  private temporaries = 0;

  constructor(
    private readonly proc: Process,
    private readonly toolchain: Toolchain,
    private readonly args: CcArguments,
  ) {}

  async run(): Promise<number> {
    const { args } = this;
    if (args.asks || args.sources.length + args.objects.length === 0) return (await this.clang([...args.options])).code;
    this.tree = await this.readTree();
    this.tree[shim] = { include: this.toolchain.include, ...this.toolchain.objects };
    const objects: string[] = [...args.objects];
    for (const source of args.sources) {
      if (args.stage === 'preprocess' || args.stage === 'assemble') {
        const code = await this.translate(source);
        if (code !== 0) return code;
        continue;
      }
      const object = this.temporary('.o');
      if (
        (await this.clang(['-isystem', `${shim}/include`, ...args.options, preemption, ...faults, '-c', source, '-o', object])).code !== 0
      )
        return 1;
      if (args.stage === 'compile') await this.save(this.file(object), args.output ?? derivedName(source, '.o'), 0o666);
      objects.push(object);
    }
    return args.stage === 'link' ? this.link(objects) : 0;
  }

  private async translate(source: string): Promise<number> {
    const { args } = this;
    const out = this.temporary('.s');
    const flag = args.stage === 'preprocess' ? '-E' : '-S';
    const { code } = await this.clang(['-isystem', `${shim}/include`, ...args.options, flag, source, '-o', out]);
    if (code !== 0) return code;
    if (args.stage === 'preprocess' && args.output === undefined) await this.proc.write(1, this.file(out));
    else await this.save(this.file(out), args.output ?? derivedName(source, '.s'), 0o666);
    return 0;
  }

  private async link(objects: readonly string[]): Promise<number> {
    const program = this.temporary('.wasm');
    const library = ['start.o', 'kshim.o', '-Wl,--start-lib', 'kfiles.o', 'kposix.o', 'kclone.o', 'fork.o', '-Wl,--end-lib'].map((word) =>
      word.endsWith('.o') ? `${shim}/${word}` : word,
    );
    const { code } = await this.clang([
      ...objects,
      ...library,
      ...this.args.linkOptions,
      '-nostartfiles',
      `-Wl,-z,stack-size=${stackSize}`,
      `-Wl,--max-memory=${memoryMax}`,
      '-o',
      program,
    ]);
    if (code !== 0) return code;
    await this.save(await this.toolchain.asyncify(this.file(program)), this.args.output ?? 'a.out', 0o777);
    return 0;
  }

  private async clang(args: readonly string[]): Promise<{ readonly code: number }> {
    const { files, log, code } = await this.toolchain.compiler.run(['clang', '-fno-color-diagnostics', ...args], this.tree);
    // Output files come back in a tree of their own; what went in stays as it was.
    for (const [name, content] of Object.entries(files)) if (name.startsWith(`${shim}-`)) this.tree[name] = content;
    if (log !== '') await this.proc.write(args.includes('--version') ? 1 : 2, log);
    return { code };
  }

  private temporary(suffix: string): string {
    return `${shim}-${this.temporaries++}${suffix}`;
  }

  private file(name: string): Bytes {
    const content = this.tree[name];
    return content instanceof Uint8Array ? content : new TextEncoder().encode(typeof content === 'string' ? content : '');
  }

  private async save(content: Bytes, path: string, mode: number): Promise<void> {
    const { proc } = this;
    // As ld does: a new file, so that a running program keeps its own.
    try {
      if (proc.lstat(path).type === 'file') proc.unlink(path);
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
    }
    const fd = await proc.open(path, ['write', 'create', 'truncate'], mode);
    await proc.write(fd, content);
    proc.close(fd);
  }

  /** The sources and whatever may be included or linked from beside them, at the paths that the command line uses. */
  private async readTree(): Promise<Tree> {
    const { args, proc } = this;
    const directories = new Set([
      '.',
      ...args.includeDirs,
      ...[...args.sources, ...args.objects].map((path) => path.slice(0, path.lastIndexOf('/') + 1) || '.'),
    ]);
    const tree: Tree = {};
    let count = 0;
    const add = async (path: string): Promise<void> => {
      const parts = path.split('/').filter((part) => part !== '' && part !== '.');
      const name = parts.pop();
      if (name === undefined || parts.includes('..') || count >= maxFiles) return;
      count++;
      let at: Tree = tree;
      for (const part of parts) {
        const next = at[part];
        at = at[part] = typeof next === 'object' && !(next instanceof Uint8Array) ? next : {};
      }
      at[name] = await readFile(proc, path);
    };
    const walk = async (directory: string, depth: number): Promise<void> => {
      const prefix = directory === '.' ? '' : directory.endsWith('/') ? directory : `${directory}/`;
      for (const entry of list(proc, directory)) {
        if (entry.type === 'file' && sourceFile.test(entry.name)) await add(prefix + entry.name);
        else if (entry.type === 'directory' && depth > 0 && !entry.name.startsWith('.')) await walk(prefix + entry.name, depth - 1);
      }
    };
    for (const directory of directories) await walk(directory, directory === '.' ? 1 : 2);
    for (const source of args.sources) if (!sourceFile.test(source) && exists(proc, source)) await add(source);
    return tree;
  }
}

function list(proc: Process, directory: string): ReturnType<Process['readdir']> {
  try {
    return proc.readdir(directory);
  } catch (error) {
    if (error instanceof Errno) return [];
    throw error;
  }
}

function exists(proc: Process, path: string): boolean {
  try {
    return proc.stat(path).type === 'file';
  } catch {
    return false;
  }
}

async function readFile(proc: Process, path: string): Promise<Bytes> {
  const fd = await proc.open(path);
  const chunks: Bytes[] = [];
  for (;;) {
    const chunk = await proc.read(fd);
    if (chunk.length === 0) break;
    chunks.push(chunk);
  }
  proc.close(fd);
  const all = new Uint8Array(chunks.reduce((size, chunk) => size + chunk.length, 0));
  chunks.reduce((offset, chunk) => {
    all.set(chunk, offset);
    return offset + chunk.length;
  }, 0);
  return all;
}
