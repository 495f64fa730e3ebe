import { createGenerator } from '@assay/metrics';
import { expect, test } from 'vitest';
import { ALGORITHMS } from '../algorithms/algorithm-table.ts';
import { instantiateAlgorithm } from '../algorithms/instantiate.ts';
import { parseGate } from '../config/parse-gate.ts';
import type { SampleRecord } from '../journal/journal-record.ts';
import { Accumulator } from '../results/accumulator.ts';
import { summariseModel } from '../results/summarise.ts';
import type { ScoreSummary, Summary } from '../results/summary.ts';
import { checkGates } from './check-gates.ts';
import { comparableScores } from './comparable-scores.ts';
import { compareEachPair } from './compare-models.ts';
import { modelScores, type ScoredSample } from './model-scores.ts';
import { ScoredRun } from './scored-run.ts';
import { selectAmong } from './select-model.ts';

const algorithm = ALGORITHMS.get('llm_judge')!;
const instance = instantiateAlgorithm('llm_judge', algorithm, algorithm.options.parse({ judge: 'any', swap: false }));

interface Judged {
  readonly right: number;
  /** Chance that the judge passes a wrong answer. */
  readonly lenient: number;
  readonly labelled: number;
  readonly n?: number;
  readonly clusters?: number;
  readonly human?: (label: string) => string;
}

/** What a run holds of a model's samples; the first of them have a human label. */
function records({ right, lenient, labelled, n = 400, clusters, human = (label) => label }: Judged): SampleRecord[] {
  const random = createGenerator(7);
  return Array.from({ length: n }, (_, index): SampleRecord => {
    const isRight = random.random() < right;
    const said = isRight || random.random() < lenient ? 'correct' : 'incorrect';
    const answers = new Map([['original', { kind: 'generate', text: 'An answer.', elapsedMs: 0 } as const]]);
    const label = index < labelled ? { human_label: human(isRight ? 'correct' : 'incorrect') } : {};
    const sample = { index, digest: `d${index}`, features: { model_input: 'q', ...label }, record: {} };
    const outcome = algorithm.score(
      { sample, answers, helpers: new Map([['first', { kind: 'judge', text: said }]]) },
      instance.options,
    );
    const grouped = clusters === undefined ? {} : { cluster: `c${index % clusters}` };
    const outcomes = { llm_judge: JSON.parse(JSON.stringify(outcome)) as typeof outcome };
    return { kind: 'sample', model: 'm', sample: index, digest: sample.digest, state: 'scored', outcomes, ...grouped };
  });
}

function figures(name: string, given: readonly SampleRecord[]): readonly ScoreSummary[] {
  const accumulator = new Accumulator([instance]);
  for (const record of given) accumulator.add(record);
  return summariseModel(name, 'r', accumulator, [instance]).scores.map((row) =>
    row.score === 'judge_score' ? { ...row, spec: { ...row.spec, primary: true } } : row,
  );
}

function figure(name: string, judged: Judged): ScoreSummary {
  return figures('m', records(judged)).find(({ score }) => score === name)!;
}

test('a lenient judge is far off, labels and the corrected score are not, and the corrected one is narrower', () => {
  const judged = { right: 0.6, lenient: 0.5, labelled: 80 };
  const judge = figure('judge_score', judged);
  expect(judge.interval![0]).toBeGreaterThan(0.7);
  const corrected = figure('corrected_score', judged);
  const labels = figure('human_score', judged);
  const width = ({ interval }: ScoreSummary) => interval![1] - interval![0];
  for (const { interval } of [corrected, labels]) {
    expect(interval![0]).toBeLessThan(0.6);
    expect(interval![1]).toBeGreaterThan(0.6);
  }
  expect(width(corrected)).toBeLessThan(width(labels));
  expect([corrected.n, labels.n, corrected.intervalMethod]).toEqual([400, 80, 'corrected']);
  expect(corrected.correction!.labelled).toBe(80);
  expect(corrected.correction!.lambda).toBeGreaterThan(0.3);
  expect(figure('judge_slope', judged).interval![0]).toBeGreaterThan(0);
});

test('without labels, or with labels of other words, nothing is known of what humans say, and why is said', () => {
  const none = figure('corrected_score', { right: 0.6, lenient: 0.5, labelled: 0 });
  expect([none.value, none.interval, none.intervalMissing, none.n]).toEqual([null, null, 'no_labels', 0]);
  const judged = { right: 0.6, lenient: 0.5, labelled: 20, human: () => 'splendid' };
  expect(figure('corrected_score', judged).intervalMissing).toBe('no_labels');
  expect(figure('human_unread', judged).value).toBe(20);
});

test('neither order nor parts change a bit of the corrected score', () => {
  const all = records({ right: 0.7, lenient: 0.3, labelled: 60 });
  const whole = figures('m', all);
  expect(figures('m', all.toReversed())).toEqual(whole);
  const [first, second] = [new Accumulator([instance]), new Accumulator([instance])];
  for (const [at, record] of all.entries()) (at % 3 === 0 ? first : second).add(record);
  first.merge(JSON.parse(JSON.stringify(second)));
  const merged = summariseModel('m', 'r', first, [instance]).scores;
  expect(merged.map(({ value, interval }) => [value, interval])).toEqual(
    whole.map(({ value, interval }) => [value, interval]),
  );
});

test('samples in clusters make the interval wider', () => {
  const judged = { right: 0.7, lenient: 0.3, labelled: 200 };
  const [low, high] = figure('corrected_score', judged).interval!;
  const [from, to] = figure('corrected_score', { ...judged, clusters: 10 }).interval!;
  expect(to - from).toBeGreaterThan(high - low);
  expect(figure('judge_slope', { ...judged, clusters: 10 }).intervalMissing).toBe('clusters');
});

const samplesOf = (given: readonly SampleRecord[]) =>
  given.map(
    ({ sample: index, digest, outcomes }): ScoredSample => ({
      index,
      digest,
      category: null,
      cluster: null,
      scores: {
        'llm_judge.judge_score': (outcomes.llm_judge as { scores: Record<string, number> }).scores.judge_score!,
      },
      statistics: { llm_judge: (outcomes.llm_judge as { statistics: Record<string, unknown> }).statistics },
    }),
  );

/** Two models of which the judge likes the second, and humans do not. */
function favoured(labelled: number): ScoredRun {
  const plain = records({ right: 0.7, lenient: 0.1, labelled });
  const flattering = records({ right: 0.5, lenient: 0.8, labelled });
  const scores = [...figures('plain', plain), ...figures('flattering', flattering)];
  const states = { scored: 400, unscored: 0, truncated: 0, refused: 0, failed: 0, timed_out: 0, skipped: 0 };
  const models = ['plain', 'flattering'].map((name) => ({ name, runner: 'r', states, promptTokens: 0, newTokens: 0 }));
  const gathered = new Map([
    ['plain', modelScores('plain', samplesOf(plain), [instance])],
    ['flattering', modelScores('flattering', samplesOf(flattering), [instance])],
  ]);
  const summary = { models, scores } as unknown as Summary;
  const manifest = { configFile: 'c.yaml' } as unknown as ScoredRun['manifest'];
  return new ScoredRun({ manifest, summary, rows: (async function* () {})() }, async () => gathered);
}

test('a judge that favours a model decides alone where there are no labels, and is overruled by them', async () => {
  const verdicts = async (labelled: number) => {
    const run = favoured(labelled);
    const compared = compareEachPair([...(await run.models()).values()], comparableScores(run.summary.scores));
    return compared.filter(({ verdict }) => verdict !== null);
  };
  const [alone, ...none] = await verdicts(0);
  expect([alone!.score, alone!.verdict, none.length]).toEqual(['judge_score', 'better', 0]);
  const [corrected, ...others] = await verdicts(150);
  expect([corrected!.score, corrected!.verdict, others.length]).toEqual(['corrected_score', 'worse', 0]);
  expect(corrected!.reason).toContain('150 of 400 samples have a human label for both models');
  expect(corrected!.adjustedInterval![1]).toBeLessThan(0);
});

test('selection and gates take the corrected score in place of the judge’s, and say so', async () => {
  const run = favoured(150);
  const models = await run.models();
  expect(selectAmong(run.summary, models).model).toBe('plain');
  expect(selectAmong(run.summary, models, { score: 'judge_score' }).score).toBe('llm_judge.corrected_score');
  expect(selectAmong(favoured(0).summary, await favoured(0).models()).model).toBe('flattering');
  const gates = parseGate('llm_judge.judge_score lower >= 0.75');
  const told = await checkGates(gates, run, async () => undefined);
  expect(told.map(({ model, status }) => [model, status])).toEqual([
    ['plain', 'failed'],
    ['flattering', 'failed'],
  ]);
  expect(told[0]!.reason).toContain('corrected by 150 human labels');
  const alone = await checkGates(gates, favoured(0), async () => undefined);
  expect(alone.map(({ status }) => status)).toEqual(['failed', 'passed']);
});
