import { builtinModules } from 'node:module';
import { defineConfig } from 'vite';

/** Large, lazy, and tied to files of their own: found in node_modules when they are needed. */
const external = ['@wasmer/sdk', '@wasmer/sdk/node', '@wasmer/sdk/browser', '@yowasp/clang', 'binaryen'];

export default defineConfig({
  publicDir: false,
  ssr: { noExternal: true, external: external },
  build: {
    ssr: 'src/cli.ts',
    outDir: 'dist',
    emptyOutDir: false,
    target: 'node20',
    minify: false,
    sourcemap: true,
    rolldownOptions: {
      external: [...external, ...builtinModules, ...builtinModules.map((name) => `node:${name}`)],
      output: {
        entryFileNames: 'pausebox.js',
        chunkFileNames: 'pausebox/[name]-[hash].js',
        format: 'es',
      },
    },
  },
});
