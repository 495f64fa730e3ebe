import { createGenerator, Moments } from '@assay/metrics';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { type Aggregate, defineAlgorithm, type ScoreSpec } from '../algorithms/algorithm.ts';
import { shareFigure } from '../algorithms/class-figures.ts';
import { classificationAccuracy } from '../algorithms/classification-accuracy.ts';
import { instantiateAlgorithm } from '../algorithms/instantiate.ts';
import { translation } from '../algorithms/translation.ts';
import { parseGate } from '../config/parse-gate.ts';
import type { SampleRecord } from '../journal/journal-record.ts';
import { scoreOne } from '../scoring/score-sample.ts';
import { checkGates } from '../selection/check-gates.ts';
import { ScoredRun } from '../selection/scored-run.ts';
import { Accumulator } from './accumulator.ts';
import { INTERVAL_METHODS, NO_INTERVAL } from './interval-words.ts';
import { summariseModel } from './summarise.ts';
import type { RunView, ScoreSummary, Summary } from './summary.ts';

const share: Aggregate<readonly [number, number], readonly [number, number]> = {
  scores: { micro: { range: [0, 1], better: 'higher', kind: 'bounded', summary: '' } },
  empty: () => [0, 0],
  add: ([a, b], [c, d]) => [a + c, b + d],
  merge: ([a, b], [c, d]) => [a + c, b + d],
  result: ([hits, of]) => ({ micro: of === 0 ? null : hits / of }),
  corpus: (units) => ({ micro: shareFigure(units) }),
};
const bounded: ScoreSpec = { range: [0, 1], better: 'higher', kind: 'bounded', summary: '' };
const seconds: ScoreSpec = { ...bounded, range: [0, Number.POSITIVE_INFINITY], kind: 'real' };
const measured = defineAlgorithm({
  name: 'measured',
  summary: '',
  options: z.strictObject({}),
  needs: () => [],
  scores: () => ({ graded: bounded, seconds }),
  aggregates: () => ({ share: share as Aggregate }),
  score: () => ({ scores: { graded: 1.4, seconds: 1 } }),
  signature: () => 'measured|v1',
});
const instances = [instantiateAlgorithm('measured', measured, {})];

function record(sample: number, graded: number, cluster?: string): SampleRecord {
  const statistics = { share: [Math.round(10 * graded), 10] };
  return {
    kind: 'sample',
    model: 'm',
    sample,
    digest: `digest ${sample}`,
    state: 'scored',
    outcomes: { measured: { scores: { graded, seconds: 1 + graded }, statistics } },
    ...(cluster === undefined ? {} : { cluster }),
  };
}

function accumulated(records: readonly SampleRecord[]): Accumulator {
  const accumulator = new Accumulator(instances);
  for (const each of records) accumulator.add(each);
  return accumulator;
}

const noBaseline = () => Promise.reject(new Error('no baseline'));
const summaryOf = (records: readonly SampleRecord[]) =>
  summariseModel('m', 'test', accumulated(records), instances).scores;
const named = (scores: readonly ScoreSummary[], name: string) => scores.find(({ score }) => score === name)!;

test('two perfect samples do not pass a gate at 0.99, and hundreds do', async () => {
  const gates = parseGate('measured.graded lower >= 0.99');
  const passes = async (n: number) => {
    const scores = summaryOf(Array.from({ length: n }, (_, at) => record(at, 1)));
    const summary = { models: [{ name: 'm' }], scores, comparisons: [] } as unknown as Summary;
    return (await checkGates(gates, new ScoredRun({ summary } as RunView), noBaseline)).every(
      ({ status }) => status === 'passed',
    );
  };
  expect(await passes(2)).toBe(false);
  expect(await passes(400)).toBe(true);
});

test('every figure has an interval or says why it has none', () => {
  for (const records of [
    [],
    [record(0, 0.4)],
    [record(0, 1), record(1, 1)],
    Array.from({ length: 9 }, (_, at) => record(at, at / 9)),
    Array.from({ length: 9 }, (_, at) => record(at, at / 9, 'one passage')),
    Array.from({ length: 9 }, (_, at) => record(at, at / 9, `passage ${at % 3}`)),
  ]) {
    for (const { interval, intervalMethod, intervalMissing, value } of summaryOf(records)) {
      expect(interval === null).toBe(intervalMissing !== undefined);
      if (interval === null) {
        expect(NO_INTERVAL).toHaveProperty(intervalMissing!);
        continue;
      }
      expect(INTERVAL_METHODS).toHaveProperty(intervalMethod!);
      expect(interval[1]).toBeGreaterThan(interval[0]);
      expect(value).toBeGreaterThanOrEqual(interval[0]);
      expect(value).toBeLessThanOrEqual(interval[1]);
    }
  }
});

test('one cluster is the whole range; one sample of a corpus score has no interval', () => {
  const one = summaryOf(Array.from({ length: 5 }, (_, at) => record(at, at / 5, 'a')));
  expect(named(one, 'graded')).toMatchObject({ interval: [0, 1], intervalMethod: 'one-cluster', standardError: null });
  expect(named(one, 'micro')).toMatchObject({ interval: [0, 1], intervalMethod: 'one-cluster' });
  expect(named(summaryOf([record(0, 0.5)]), 'micro')).toMatchObject({ interval: null, intervalMissing: 'one_sample' });
  const unscored = { ...record(0, 0), outcomes: { measured: { unscored: 'empty_output' } } };
  for (const row of summaryOf([unscored])) expect(row).toMatchObject({ value: null, intervalMissing: 'no_samples' });
});

test('a mean without bounds has no interval, and its median does not move for one huge value', () => {
  const records = Array.from({ length: 30 }, (_, at) => record(at, at / 30));
  const slow = { ...record(30, 0.5), outcomes: { measured: { scores: { graded: 0.5, seconds: 1e9 } } } };
  const [usual, shaken] = [records, [...records, slow]].map((each) => named(summaryOf(each), 'seconds'));
  expect(usual).toMatchObject({ interval: null, intervalMissing: 'unbounded' });
  expect(usual!.median!.value).toBeCloseTo(1.483, 2);
  expect(shaken!.value).toBeGreaterThan(1e7);
  expect(shaken!.median!.interval![1]).toBeLessThan(2);
  expect(shaken!.p95!.interval).toBeNull();
});

test('neither order, nor shards, nor a resume from JSON change a bit, with more samples than parts', () => {
  const random = createGenerator(5);
  for (const clusters of [undefined, 40]) {
    const records = Array.from({ length: 5000 }, (_, at) =>
      record(at, Math.round(100 * random.random()) / 100, clusters === undefined ? undefined : `c${at % clusters}`),
    );
    const whole = summaryOf(records);
    const shuffled = random.permutation(records.length).map((at) => records[at]!);
    const merged = new Accumulator(instances);
    for (const [from, to] of [
      [0, 17],
      [17, 2900],
      [2900, 5000],
    ]) {
      merged.merge(JSON.parse(JSON.stringify(accumulated(shuffled.slice(from, to)).toJSON())));
    }
    expect(summariseModel('m', 'test', merged, instances).scores).toEqual(whole);
    expect(summaryOf(shuffled)).toEqual(whole);
    expect(merged.toJSON().cells[0]!.units![0]![1].units.length).toBeLessThanOrEqual(2048);
    const { value, interval } = named(whole, 'micro');
    const width = interval![1] - interval![0];
    const plain = 3.92 * Moments.of(records.map((each) => gradedOf(each))).standardError()!;
    if (clusters === undefined) expect(width / plain).toBeCloseTo(1, 0);
    expect(value).toBeGreaterThan(interval![0]);
  }
});

function gradedOf({ outcomes }: SampleRecord): number {
  const outcome = outcomes.measured!;
  return 'scores' in outcome ? outcome.scores.graded! : Number.NaN;
}

test('parts of an earlier version leave a corpus score without an interval', () => {
  const { cells, ...rest } = accumulated([record(0, 0.5), record(1, 0.7)]).toJSON();
  const old = cells.map(({ units: _units, ...cell }) => cell);
  const merged = new Accumulator(instances);
  merged.merge({ ...rest, cells: old });
  const { scores } = summariseModel('m', 'test', merged, instances);
  expect(named(scores, 'micro')).toMatchObject({ value: 0.6, interval: null, intervalMissing: 'no_method' });
});

test('a score outside its range is refused where it enters', () => {
  const sample = { features: {} } as never;
  const outcome = scoreOne(instances[0]!, sample, new Map(), new Map());
  expect(outcome).toEqual({ unscored: 'score_invalid', detail: 'graded is 1.4, outside of 0 … 1' });
});

test('corpus BLEU, chrF and TER, macro recall and precision have intervals around their values', () => {
  const answers = new Map([['original', { kind: 'generate', text: 'the cat sat on a mat', elapsedMs: 1 } as const]]);
  const references = ['the cat sat on the mat', 'a dog ran over the hill', 'the cat sat on a mat today'];
  for (const algorithm of [translation, classificationAccuracy]) {
    const options = algorithm.options.parse({}) as never;
    const own = [instantiateAlgorithm('own', algorithm as never, options)];
    const accumulator = new Accumulator(own);
    for (const [at, target] of references.entries()) {
      const features = {
        model_input: 'x',
        target_output: algorithm === translation ? target : ['cat', 'dog'][at % 2]!,
      };
      const outcome = algorithm.score({ sample: { features } as never, answers, helpers: new Map() }, options);
      accumulator.add({ ...record(at, 1), outcomes: { own: outcome } });
    }
    const { scores } = summariseModel('m', 'test', accumulator, own);
    const corpus = scores.filter(({ from, spec }) => from === 'aggregate' && spec.kind !== 'real');
    expect(corpus.length).toBeGreaterThan(1);
    for (const { value, interval, intervalMethod } of corpus) {
      expect(intervalMethod).toBe('pseudo-jackknife');
      expect(interval![0]).toBeLessThanOrEqual(value!);
      expect(interval![1]).toBeGreaterThanOrEqual(value!);
    }
  }
});
