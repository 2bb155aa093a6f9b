import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    exclude: ['tests/browser/**', 'tests/recordings/**', 'node_modules/**', 'dist/**'],
    benchmark: { include: ['bench/**/*.bench.ts'] },
    // monaco-yaml's worker is timed without a browser
    alias: { 'monaco-worker-manager/worker': fileURLToPath(new URL('bench/monaco-worker.ts', import.meta.url)) },
    server: { deps: { inline: ['monaco-yaml'] } },
    pool: 'threads',
    maxWorkers: 2,
    testTimeout: 60_000,
  },
});
