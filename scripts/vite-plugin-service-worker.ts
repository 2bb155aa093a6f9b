import { createHash } from 'node:crypto';
import type { Plugin } from 'vite';

/** Files that the page needs before its prompt can be used: the rest is kept once the page is idle. */
const shell = [
  /^index\.html$/,
  /^assets\/(index|launch|start|page|manifest|svelte|xterm|worker|machine|pause|sha256|catalog|cluster|kube|kubeconfig|kept-objects|object-watch|regex|pattern|rolldown-runtime)-[^/]*\.(js|css)$/,
];
/** Too large to keep unasked: a compiler. */
const never = [/\.map$/, /^sw\.js$/, /clang|llvm|yowasp|binaryen/i];

const matches = (name: string, patterns: readonly RegExp[]): boolean => patterns.some((pattern) => pattern.test(name));

/** Tells the service worker (the entry `sw`) which files the build has: `__PRECACHE__` in its code. */
export default function serviceWorker(): Plugin {
  return {
    name: 'service-worker',
    apply: 'build',
    enforce: 'post',
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        const worker = bundle['sw.js'];
        if (worker?.type !== 'chunk') return;
        const names = Object.keys(bundle).filter((name) => !matches(name, never));
        const hash = createHash('sha256');
        for (const name of names.sort()) {
          const file = bundle[name]!;
          hash.update(name).update(file.type === 'chunk' ? file.code : file.source);
        }
        const first = names.filter((name) => matches(name, shell));
        const precache = {
          version: hash.digest('hex').slice(0, 12),
          shell: ['./', ...first.filter((name) => name !== 'index.html')],
          rest: names.filter((name) => !first.includes(name)),
        };
        worker.code = worker.code.replaceAll('__PRECACHE__', JSON.stringify(precache));
      },
    },
  };
}
