import { configDefaults, defineConfig, type Plugin } from 'vitest/config';

/** Only threads and processes run what was built: the first of them sees to it that it is new (build-at-first-use). */
const fromSource: Plugin = {
  name: 'from-source',
  enforce: 'pre',
  resolveId(id) {
    if (/^\.{1,2}\/.*\bdist\//.test(id)) throw new Error(`${id}: tests import src, never dist, which may be old`);
  },
};

/** Rooms whose functions keep nothing: one process runs many of their files, and loads what these share once. */
const PURE = [
  'packages/metrics/src/**/*.test.ts',
  'packages/core/src/{algorithms,config,plan,prompts,python,results,selection}/**/*.test.ts',
];
/** Where the browser, the runtime or vitest does the work, whatever Node started it: `.ci/run` tries these on one Node. */
const BEYOND_NODE = [
  'test/mutation/tool.test.ts',
  'packages/report/test/{layout,odd-runs,page,audit-page,view-pages,docs-site}.test.ts',
  'packages/runner-local/src/{layouts,convert}/**/*.test.ts',
];

export default defineConfig({
  plugins: [fromSource],
  resolve: { conditions: ['assay:src'] },
  ssr: { resolve: { conditions: ['assay:src'] } },
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'alone',
          include: [
            'packages/*/src/**/*.test.ts',
            'packages/*/test/**/*.test.ts',
            'test/**/*.test.ts',
            'benchmarks/src/**/*.test.ts',
          ],
          exclude: [...configDefaults.exclude, ...PURE, ...BEYOND_NODE],
        },
      },
      { extends: true, test: { name: 'beyond Node', include: BEYOND_NODE } },
      { extends: true, test: { name: 'pure', include: PURE, isolate: false } },
    ],
    setupFiles: ['test/build-at-first-use.ts', ...(process.env.CI === undefined ? [] : ['test/property-seed.ts'])],
    testTimeout: 90_000,
    hookTimeout: 90_000,
    // On shared machines a deadline passes now and then; the log tells what was tried twice.
    retry: process.env.CI === undefined ? 0 : 1,
    pool: 'forks',
    maxWorkers: 2,
  },
});
