import { jsonText, setOwn, type Json } from '../../api';

export interface Operation {
  readonly op: string;
  readonly path?: string;
  readonly from?: string;
  readonly value?: Json;
}

/** The patch cannot be applied; the message is the one the server's json-patch library gives. */
export class PatchError extends Error {}

type Mutable = { [key: string]: unknown } | unknown[];

const unescape = (part: string): string => part.replaceAll('~1', '/').replaceAll('~0', '~');
const isContainer = (value: unknown): value is Mutable => typeof value === 'object' && value !== null;

function pointer(path: string | undefined): string[] {
  if (path === undefined) throw new PatchError('error in path');
  return path === '' ? [] : path.split('/').slice(1).map(unescape);
}

function index(list: unknown[], key: string, op: string, path: string): number {
  const at = Number(key);
  if (!/^-?\d+$/.test(key)) throw new PatchError(`${op} operation does not apply: doc is missing path: "${path}": missing value`);
  if (at < 0 || at >= list.length) {
    throw new PatchError(
      `${op} operation does not apply: doc is missing path: "${path}": Unable to access invalid index: ${at}: invalid index referenced`,
    );
  }
  return at;
}

function parentOf(document: unknown, parts: string[], op: string, path: string): Mutable {
  if (parts.length === 0) throw new PatchError(`${op} operation does not apply: doc is missing path: "${path}": missing value`);
  let value = document;
  for (const part of parts.slice(0, -1)) {
    if (Array.isArray(value)) value = value[index(value, part, op, path)];
    else if (isContainer(value) && Object.hasOwn(value, part)) value = (value as Record<string, unknown>)[part];
    else value = undefined;
    if (!isContainer(value)) throw new PatchError(`${op} operation does not apply: doc is missing path: "${path}": missing value`);
  }
  if (!isContainer(value)) throw new PatchError(`${op} operation does not apply: doc is missing path: "${path}": missing value`);
  return value;
}

function read(document: unknown, path: string | undefined, op: string): unknown {
  const parts = pointer(path);
  if (parts.length === 0) return document;
  const parent = parentOf(document, parts, op, path!);
  const key = parts.at(-1)!;
  if (Array.isArray(parent)) return parent[index(parent, key, op, path!)];
  return Object.hasOwn(parent, key) ? parent[key] : undefined;
}

function add(document: unknown, path: string | undefined, value: unknown): void {
  const parts = pointer(path);
  const parent = parentOf(document, parts, 'add', path!);
  const key = parts.at(-1)!;
  if (!Array.isArray(parent)) {
    setOwn(parent, key, value);
  } else if (key === '-') {
    parent.push(value);
  } else {
    const at = Number(key);
    if (!/^\d+$/.test(key) || at > parent.length) {
      throw new PatchError(
        `add operation does not apply: doc is missing path: "${path}": Unable to access invalid index: ${key}: invalid index referenced`,
      );
    }
    parent.splice(at, 0, value);
  }
}

function remove(document: unknown, path: string | undefined, op = 'remove'): void {
  const parts = pointer(path);
  const parent = parentOf(document, parts, op, path!);
  const key = parts.at(-1)!;
  if (Array.isArray(parent)) {
    parent.splice(index(parent, key, op, path!), 1);
  } else {
    if (!Object.hasOwn(parent, key))
      throw new PatchError(`${op} operation does not apply: Unable to remove nonexistent key: ${key}: missing value`);
    delete parent[key];
  }
}

function replace(document: unknown, path: string | undefined, value: unknown): void {
  const parts = pointer(path);
  const parent = parentOf(document, parts, 'replace', path!);
  const key = parts.at(-1)!;
  if (Array.isArray(parent)) {
    parent[index(parent, key, 'replace', path!)] = value;
  } else {
    // Unlike RFC 6902, as the server's library: a member that is not there is added.
    setOwn(parent, key, value);
  }
}

function equal(a: unknown, b: unknown): boolean {
  if (!isContainer(a) || !isContainer(b)) return (a ?? null) === (b ?? null);
  const keys = Object.keys(a);
  if (Array.isArray(a) !== Array.isArray(b) || keys.length !== Object.keys(b).length) return false;
  return keys.every((key) => Object.hasOwn(b, key) && equal((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]));
}

// jsonpatch.AccumulatedCopySizeLimit, as the server sets it: copies of copies double each time.
const copyLimit = 3 * 1024 * 1024;

/** RFC 6902. Answers the patched copy; throws `PatchError`. */
export function jsonPatch<T>(document: T, operations: readonly Operation[]): T {
  const copy = structuredClone(document);
  let copied = 0;
  for (const operation of operations) {
    const value = structuredClone(operation.value);
    switch (operation.op) {
      case 'add':
        add(copy, operation.path, value);
        break;
      case 'remove':
        remove(copy, operation.path);
        break;
      case 'replace':
        replace(copy, operation.path, value);
        break;
      case 'move':
      case 'copy': {
        const moved = structuredClone(read(copy, operation.from, operation.op));
        if (operation.op === 'move') remove(copy, operation.from, 'move');
        else copied += jsonText(moved ?? null).length;
        if (copied > copyLimit)
          throw new PatchError(
            `Unable to complete the copy, the accumulated size increase of copy is ${copied}, exceeding the limit ${copyLimit}`,
          );
        add(copy, operation.path, moved);
        break;
      }
      case 'test':
        if (!equal(read(copy, operation.path, 'test'), value)) throw new PatchError(`testing value ${operation.path} failed: test failed`);
        break;
      default:
        throw new PatchError(`Unexpected kind: ${operation.op}`);
    }
  }
  return copy;
}
