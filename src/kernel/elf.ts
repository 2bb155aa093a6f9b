import type { Bytes } from './file';

/**
 * Executables of programs/ are small files: an ELF header's magic, then the program's name.
 * `exec` finds the program by that name, so `cp`, links, PATH and permissions work as for any file.
 */
const magic = '\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0';

/** The file content that makes exec run the program registered as `name` (such as `gnu/ls`, `busybox`, `kubectl`). */
export function elfStub(name: string): Bytes {
  return new TextEncoder().encode(`${magic}${name}\n`);
}

/** The program's name, or undefined when `content` is no such stub. */
export function elfProgram(content: Bytes): string | undefined {
  if (content.length < 17 || content[0] !== 0x7f || content[1] !== 0x45 || content.length > 256) return undefined;
  const text = new TextDecoder().decode(content);
  return text.startsWith(magic) && text.endsWith('\n') ? text.slice(magic.length, -1) : undefined;
}
