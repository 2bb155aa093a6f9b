import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';
import notices, { workerNotices } from './scripts/vite-plugin-notices.ts';
import preload from './scripts/vite-plugin-preload.ts';
import serviceWorker from './scripts/vite-plugin-service-worker.ts';
import wasmerSdk from './scripts/vite-plugin-wasmer-sdk.ts';

/** Guests' threads need shared memory, which a browser gives to cross-origin isolated pages only. */
const isolation = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

/** Chunks of their own: what changes seldom and is fetched lazily. */
const chunks: readonly (readonly [RegExp, string])[] = [
  // what starts the Worker, and what every lazy import goes through: the entry waits for nothing else
  [/\/src\/ui\/state\/launch|vite\/preload-helper/, 'launch'],
  [/node_modules\/svelte\//, 'svelte'],
  // its words in other languages replace each other: they are fetched one at a time
  [/node_modules\/monaco-editor\/esm\/vs\/(?!nls\/lang\/)/, 'monaco'],
  // its other addons are fetched after the prompt, each when it is wanted
  [/node_modules\/@xterm\/(xterm|addon-fit)\//, 'xterm'],
  [/generated\/(pause|libc)/, 'guest'],
  // what the page's start and the lazy editor share
  [/\/src\/(lessons\/|ui\/(state|parts|messages)\/|ui\/editor\/language)/, 'page'],
];

/** Modules' own names are nobody's business outside: they may be shortened too. */
const minify = { mangle: { toplevel: true }, compress: true, codegen: true } as const;

/** Chunks of the Worker's own. */
const workerGroups: readonly { readonly test: RegExp; readonly name: string }[] = [
  // the bundler would put it beside the searching, which is fetched when a program searches
  { test: /\/src\/regex\/syntax/, name: 'pattern' },
  { test: /generated\/pause/, name: 'pause' },
];

/** What several of a Worker's chunks share has one of two names, whichever modules it is; others are called after their module. */
const workerChunk = ({
  name,
  isDynamicEntry,
  moduleIds,
}: {
  name: string;
  isDynamicEntry: boolean;
  moduleIds: readonly string[];
}): string => {
  if (workerGroups.some((group) => group.name === name)) return 'assets/[name]-[hash].js';
  if (moduleIds.some((id) => id.includes('/src/regex/'))) return 'assets/regex-[hash].js';
  if (isDynamicEntry) return 'assets/[name]-[hash].js';
  const machine = moduleIds.some((id) => /\/src\/(kernel|shell)\/|rolldown\/runtime/.test(id));
  return machine ? 'assets/machine-[hash].js' : 'assets/kube-[hash].js';
};

export default defineConfig({
  publicDir: 'static',
  plugins: [svelte(), wasmerSdk(), serviceWorker(), preload('src/ui/start.ts'), notices()],
  worker: {
    format: 'es',
    plugins: () => [wasmerSdk(), workerNotices()],
    rolldownOptions: {
      output: {
        minify,
        chunkFileNames: workerChunk,
        codeSplitting: { groups: [...workerGroups] },
      },
      // no module of ours does anything by being imported: an index.ts brings only what is used of it
      treeshake: { moduleSideEffects: (id) => !/\/src\//.test(id) || id.includes('/node_modules/') },
    },
  },
  // looked into at the start, or the first visit would load twice: Workers and what comes lazily are not found otherwise
  optimizeDeps: { entries: ['index.html', 'src/worker.ts', 'src/ui/**/*.{ts,svelte}'] },
  server: { headers: isolation },
  preview: { headers: isolation },
  build: {
    outDir: 'dist/page',
    emptyOutDir: true,
    target: 'es2023',
    // monaco and clang are large by nature and lazy
    chunkSizeWarningLimit: 8000,
    rolldownOptions: {
      input: { index: 'index.html', sw: 'src/service-worker.ts' },
      output: {
        minify,
        // a service worker's name must stay the same
        entryFileNames: ({ name }) => (name === 'sw' ? 'sw.js' : 'assets/[name]-[hash].js'),
        codeSplitting: { groups: chunks.map(([test, name]) => ({ test, name })) },
      },
    },
  },
});
