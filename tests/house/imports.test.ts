import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

/** What each folder of src may import: other folders (by their index), and npm packages (prefixed `npm:`). */
const table: Readonly<Record<string, readonly string[]>> = {
  'clock.ts': [],
  kernel: ['clock.ts'],
  regex: [],
  programs: ['kernel', 'clock.ts', 'regex', 'npm:fflate'],
  shell: ['kernel', 'clock.ts', 'regex', 'npm:unbash'],
  wasi: ['kernel', 'clock.ts', 'npm:@wasmer/sdk', 'npm:@yowasp/clang'],
  'kube/api': [],
  'kube/server': ['kube/api', 'clock.ts'],
  'kube/control': ['kube/api', 'clock.ts'],
  'kube/runtime': ['kernel', 'clock.ts'],
  'kube/kubelet': ['kube/api', 'kube/runtime', 'clock.ts'],
  manifest: ['kube/api'],
  kubectl: ['manifest', 'kube/api', 'kernel'],
  lessons: ['sandbox'],
  sandbox: [
    'clock.ts',
    'kernel',
    'programs',
    'shell',
    'wasi',
    'kube/api',
    'kube/server',
    'kube/control',
    'kube/kubelet',
    'kube/runtime',
    'kubectl',
    'manifest',
    'lessons',
  ],
};
/** These put things together and may import what they like, but only the UI touches xterm, Monaco and Svelte. */
const free = new Set(['main.ts', 'worker.ts', 'cli.ts', 'service-worker.ts']);
/** Ways into a folder besides its index: the page must not pull the sandbox in with the protocol. */
const doors = new Set(['sandbox/protocol']);
/** Text from outside src that a folder takes in as it is: there is one pause.c, which is compiled and shown. */
const texts = /^\.\.\/wasm\/[^/]+\?raw$/;
/** Parts of a folder that belong to one host and may use its APIs and packages. */
const hostParts = /^(sandbox\/host|wasi\/|ui\/)/;

const src = resolve('src');
const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((f) => /\.(ts|svelte)$/.test(f) && !f.endsWith('.d.ts'))
  .map((f) => f.replaceAll('\\', '/'));

const folderOf = (file: string): string => {
  const [first = '', second = ''] = file.split('/');
  return first === 'kube' ? `kube/${second}` : first;
};

/** Static, type-only and dynamic imports alike. */
function importsOf(file: string): string[] {
  const text = readFileSync(join(src, file), 'utf8');
  const code = file.endsWith('.svelte') ? [...text.matchAll(/<script[^>]*>([\s\S]*?)<\/script>/g)].map((m) => m[1]).join('\n') : text;
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier && ts.isStringLiteral(node.moduleSpecifier))
      found.push(node.moduleSpecifier.text);
    if (
      ts.isCallExpression(node) &&
      node.expression.kind === ts.SyntaxKind.ImportKeyword &&
      node.arguments[0] &&
      ts.isStringLiteral(node.arguments[0])
    )
      found.push(node.arguments[0].text);
    if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument) && ts.isStringLiteral(node.argument.literal))
      found.push(node.argument.literal.text);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, code, ts.ScriptTarget.Latest));
  return found;
}

const problems: string[] = [];
for (const file of files) {
  const from = folderOf(file);
  if (free.has(file) || from === 'ui') continue;
  const allowed = table[from];
  if (!allowed) {
    problems.push(`${file}: folder ${from} is not in the table`);
    continue;
  }
  for (const spec of importsOf(file)) {
    if (spec.startsWith('.')) {
      const target = relative(src, resolve(src, dirname(file), spec)).replaceAll('\\', '/');
      const to = target === 'clock' ? 'clock.ts' : folderOf(target);
      if (to === from || target.startsWith('..')) {
        if (target.startsWith('..') && !hostParts.test(file) && !texts.test(target)) problems.push(`${file} reaches outside src: ${spec}`);
        continue;
      }
      if (!allowed.includes(to)) problems.push(`${file} imports ${spec} (${to})`);
      else if (to !== 'clock.ts' && target !== to && target !== `${to}/index` && !doors.has(target))
        problems.push(`${file} imports past the index of ${to}: ${spec}`);
    } else if (!hostParts.test(file)) {
      const name = `npm:${spec
        .split('/')
        .slice(0, spec.startsWith('@') ? 2 : 1)
        .join('/')}`;
      if (!allowed.includes(name)) problems.push(`${file} imports package ${spec}`);
    }
  }
}

describe('the house', () => {
  it('imports only what the table allows, and only through a folder’s index', () => {
    expect(files.length).toBeGreaterThan(5);
    expect(problems).toEqual([]);
  });

  it('has no file above 400 lines', () => {
    const large = files.map((f) => [f, readFileSync(join(src, f), 'utf8').split('\n').length] as const).filter(([, n]) => n > 401);
    expect(large).toEqual([]);
  });

  it('leaves xterm, Monaco and Svelte to ui, and the Wasmer SDK to wasi', () => {
    const strays = files.flatMap((f) =>
      importsOf(f)
        .filter(
          (s) =>
            (/^(@xterm|monaco-editor|svelte)/.test(s) && folderOf(f) !== 'ui' && f !== 'main.ts') ||
            (s.startsWith('@wasmer/sdk') && folderOf(f) !== 'wasi'),
        )
        .map((s) => `${f}: ${s}`),
    );
    expect(strays).toEqual([]);
  });
});
