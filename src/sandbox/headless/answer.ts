import type { VirtualClock } from '../../clock';
import type { Process } from '../../kernel';
import type { HttpResponse } from '../../kube/api';
import { loginEnvironment } from '../machine';
import type { Sandbox } from '../sandbox';
import { runCommand, runOnTerminal, type Output } from '../session';
import type { Request, SecretVolume } from './requests';

export type Answer =
  Output | { readonly ok: true } | { readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly body: string };

export interface Headless {
  readonly sandbox: Sandbox;
  readonly clock: VirtualClock;
  /** Sandbox time of second 0, ms since the epoch. */
  readonly startMs: number;
  /** Where `run` and `file` are. */
  readonly home: string;
  readonly env: Readonly<Record<string, string>>;
}

const bytes = (text: string | undefined): Uint8Array | undefined => (text === undefined ? undefined : new TextEncoder().encode(text));

export async function answer(box: Headless, request: Request): Promise<Answer> {
  const { clock, sandbox, home } = box;
  if ('at' in request) {
    const dueMs = box.startMs + request.at * 1000;
    if (dueMs > clock.now()) await clock.advanceTo(dueMs);
    return { ok: true };
  }
  if ('http' in request) return clock.runUntil(http(box, request.http));
  if ('file' in request) {
    const content = request.base64 === undefined ? (bytes(request.text ?? '') as Uint8Array) : decodeBase64(request.base64);
    await clock.runUntil(inPlace(box, (proc) => writeFile(proc, resolve(home, request.file), content)));
    return { ok: true };
  }
  if ('secret' in request) {
    await clock.runUntil(inPlace(box, (proc) => mountSecret(proc, request.secret)));
    return { ok: true };
  }
  const { kernel, place } = sandbox.machine;
  const env = loginEnvironment(box.env);
  if ('run' in request) {
    // there is no terminal to edit on
    if (!env.has('EDITOR')) env.set('EDITOR', 'false');
    const command = { argv: ['bash', '-c', request.run], env, cwd: home };
    const stdin = bytes(request.stdin);
    return clock.runUntil(
      runCommand({
        kernel,
        clock,
        place,
        command,
        ...(stdin && { stdin }),
        ...(request.watch !== undefined && { interruptMs: request.watch * 1000 }),
      }),
    );
  }
  for (const [name, value] of Object.entries(request.env ?? {})) env.set(name, value);
  const command = { argv: request.exec, env, cwd: request.cwd ?? home };
  if (request.input) {
    const [columns, rows] = request.size ?? [80, 24];
    return clock.runUntil(runOnTerminal({ kernel, clock, place, command, size: { columns, rows }, input: request.input }));
  }
  return clock.runUntil(runCommand({ kernel, clock, place, command, stdin: bytes(request.stdin ?? '') as Uint8Array }));
}

/** Lets a process of the place do something with system calls. */
async function inPlace(box: Headless, act: (proc: Process) => Promise<void> | void): Promise<void> {
  let failure: unknown;
  const task = await box.sandbox.machine.place.start(
    async (child) => {
      try {
        await act(child);
      } catch (error) {
        failure = error;
      }
    },
    { argv: ['true'], env: loginEnvironment(), cwd: '/' },
  );
  await task.exited;
  if (failure) throw failure as Error;
}

const resolve = (home: string, path: string): string => (path.startsWith('/') ? path : `${home}/${path}`);

function makeParents(proc: Process, path: string): void {
  let at = '';
  for (const part of path.split('/').filter(Boolean).slice(0, -1)) {
    at += `/${part}`;
    try {
      proc.mkdir(at, 0o755);
    } catch {
      // it is there, or the write that follows says what is wrong
    }
  }
}

async function writeFile(proc: Process, path: string, content: Uint8Array): Promise<void> {
  makeParents(proc, path);
  const fd = await proc.open(path, ['write', 'create', 'truncate'], 0o644);
  await proc.write(fd, content);
  proc.close(fd);
}

async function http({ sandbox }: Headless, request: Extract<Request, { http: unknown }>['http']): Promise<Answer> {
  const { cluster } = sandbox;
  if (!cluster) throw new Error('this machine has no cluster');
  const { method, path, body, contentType, accept } = request;
  const headers = { ...(contentType && { 'content-type': contentType }), accept: accept ?? 'application/json', 'user-agent': 'pausebox' };
  const response: HttpResponse = await cluster.transport({ method, path, headers, ...(body !== undefined && { body }) });
  let text = '';
  for await (const chunk of typeof response.body === 'string' ? [response.body] : response.body) text += chunk;
  return { status: response.status, headers: response.headers, body: text };
}

/** The volume's times are the recorder's: 2026-01-02 03:04:05. */
const secretTimeMs = Date.UTC(2026, 0, 2, 3, 4, 5);

async function mountSecret(proc: Process, volume: SecretVolume): Promise<void> {
  const { path, stamp, mode, readOnly, data } = volume;
  makeParents(proc, `${path}/x`);
  proc.mount('tmpfs', path, 'tmpfs', { data: 'size=65536k,mode=1777' });
  const times = { atimeMs: secretTimeMs, mtimeMs: secretTimeMs };
  proc.mkdir(`${path}/${stamp}`, 0o755);
  for (const [name, content] of Object.entries(data)) {
    const file = `${path}/${stamp}/${name}`;
    await writeFile(proc, file, new TextEncoder().encode(content));
    proc.chmod(file, Number.parseInt(mode, 8));
    proc.utimes(file, times);
  }
  proc.symlink(stamp, `${path}/..data`);
  for (const name of Object.keys(data)) proc.symlink(`..data/${name}`, `${path}/${name}`);
  for (const name of ['..data', ...Object.keys(data)]) proc.utimes(`${path}/${name}`, times, { noFollow: true });
  proc.utimes(`${path}/${stamp}`, times);
  proc.utimes(path, times);
  if (readOnly) proc.mount('', path, '', { remount: true, readOnly: true });
}

function decodeBase64(text: string): Uint8Array {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  const out: number[] = [];
  let bits = 0;
  let count = 0;
  for (const char of text) {
    const value = alphabet.indexOf(char);
    if (value < 0) continue;
    bits = ((bits << 6) | value) & 0xffffff;
    count += 6;
    if (count >= 8) out.push((bits >> (count -= 8)) & 0xff);
  }
  return Uint8Array.from(out);
}
