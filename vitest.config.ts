import { configDefaults, defineConfig, type Plugin } from 'vitest/config';

/** Only threads and processes run what was built: the first of them sees to it that it is new (build-at-first-use). */
const fromSource: Plugin = {
  name: 'from-source',
  enforce: 'pre',
  resolveId(id) {
    if (/^\.{1,2}\/.*\bdist\//.test(id)) throw new Error(`${id}: tests import src, never dist, which may be old`);
  },
};

/** Tests that need a process of their own: one counts what is read ahead, which is more in a warm one; one replaces a module. */
const APART = ['outputs', 'parquet-rows'];
const others = `!(${APART.join('|')}).test.ts`;
/** Rooms whose tests leave nothing behind: one process runs many of their files, and loads what these share once. */
const TOGETHER = [
  `packages/{assay,cli,core,metrics,report,runner-sagemaker}/src/**/${others}`,
  `packages/report/test/app/**/${others}`,
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
          exclude: [...configDefaults.exclude, ...TOGETHER, ...BEYOND_NODE],
        },
      },
      { extends: true, test: { name: 'beyond Node', include: BEYOND_NODE } },
      { extends: true, test: { name: 'together', include: TOGETHER, isolate: false } },
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
