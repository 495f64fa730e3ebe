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
    // Tests of real processes and of memory share a noisy machine in CI; a retry shows in the log as `(retry x1)`.
    retry: process.env.CI === undefined ? 0 : 1,
    pool: 'forks',
    maxWorkers: 2,
  },
});
