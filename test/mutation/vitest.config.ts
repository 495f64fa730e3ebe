import { existsSync, readFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { alone, endedFiles, mutated, tests } from './mutated-code.ts';
import { parseElapsed } from './stored-json.ts';

/** Files whose tests were quick go first: the slow ones are left what those did not notice. */
class QuickFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const measured = `${process.env.ASSAY_MUTATION}/elapsed.jsonl`;
    if (!existsSync(measured)) return super.sort(files);
    const lines = readFileSync(measured, 'utf8').trim().split('\n');
    const elapsedMs = new Map(lines.map(parseElapsed));
    const of = ({ moduleId }: TestSpecification): number => elapsedMs.get(moduleId) ?? 0;
    return [...files].sort((a, b) => of(a) - of(b));
  }
}

const ROOT = resolve(import.meta.dirname, '../..');
const fromRoot = (file: string): string => relative(ROOT, file);

export default defineConfig({
  root: ROOT,
  plugins: [mutated],
  resolve: { conditions: ['assay:src'] },
  ssr: { resolve: { conditions: ['assay:src'] } },
  test: {
    include: [alone === undefined ? tests : fromRoot(alone.file)],
    // Simulations of thousands of runs, and tests of the journal that make whole runs: what they alone hold counts as survived.
    exclude: [
      '**/{verdict-rates,sequential/stopping,sequential/predicted-sequence}.test.ts',
      '**/journal/{checkpoint,compact-journal}.test.ts',
      ...(alone === undefined ? endedFiles().map(fromRoot) : []),
    ],
    setupFiles: ['test/build-at-first-use.ts', 'test/mutation/end-on-failure.ts'],
    sequence: { sequencer: QuickFirst },
    runner: resolve(import.meta.dirname, 'mutation-runner.ts'),
    // Counting who reaches what takes a test of 128 hypotheses minutes.
    testTimeout: 600_000,
    hookTimeout: 120_000,
    pool: 'forks',
    maxWorkers: 2,
    reporters: process.env.ASSAY_MUTATION_PHASE === 'coverage' ? ['dot'] : [{}],
    silent: true,
    // What a mutant left running may still fail: its test has ended.
    onUnhandledError: () => false,
    dangerouslyIgnoreUnhandledErrors: true,
  },
});
