// Compiles wasm/*.c with clang from npm into generated/: the pause programs, and what `cc` needs in the page (objects, headers).
// The same bytes each time; does nothing when its inputs (sources, this script, clang's version) have not changed.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';

const root = new URL('../', import.meta.url);
const source = new URL('wasm/', root);
const out = new URL('generated/', root);

/** Files of a folder as the tree that clang takes: names to text, or to a tree. */
async function tree(url) {
  const entries = await readdir(url, { withFileTypes: true });
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  const pairs = entries.map(async (e) => [
    e.name,
    e.isDirectory() ? await tree(new URL(`${e.name}/`, url)) : await readFile(new URL(e.name, url), 'utf8'),
  ]);
  return Object.fromEntries(await Promise.all(pairs));
}

const files = await tree(source);
const clangPackage = new URL('node_modules/@yowasp/clang/package.json', root);
const { version } = JSON.parse(await readFile(clangPackage, 'utf8'));
const key = createHash('sha256')
  .update(JSON.stringify([version, files]))
  .update(await readFile(new URL(import.meta.url)))
  .digest('hex');
const stamp = new URL('guest.hash', out);
const before = await readFile(stamp, 'utf8').catch(() => '');
const present = ['pause.ts', 'libc.ts'].every((name) => existsSync(new URL(name, out)));
if (before === key && present && !process.argv.includes('--force')) process.exit(0);

const { runClang, runLLVM } = await import('@yowasp/clang');
await runLLVM(null, {}, { fetchProgress: () => {} });

// Output files that already exist keep their old content: each name is used once.
async function clang(output, ...args) {
  try {
    const made = await runClang(['clang', ...args, '-o', output], files);
    files[output] = made[output];
  } catch (error) {
    console.error(`clang ${args.join(' ')}: exit status ${error.code ?? error}`);
    process.exit(1);
  }
}

const compile = ['-O2', '-Wall', '-Wextra', '-Werror', '-isystem', 'include'];
const library = ['start', 'kshim', 'kfiles', 'fork', 'kposix', 'kclone'];
for (const name of library) await clang(`${name}.o`, ...compile, '-c', `${name}.c`);
for (const [name, file, define] of [
  ['pause-3.10', 'pause.c', '-DVERSION=v3.10'],
  ['pause-3.0', 'pause-3.0.c', '-DVERSION=v3.0'],
]) {
  await clang(`${name}.o`, ...compile, define, '-c', file);
  // A small stack: a sandbox of many Pods holds one of these for each.
  await clang(
    `${name}.wasm`,
    `${name}.o`,
    'start.o',
    'kshim.o',
    '-Wl,--start-lib',
    'kfiles.o',
    '-Wl,--end-lib',
    '-nostartfiles',
    '-Wl,-z,stack-size=32768',
    '-Wl,--strip-all',
  );
}

// Two programs that are alike: brotli finds that in hex digits, not in base64.
const hex = (name) => Buffer.from(files[name]).toString('hex');
const base64 = (name) => Buffer.from(files[name]).toString('base64');
const text = (value) => JSON.stringify(value, null, 1);
await mkdir(out, { recursive: true });
for (const name of ['pause-3.10.wasm', 'pause-3.0.wasm', ...library.map((l) => `${l}.o`)]) await writeFile(new URL(name, out), files[name]);
await writeFile(
  new URL('pause.ts', out),
  `// Made by scripts/build-wasm.mjs: the pause programs in hex, and their sources.\nexport const pause310 = '${hex('pause-3.10.wasm')}';\nexport const pause30 = '${hex('pause-3.0.wasm')}';\nexport const pauseSource = ${text(files['pause.c'])};\n`,
);
await writeFile(
  new URL('libc.ts', out),
  `// Made by scripts/build-wasm.mjs: what cc links and includes beside wasi-libc.\nexport const objects: Readonly<Record<string, string>> = ${text(Object.fromEntries(library.map((l) => [`${l}.o`, base64(`${l}.o`)])))};\ntype Tree = { [name: string]: string | Tree };\nexport const include: Tree = ${text(files.include)};\n`,
);
await writeFile(stamp, key);
console.log(`generated/: pause-3.10.wasm ${files['pause-3.10.wasm'].length} bytes, pause-3.0.wasm ${files['pause-3.0.wasm'].length} bytes`);
