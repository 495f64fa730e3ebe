import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import type { SampleRow } from '../results/summary.ts';
import { comparableScores } from '../selection/comparable-scores.ts';
import { compareModels } from '../selection/compare-models.ts';
import { gatherScores } from '../selection/model-scores.ts';
import { pairSamples } from '../selection/sample-pairs.ts';
import { alignRuns } from './align-runs.ts';
import { openRun } from './open-run.ts';

const OUTPUTS = fileURLToPath(new URL('../../fixtures/outputs/', import.meta.url));

async function rowsOf(path: string): Promise<SampleRow[]> {
  const rows: SampleRow[] = [];
  for await (const row of (await (await openRun(path, OUTPUTS)).open()).view.rows) rows.push(row);
  return rows;
}

async function compare(first: string, second: string) {
  const { runs, notes } = await alignRuns([await openRun(first, OUTPUTS), await openRun(second, OUTPUTS)]);
  const [baseline, candidate] = runs;
  const [before] = [...(await gatherScores(baseline!.rows)).values()];
  const [after] = [...(await gatherScores(candidate!.rows)).values()];
  const found = compareModels(pairSamples(before!, after!), comparableScores(candidate!.summary.scores));
  return {
    notes,
    models: [before!.model, after!.model],
    scores: found.map(({ algorithm, score, n, difference, test: name }) => [
      `${algorithm}.${score}`,
      n,
      difference,
      name,
    ]),
  };
}

test('lm-evaluation-harness: each task’s metrics, by filter, paired by document', async () => {
  const rows = await rowsOf('lm-eval/a');
  expect(rows.map(({ model, index, scores }) => [model, index, Object.keys(scores)])).toEqual([
    ...[0, 1, 2].map((index) => ['stand-in-a', index, ['commonsense_qa.acc']]),
    ...[3, 4, 5, 6].map((index) => [
      'stand-in-a',
      index,
      ['gsm8k.exact_match,strict-match', 'gsm8k.exact_match,flexible-extract'],
    ]),
  ]);
  expect(rows[0]).toMatchObject({ digest: '71c46b33ca08667a', state: 'scored', target: 'B' });
  expect(rows[3]!.output).toBe('42');
  const { summary } = (await (await openRun('lm-eval/a', OUTPUTS)).open()).view;
  // lm-eval's own results file says 0.5 and 0.75.
  expect(summary.scores.filter(({ algorithm }) => algorithm === 'gsm8k')).toMatchObject([
    { score: 'exact_match,strict-match', n: 4, value: 0.5, intervalMethod: 'blaker' },
    { score: 'exact_match,flexible-extract', n: 4, value: 0.75 },
  ]);
  const { scores, models, notes } = await compare('lm-eval/a', 'lm-eval/b');
  expect([models, notes]).toEqual([['stand-in-a', 'stand-in-b'], []]);
  expect(scores).toEqual([
    ['commonsense_qa.acc', 3, expect.any(Number), 'paired 0/1'],
    ['gsm8k.exact_match,strict-match', 4, 0, 'paired 0/1'],
    ['gsm8k.exact_match,flexible-extract', 4, 0, 'paired 0/1'],
  ]);
});

test('an Inspect log: grades, numbers and records of numbers', async () => {
  const rows = await rowsOf('inspect/a.json');
  expect(rows.map(({ scores }) => scores)).toEqual([
    { 'includes.value': 1, 'match.value': 1, 'lengths.characters': 8, 'lengths.words': 3 },
    { 'includes.value': 0, 'match.value': 0, 'lengths.characters': 4, 'lengths.words': 1 },
    { 'includes.value': 1, 'match.value': 1, 'lengths.characters': 4, 'lengths.words': 1 },
    { 'includes.value': 1, 'match.value': 1, 'lengths.characters': 1, 'lengths.words': 1 },
  ]);
  expect(rows[1]).toMatchObject({ category: 'geo', input: 'Capital of France?', target: 'Paris', output: 'Lyon' });
  const { scores } = await compare('inspect/a.json', 'inspect/b.json');
  expect(scores).toEqual([
    ['includes.value', 4, 0.25, 'paired 0/1'],
    ['match.value', 4, 0.25, 'paired 0/1'],
    ['lengths.characters', 4, expect.any(Number), expect.stringContaining('sign test')],
    ['lengths.words', 4, expect.any(Number), expect.stringContaining('sign test')],
  ]);
});

test('promptfoo: its verdict, score and named scores; what failed for an error is not judged', async () => {
  const rows = await rowsOf('promptfoo/b.json');
  expect(rows.map(({ state, scores }) => [state, scores])).toEqual([
    ['scored', { 'promptfoo.pass': 1, 'promptfoo.score': 1, 'metric.right': 1 }],
    ['scored', { 'promptfoo.pass': 1, 'promptfoo.score': 1, 'metric.right': 1 }],
    ['scored', { 'promptfoo.pass': 0, 'promptfoo.score': 0, 'metric.right': 0 }],
    ['failed', {}],
  ]);
  expect(await compare('promptfoo/a.json', 'promptfoo/b.json')).toMatchObject({
    models: ['openai:a', 'openai:b'],
    scores: [
      ['promptfoo.pass', 3, 0, 'paired 0/1'],
      ['promptfoo.score', 3, 0, 'paired 0/1'],
      ['metric.right', 3, 0, 'paired 0/1'],
    ],
  });
});

test('runs of two tools meet by the text that was asked, and scores by their own names', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'assay-sources-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const lines = ['What is 2+2?', 'Capital of France?', '3*3?'].map((question, i) =>
    JSON.stringify({
      doc_id: i,
      doc: { question },
      arguments: { gen_args_0: { arg_0: question } },
      filter: 'none',
      metrics: ['characters'],
      doc_hash: String(i).repeat(64),
      characters: 5,
    }),
  );
  await writeFile(join(folder, 'samples_made_up.jsonl'), `${lines.join('\n')}\n`);
  const lmEval = await openRun(join(folder, 'samples_made_up.jsonl'));
  const inspect = await openRun('inspect/a.json', OUTPUTS);
  const { notes, runs } = await alignRuns([lmEval, inspect]);
  const [baseline, candidate] = runs;
  expect(notes).toEqual(['samples of different tools are paired by the text that was asked']);
  const [before] = [...(await gatherScores(baseline!.rows)).values()];
  const [after] = [...(await gatherScores(candidate!.rows)).values()];
  const shared = [...before!.places.keys()].filter((key) => after!.places.has(key));
  expect(shared).toHaveLength(3);
  const found = compareModels(pairSamples(before!, after!), comparableScores(candidate!.summary.scores));
  expect(
    found
      .filter(({ n }) => n > 0)
      .map(({ algorithm, score, n, difference }) => [`${algorithm}.${score}`, n, difference]),
  ).toEqual([['made_up.characters', 3, -1]]);
});

test.each([
  ['nowhere', 'RUN_NOT_FOUND'],
  ['.', 'RUN_NOT_FOUND'],
  ['README.md', 'DATASET_SYNTAX'],
  ['lm-eval/a/stand-in/results_2026.json', 'RUN_NOT_FOUND'],
])('%s is no run', async (path, code) => {
  await expect(openRun(path, join(OUTPUTS, path === '.' ? 'promptfoo' : ''))).rejects.toMatchObject({ code });
});
