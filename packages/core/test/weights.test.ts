import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGenerator, pairedDifference, weightedMean } from '@assay/metrics';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ALGORITHMS } from '../src/algorithms/algorithm-table.ts';
import { parseConfig, requireValid } from '../src/config/load-config.ts';
import { parseGate } from '../src/config/parse-gate.ts';
import { runEvaluation } from '../src/engine/run-evaluation.ts';
import { planRun } from '../src/plan/plan-run.ts';
import { previewRun } from '../src/plan/preview/preview-run.ts';
import type { ScoreSummary } from '../src/results/summary.ts';
import { checkGates } from '../src/selection/check-gates.ts';
import { comparableScores } from '../src/selection/comparable-scores.ts';
import { compareModels } from '../src/selection/compare-models.ts';
import { driftOf } from '../src/selection/drift.ts';
import { pairSamples } from '../src/selection/sample-pairs.ts';
import { scoredOtherwise } from '../src/selection/score-signatures.ts';
import type { ScoredRun } from '../src/selection/scored-run.ts';

let base: string;
const unused = async () => {
  throw new Error('nothing is opened');
};

beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'assay-weights-'));
});
afterAll(() => rm(base, { recursive: true, force: true }));

interface Row {
  readonly q: string;
  readonly a: string;
  readonly before: string;
  readonly after: string;
  readonly share?: unknown;
  /** A column that says nothing of how much a row counts. */
  readonly weight?: string;
}

function madeUp(rows: number, shareOf: (at: number) => unknown): Row[] {
  const random = createGenerator('weights');
  const answer = (i: number, right: number) => (random.random() < right ? `red word${i}` : 'red thing perhaps');
  return Array.from({ length: rows }, (_, i) => ({
    q: `question ${i}?`,
    a: `red word${i}`,
    before: answer(i, 0.3),
    after: answer(i, 0.7),
    share: shareOf(i),
    weight: `${60 + i} kg`,
  }));
}

const KEYS = ', weight_key: share';

async function planOf(rows: readonly Row[], output: 'before' | 'after', keys = KEYS, more = '') {
  const file = join(base, `${crypto.randomUUID()}.jsonl`);
  await writeFile(file, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  const text = `dataset: { input_data_location: ${file}, model_input_key: q, target_output_key: a, model_output_key: ${output}${keys} }
models: [{ name: m, runner: outputs }]
algorithms: [{ algorithm: qa_accuracy }, { algorithm: translation }]
${more}`;
  const loaded = requireValid(parseConfig(text, join(base, 'config.yaml'), { algorithms: ALGORITHMS }));
  return planRun(loaded, { openRunner: unused, openHelper: unused });
}

async function runOf(rows: readonly Row[], output: 'before' | 'after', keys = KEYS): Promise<ScoredRun> {
  const run = join(base, crypto.randomUUID());
  return (await runEvaluation(await planOf(rows, output, keys), run, {}, new AbortController().signal)).scored;
}

const f1 = ({ summary }: ScoredRun): ScoreSummary => summary.scores.find(({ score }) => score === 'f1_score')!;

async function columnOf(run: ScoredRun): Promise<Float64Array> {
  return (await run.models()).get('m')!.columns.get('qa_accuracy.f1_score')!;
}

describe('a run whose samples have weights', () => {
  const share = (at: number) => [0.5, 1, '2', 4.25, 0][at % 5];
  const weights = Array.from({ length: 60 }, (_, at) => Number(share(at)));

  test('has weighted means with their interval, and says how many samples they count like', async () => {
    const run = await runOf(madeUp(60, share), 'after');
    const expected = weightedMean(await columnOf(run), weights)!;
    const found = f1(run);
    expect(found.value).toBeCloseTo(expected.mean, 14);
    expect(found.interval).toEqual(expected.interval());
    expect(found).toMatchObject({ n: 60, intervalMethod: 'weighted-ends' });
    const squares = weights.reduce((sum, weight) => sum + weight ** 2, 0);
    expect(found.effectiveSamples).toBeCloseTo(weights.reduce((sum, weight) => sum + weight, 0) ** 2 / squares, 10);
    expect(found.signature).toMatch(/\|weighted\|interval:weighted-ends$/);
    const plain = f1(await runOf(madeUp(60, share), 'after', ''));
    expect(plain.value).not.toBe(found.value);
    expect(plain).not.toHaveProperty('effectiveSamples');
    expect(plain.intervalMethod).not.toBe('weighted-ends');
  });

  test('knows no score over the corpus, and says why, in gates too', async () => {
    const run = await runOf(madeUp(60, share), 'after');
    const corpus = run.summary.scores.filter(({ from }) => from === 'aggregate');
    expect(corpus.length).toBeGreaterThan(0);
    for (const each of corpus) expect(each).toMatchObject({ value: null, interval: null, intervalMissing: 'weights' });
    const [gate] = parseGate(`translation.${corpus[0]!.score} lower >= 0`);
    const [held] = await checkGates([gate!], run, async () => undefined);
    expect(held).toMatchObject({ status: 'inconclusive', reason: expect.stringContaining('count by weights') });
  });

  test('is compared by weighted differences, and not with a run that counts otherwise', async () => {
    const rows = madeUp(60, share);
    const [before, after] = [await runOf(rows, 'before'), await runOf(rows, 'after')];
    const columns = [await columnOf(before), await columnOf(after)] as const;
    const differences = columns[1].map((value, at) => value - columns[0][at]!);
    const expected = pairedDifference(differences, { most: 1, weights })!;
    const models = async (run: ScoredRun) => (await run.models()).get('m')!;
    const scores = comparableScores(after.summary.scores);
    const compared = compareModels(pairSamples(await models(before), await models(after)), scores);
    const found = compared.find(({ score }) => score === 'f1_score')!;
    expect(found.difference).toBeCloseTo(expected.difference, 14);
    expect(found.interval![0]).toBeCloseTo(expected.interval()[0], 12);
    expect(found).toMatchObject({ test: 'paired, by weight', verdict: 'better' });
    for (const { score, reason, verdict } of compared)
      if (score === 'bleu') expect([verdict, reason]).toEqual(['cannot tell', expect.stringContaining('weights')]);

    const other = await runOf(
      rows.map((row, at) => ({ ...row, share: 1 + (at % 3) })),
      'after',
    );
    const [first] = compareModels(pairSamples(await models(before), await models(other)), scores);
    expect(first).toMatchObject({
      verdict: 'cannot tell',
      interval: null,
      reason: expect.stringContaining('other weights'),
    });
    const plain = await runOf(rows, 'after', '');
    expect(scoredOtherwise(plain.summary, after.summary, 'qa_accuracy.f1_score')).toContain('weighted');
  });

  test('drifts by weighted means', async () => {
    const rows = madeUp(60, share);
    const models = async (output: 'before' | 'after') => (await (await runOf(rows, output)).models()).get('m')!;
    const [before, after] = [await models('before'), await models('after')];
    const scores = comparableScores((await runOf(rows, 'after')).summary.scores);
    const found = driftOf(before, after, scores).find(({ score }) => score === 'f1_score')!;
    expect(found.baselineMean).toBeCloseTo(
      weightedMean(before.columns.get('qa_accuracy.f1_score')!, weights)!.mean,
      14,
    );
    expect(found.difference).toBeCloseTo(found.currentMean! - found.baselineMean!, 14);
    expect(found.interval![0]).toBeLessThan(found.difference!);
  });

  test('tells what so many samples can tell by what they count like', async () => {
    const signal = new AbortController().signal;
    const preview = async (of: (at: number) => unknown) =>
      (await previewRun(await planOf(madeUp(400, of), 'after'), { signal, probe: 0 })).power;
    const weighted = await preview(share);
    expect(weighted.effectiveSamples).toBeGreaterThan(180);
    expect(weighted.effectiveSamples).toBeLessThan(260);
    const equal = await preview(() => 3);
    expect(equal.effectiveSamples).toBeNull();
    expect(weighted.scores[0]!.difference).toBeGreaterThan(equal.scores[0]!.difference!);
  });
});

test('equal weights are no weights', async () => {
  const [weighted, plain] = [
    await runOf(
      madeUp(30, () => 7),
      'after',
    ),
    await runOf(
      madeUp(30, () => 7),
      'after',
      '',
    ),
  ];
  const { value, interval, intervalMethod } = f1(plain);
  expect(f1(weighted)).toMatchObject({ value, interval, intervalMethod, effectiveSamples: 30 });
});

test('weights that sum to 0 leave nothing known, and no verdict', async () => {
  const rows = madeUp(20, () => 0);
  const [before, after] = [await runOf(rows, 'before'), await runOf(rows, 'after')];
  expect(f1(after)).toMatchObject({ value: null, interval: null, intervalMissing: 'no_weight' });
  const [baseline, candidate] = [(await before.models()).get('m')!, (await after.models()).get('m')!];
  const [first] = compareModels(pairSamples(baseline, candidate), comparableScores(after.summary.scores));
  expect(first).toMatchObject({ verdict: 'cannot tell', reason: expect.stringContaining('sum to 0') });
  const [drift] = driftOf(baseline, candidate, comparableScores(after.summary.scores));
  expect(drift).toMatchObject({
    baselineMean: null,
    verdict: 'cannot tell',
    reason: expect.stringContaining('sum to 0'),
  });
});

test('a row whose weight is no number of at least 0 is a bad row, with its line', async () => {
  const bad = [-1, 'NaN', Number.NaN, 'heavy', '', undefined, 1e200, true];
  const plan = await planOf(
    madeUp(20, (at) => (at < bad.length ? bad[at] : 1)),
    'after',
  );
  const run = join(base, 'bad rows');
  const rows: string[] = [];
  for await (const _ of plan.dataset.samples(({ line, message }) => rows.push(`${line} ${message}`)));
  const { scored } = await runEvaluation(plan, run, {}, new AbortController().signal);
  expect(scored.summary.dataset).toMatchObject({ badRows: bad.length, samples: 12 });
  expect(f1(scored).n).toBe(12);
  expect(rows.length).toBe(bad.length);
  for (const row of rows) expect(row).toContain('weight must be a number of at least 0');
});

test('a column is no weight by its name alone', async () => {
  const run = await runOf(
    madeUp(10, () => 1),
    'after',
    '',
  );
  expect(run.summary.dataset).toMatchObject({ samples: 10, badRows: 0 });
  expect(f1(run)).not.toHaveProperty('effectiveSamples');
});

test('a run that may end early takes no weights', async () => {
  const stop = 'stop_when: { score: qa_accuracy.f1_score, half_width: 0.1 }';
  await expect(
    planOf(
      madeUp(40, () => 1),
      'after',
      KEYS,
      stop,
    ),
  ).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: expect.stringContaining('weight key'),
  });
});

test('a sample keeps its weight in the journal, and its digest whatever its weight', async () => {
  const digestOf = async (weight: number) => {
    const rows = (
      await runOf(
        madeUp(3, () => weight),
        'after',
      )
    ).rows;
    const found: [string, number | undefined][] = [];
    for await (const { digest, weight: own } of rows) found.push([digest, own]);
    return found;
  };
  const [light, heavy] = [await digestOf(1), await digestOf(9)];
  expect(light.map(([digest]) => digest)).toEqual(heavy.map(([digest]) => digest));
  expect(heavy.map(([, weight]) => weight)).toEqual([9, 9, 9]);
});
