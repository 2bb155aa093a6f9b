import { elfProgram } from './elf';
import { Errno } from './errno';
import type { Bytes } from './file';
import type { Kernel } from './kernel';
import type { Program } from './process';
import type { TaskImpl } from './task';
import { openContent, permitted, realpath, resolve, type Location } from './vfs';

export interface Image {
  readonly program: Program;
  readonly argv: readonly string[];
  readonly location: Location;
  /** Absolute, without symbolic links. */
  readonly path: string;
  readonly size: number;
  /** With its libraries in it: a compiled guest. */
  readonly isStatic: boolean;
}

const isWasm = (content: Bytes): boolean => [0x00, 0x61, 0x73, 0x6d].every((byte, i) => content[i] === byte);

const interpretersMax = 4;
const headSize = 256;

/** "the specified executable was open for writing by one or more processes" - execve(2) */
function isWritten(kernel: Kernel, inode: Location['inode']): boolean {
  for (const { fds } of kernel.table.all())
    for (const { description } of fds.values()) if (description.location?.inode === inode && description.writable) return true;
  return false;
}

function contentOf(kernel: Kernel, task: TaskImpl, location: Location): Bytes {
  const { inode } = location;
  if (inode.type !== 'file') throw new Errno('EACCES');
  if (location.mount.flags.noexec || !permitted(inode, 1, task.credentials)) throw new Errno('EACCES');
  if (isWritten(kernel, inode)) throw new Errno('ETXTBSY');
  const content = openContent(task, location);
  return content.read(0, Math.max(content.size, inode.size, headSize));
}

/** `#!`: the interpreter and its one optional argument (execve(2)). */
function interpreterOf(content: Bytes): { readonly path: string; readonly argument: string | undefined } | undefined {
  if (content[0] !== 0x23 || content[1] !== 0x21) return undefined;
  const head = new TextDecoder().decode(content.subarray(2, headSize));
  // blanks and tabs alone: a carriage return is part of the name
  const line = (head.split('\n')[0] ?? '').replace(/^[ \t]+|[ \t]+$/g, '');
  if (!line) throw new Errno('ENOEXEC');
  const gap = line.search(/[ \t]/);
  return gap < 0 ? { path: line, argument: undefined } : { path: line.slice(0, gap), argument: line.slice(gap).replace(/^[ \t]+/, '') };
}

/** One string with its end, and all of them with their pointers (execve(2), "Limits on size of arguments and environment"). */
const stringMax = 131_072;
const totalMax = 6_291_456;
const pointerBytes = 8;
const bytesOf = (text: string): number => {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 127) return new TextEncoder().encode(text).length + 1;
  return text.length + 1;
};

/** E2BIG for arguments and environment that are too much. */
export function demandRoom(task: TaskImpl, argv: readonly string[], env: ReadonlyMap<string, string>): void {
  const limit = Math.max(stringMax, Math.min(totalMax, task.limits.stack.soft / 4));
  let total = 0;
  const add = (text: string): void => {
    const bytes = bytesOf(text);
    total += bytes + pointerBytes;
    if (bytes > stringMax || total > limit) throw new Errno('E2BIG');
  };
  for (const argument of argv) add(argument);
  for (const [name, value] of env) add(`${name}=${value}`);
}

/** execve(2) up to where the old program is given up. */
export async function load(kernel: Kernel, task: TaskImpl, path: string, argv: readonly string[]): Promise<Image> {
  let given = path;
  let args = argv;
  for (let depth = 0; ; depth++) {
    const location = resolve(task, given);
    const content = contentOf(kernel, task, location);
    const interpreter = interpreterOf(content);
    if (interpreter) {
      if (depth >= interpretersMax) throw new Errno('ELOOP');
      args = [interpreter.path, ...(interpreter.argument === undefined ? [] : [interpreter.argument]), given, ...args.slice(1)];
      given = interpreter.path;
      continue;
    }
    const program = await programOf(kernel, content, given);
    return { program, argv: args, location, path: realpath(task, given), size: content.length, isStatic: isWasm(content) };
  }
}

async function programOf(kernel: Kernel, content: Bytes, path: string): Promise<Program> {
  const head = content.subarray(0, headSize);
  const format = kernel.formats.find((each) => each.matches(head));
  const release = kernel.clock.hold();
  try {
    if (format) return await format.load(content, path);
    const name = elfProgram(content);
    const program = name === undefined ? undefined : await kernel.findProgram(name);
    if (!program) throw new Errno('ENOEXEC');
    return program;
  } finally {
    release();
  }
}
