import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { ALGORITHMS } from '../algorithms/algorithm-table.ts';
import { knownAlgorithms } from '../algorithms/recorded-algorithm.ts';
import { parseConfig, requireValid } from '../config/load-config.ts';
import { type RunResult, runEvaluation } from '../engine/run-evaluation.ts';
import { planRun } from '../plan/plan-run.ts';
import { readRun } from '../results/read-run.ts';
import type { Comparison } from '../results/summary.ts';
import { comparableScores } from './comparable-scores.ts';
import { compareRun } from './compare-run.ts';
import { compareWithinRun } from './compare-within-run.ts';
import { gatherScores } from './model-scores.ts';
import { ScoredRun } from './scored-run.ts';
import { selectAmong, selectModel } from './select-model.ts';

const refuse = () => Promise.reject(new Error('nothing to open'));
const WORDS = ['red', 'red house', 'the red house', 'no idea', 'blue house by the sea', ''];

interface Made {
  readonly algorithms?: string;
  /** More keys of the dataset. */
  readonly keys?: string;
  readonly change?: (row: Record<string, unknown>, at: number) => unknown;
}

/** Three models over 400 rows, in parts of some 40. */
async function made({
  algorithms = '{ algorithm: qa_accuracy }',
  keys = '',
  change = (row) => row,
}: Made = {}): Promise<RunResult> {
  const place = temporaryFolder();
  const rows = Array.from({ length: 400 }, (_, i) => {
    const out = (step: number) => WORDS[(i * step + (i % 7)) % WORDS.length];
    return JSON.stringify(
      change(
        { q: `Q ${i}`, a: `red house ${i % 3}`, kind: `k${i % 5}`, w: 1 + (i % 3), x: out(1), y: out(5), z: out(7) },
        i,
      ),
    );
  });
  writeFileSync(join(place, 'd.jsonl'), `${rows.join('\n')}\n`);
  const model = (key: string) => `{ name: ${key}, runner: outputs, model_output_key: ${key} }`;
  const text = `dataset: { input_data_location: d.jsonl, model_input_key: q, target_output_key: a${keys} }
models: [${['x', 'y', 'z'].map(model).join(', ')}]
algorithms: [${algorithms}]
`;
  const loaded = requireValid(parseConfig(text, join(place, 'c.yaml'), { algorithms: ALGORITHMS }));
  const plan = await planRun(loaded, { openRunner: refuse, openHelper: refuse });
  const scoring = { threads: 0, rangeBytes: 4000, texts: false };
  return runEvaluation({ ...plan, scoring }, join(place, 'run'), {}, new AbortController().signal);
}

/** By the samples themselves, in memory. */
async function bySamples({ scored, summary, manifest }: RunResult): Promise<Comparison[]> {
  const models = await gatherScores(scored.rows, knownAlgorithms(manifest.algorithms));
  return compareWithinRun([...models.values()], comparableScores(summary.scores), summary.models);
}

/** Correlations are summed otherwise: their last digits differ, and with them those of what is adjusted. */
function expectSame(found: readonly Comparison[], expected: readonly Comparison[]): void {
  const rounded = ({ adjustedInterval, adjustedPValue, ...rest }: Comparison) => ({
    ...rest,
    adjusted: [...(adjustedInterval ?? []), adjustedPValue ?? -1].map((value) => Number(value.toPrecision(9))),
  });
  expect(found.map(rounded)).toEqual(expected.map(rounded));
  expect(found.length).toBeGreaterThan(0);
}

test.each([
  ['graded and 0/1 scores', {}],
  ['two algorithms judged together', { algorithms: '{ algorithm: qa_accuracy }, { algorithm: factual_knowledge }' }],
  [
    'rows that a model has no output for',
    { change: (row: object, at: number) => (at % 11 === 3 ? { ...row, y: undefined } : row) },
  ],
  [
    'a score without figures of single samples',
    { algorithms: '{ algorithm: qa_accuracy }', keys: ', category_key: kind' },
  ],
] as [string, Made][])('models are compared by their columns as by their samples: %s', async (_, options) => {
  const run = await made(options);
  const again = new ScoredRun(await readRun(run.folder));
  expectSame(run.summary.comparisons, await bySamples(run));
  expect(await again.compare(comparableScores(run.summary.scores))).toEqual(run.summary.comparisons);
});

test('no sample is held in memory for it, nor for choosing a model', async () => {
  const run = await made();
  const { manifest, summary, columns } = await readRun(run.folder);
  const scores = vi.fn(refuse);
  const known = knownAlgorithms(manifest.algorithms);
  await compareRun({ models: summary.models, algorithms: known, columns, scores }, comparableScores(summary.scores));
  const scored = new ScoredRun({ manifest, summary, columns: columns!, rows: run.scored.rows }, scores);
  const models = await gatherScores(run.scored.rows, known);
  for (const config of [
    {},
    { weights: { 'qa_accuracy.f1_score': 2, 'qa_accuracy.exact_match_score': 1 } },
    { pareto: ['f1_score', 'precision_over_words'] },
  ])
    expect(await selectModel(scored, config)).toEqual(selectAmong(summary, models, config));
  expect(scores).not.toHaveBeenCalled();
});

test.each([
  ['weights', { keys: ', weight_key: w' }],
  ['clusters', { keys: ', cluster_key: kind' }],
  ['a score over all samples', { algorithms: '{ algorithm: translation }' }],
] as [string, Made][])('what needs single samples gets them: %s', async (_, options) => {
  const run = await made(options);
  expect(run.summary.comparisons).toEqual(await bySamples(run));
  expect(run.summary.comparisons.length).toBeGreaterThan(0);
});
