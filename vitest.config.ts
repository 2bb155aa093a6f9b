import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    exclude: ['tests/browser/**', 'tests/recordings/**', 'node_modules/**', 'dist/**'],
    benchmark: { include: ['bench/**/*.bench.ts'] },
    pool: 'threads',
    maxWorkers: 2,
    testTimeout: 20_000,
  },
});
