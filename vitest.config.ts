import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { conditions: ['assay:src'] },
  ssr: { resolve: { conditions: ['assay:src'] } },
  test: {
    include: [
      'packages/*/src/**/*.test.ts',
      'packages/*/test/**/*.test.ts',
      'test/**/*.test.ts',
      'benchmarks/src/**/*.test.ts',
    ],
    globalSetup: ['test/build-once.ts'],
    testTimeout: 30_000,
    pool: 'forks',
    maxWorkers: 2,
  },
});
