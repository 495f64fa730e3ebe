import { Moments } from '@assay/metrics';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { type Aggregate, defineAlgorithm, type ScoreSpec } from '../algorithms/algorithm.ts';
import { shareFigure } from '../algorithms/class-figures.ts';
import type { CorpusFigure } from '../algorithms/corpus-figure.ts';
import { instantiateAlgorithm } from '../algorithms/instantiate.ts';
import type { SampleRecord } from '../journal/journal-record.ts';
import { Accumulator } from './accumulator.ts';
import { AggregateUnits } from './aggregate-units.ts';
import type { ScoreCell } from './score-cell.ts';
import { corpusInterval, meanInterval, missing, sequenceInterval } from './score-interval.ts';
import { type StopFigures, summariseModel } from './summarise.ts';
import type { StopSummary } from './summary.ts';
import { ValueCounts } from './value-counts.ts';

const spec = (range: ScoreSpec['range']): ScoreSpec => ({ range, better: 'higher', kind: 'bounded', summary: '' });

function cellOf(values: readonly number[], clusterOf?: (at: number) => string): ScoreCell {
  const clusters = new Map<string, Moments>();
  for (const [at, value] of values.entries()) {
    if (clusterOf === undefined) continue;
    const sum = clusters.get(clusterOf(at)) ?? new Moments();
    clusters.set(clusterOf(at), sum);
    sum.add(value);
  }
  return { moments: Moments.of(values), histogram: null, clusters, weights: new Map(), counts: null };
}

const pair: Aggregate<readonly [number, number], readonly [number, number]> = {
  scores: { micro: spec([0, 1]) },
  empty: () => [0, 0],
  add: ([a, b], [c, d]) => [a + c, b + d],
  merge: ([a, b], [c, d]) => [a + c, b + d],
  result: ([hits, of]) => ({ micro: of === 0 ? null : hits / of }),
  corpus: (units) => ({ micro: shareFigure(units) }),
};

function unitsOf(rows: readonly (readonly [number, number])[], clusterOf?: (at: number) => string): AggregateUnits {
  const units = new AggregateUnits(pair as Aggregate);
  for (const [at, row] of rows.entries()) units.add(row, `${at}`, clusterOf?.(at));
  return units;
}

test('clusters of one sample each are no clusters: Student and Blaker as without', () => {
  const values = [0, 0.25, 0.5, 1];
  const alone = meanInterval(cellOf(values), spec([0, 1]), 0.95);
  expect(meanInterval(cellOf(values, String), spec([0, 1]), 0.95)).toEqual(alone);
  expect(alone.standardError).toBeCloseTo(Moments.of(values).standardError()!, 15);
  const grouped = meanInterval(
    cellOf(values, (at) => `c${at >> 1}`),
    spec([0, 1]),
    0.95,
  );
  expect(grouped.intervalMethod).toBe('cluster-ends');
  expect(grouped.standardError).not.toBe(alone.standardError);
});

test('a score of one possible value, outside its range or without bounds has no interval, and says why', () => {
  expect(meanInterval(cellOf([1, 1]), spec([1, 1]), 0.95)).toMatchObject({ intervalMissing: 'no_range' });
  expect(meanInterval(cellOf([0.5, 1.5]), spec([0, 1]), 0.95)).toMatchObject({ intervalMissing: 'out_of_range' });
  expect(meanInterval(cellOf([]), spec([0, 1]), 0.95)).toMatchObject({ intervalMissing: 'no_samples' });
  for (const range of [[Number.NEGATIVE_INFINITY, 3] as const, [0, Number.POSITIVE_INFINITY] as const]) {
    expect(meanInterval(cellOf([1, 2]), spec(range), 0.95)).toMatchObject({
      interval: null,
      intervalMissing: 'unbounded',
    });
  }
  const negative = meanInterval(cellOf([-3, -2, -2.5]), spec([-4, -1]), 0.95);
  expect(negative.interval![0]).toBeGreaterThanOrEqual(-4);
  expect(negative.interval![1]).toBeLessThanOrEqual(-1);
});

test('another fault than a score outside its range is not swallowed', () => {
  const broken = { ...cellOf([0.5]), moments: undefined } as unknown as ScoreCell;
  expect(() => meanInterval(broken, spec([0, 1]), 0.95)).toThrow(TypeError);
  const torn = cellOf([0.5, 0.7]);
  Object.defineProperty(torn.moments, 'mean', {
    value: () => {
      throw new Error('torn');
    },
  });
  expect(() => meanInterval(torn, spec([0, 1]), 0.95)).toThrow('torn');
});

test('quantiles need counts of all samples, by cluster and weight where samples have any', () => {
  const values = Array.from({ length: 80 }, (_, at) => at + 1);
  const range = spec([0, Number.POSITIVE_INFINITY]);
  const counted = (n: number, clusterOf?: (at: number) => string, isCounted = true) => {
    const counts = new ValueCounts();
    for (const [at, value] of values.slice(0, n).entries())
      counts.add(value, isCounted ? { cluster: clusterOf?.(at) } : {});
    return meanInterval({ ...cellOf(values, clusterOf), counts }, range, 0.95);
  };
  expect(counted(80).median!.value).toBe(40.5);
  expect(counted(80).p95!.value).toBeGreaterThan(counted(80).median!.value);
  expect(counted(80).p95!.interval![1]).toBeGreaterThanOrEqual(counted(80).p95!.value);
  const pairs = counted(80, (at) => `c${at >> 1}`).median!;
  expect(pairs.value).toBe(40);
  const width = ([low, high]: readonly [number, number]) => high - low;
  expect(width(pairs.interval!)).toBeGreaterThan(1.2 * width(counted(80).median!.interval!));
  expect(counted(80, () => 'all').median).toEqual({ value: 40, interval: null });
  for (const unknown of [counted(79), counted(0), counted(80, (at) => `c${at >> 1}`, false)]) {
    expect(unknown).not.toHaveProperty('median');
    expect(unknown).not.toHaveProperty('p95');
  }
});

test('a figure over the corpus says why it has no interval, the nearest reason first', () => {
  const rows = unitsOf([
    [1, 2],
    [2, 2],
  ]);
  const figure: CorpusFigure = shareFigure([
    [1, 2],
    [2, 2],
  ]);
  const why = (changes: object) =>
    corpusInterval({ value: 0.75, figure, units: rows, confidence: 0.95, ...changes }).intervalMissing;
  expect(why({})).toBeUndefined();
  expect(why({ figure: { kind: 'none', why: 'count' }, units: unitsOf([]), value: null })).toBe('count');
  expect(why({ units: unitsOf([]), value: null })).toBe('no_samples');
  expect(why({ value: null })).toBe('undefined');
  expect(why({ figure: undefined })).toBe('no_method');
  expect(why({ units: undefined })).toBe('no_method');
  expect(why({ units: unitsOf([[1, 2]]) })).toBe('one_sample');
});

test('the jackknife weighs parts by their samples, and two clusters are enough', () => {
  const hits = [
    [1, 2],
    [2, 2],
    [0, 2],
    [1, 2],
  ] as const;
  const whole = corpusInterval({ value: 0.5, figure: shareFigure(hits), units: unitsOf(hits), confidence: 0.95 });
  expect(whole.intervalMethod).toBe('pseudo-jackknife');
  expect(whole.standardError).toBeGreaterThan(0);
  expect(whole.interval![0]).toBeLessThan(0.5);
  const two = unitsOf(hits, (at) => (at < 2 ? 'a' : 'b'));
  const sums = two.units().map(({ state }) => state as readonly [number, number]);
  const grouped = corpusInterval({ value: 0.5, figure: shareFigure(sums), units: two, confidence: 0.95 });
  expect(grouped.intervalMethod).toBe('pseudo-jackknife');
  const wider = corpusInterval({ value: 0.5, figure: shareFigure(sums), units: two, confidence: 0.99 });
  expect(wider.interval![1] - wider.interval![0]).toBeGreaterThanOrEqual(grouped.interval![1] - grouped.interval![0]);
});

test('an area under the ROC curve has DeLong’s interval, and none where samples come in clusters', () => {
  const figure: CorpusFigure = { kind: 'ranking', negative: [0.1, 0.4, 0.35], positive: [0.8, 0.3, 0.9] };
  const rows = Array.from({ length: 6 }, () => [1, 1] as const);
  const area = corpusInterval({ value: 7 / 9, figure, units: unitsOf(rows), confidence: 0.95 });
  expect(area).toMatchObject({ intervalMethod: 'delong', standardError: expect.any(Number) });
  expect(area.interval![0]).toBeLessThan(7 / 9);
  expect(area.standardError!).toBeGreaterThan(0.01);
  expect(area.standardError!).toBeLessThan(0.5);
  const grouped = unitsOf(rows, (at) => `c${at % 3}`);
  expect(corpusInterval({ value: 7 / 9, figure, units: grouped, confidence: 0.95 })).toMatchObject({
    interval: null,
    intervalMissing: 'clusters',
  });
});

test('a run that may end early has its sequence’s interval, or says that the scores decided', () => {
  const sequence = { n: 2, lower: 0.2, upper: 0.7, add: () => ({ lower: 0, upper: 1 }) };
  expect(sequenceInterval(cellOf([0, 1]), sequence)).toEqual({
    ...{ interval: [0.2, 0.7], intervalMethod: 'sequence' },
    standardError: Moments.of([0, 1]).standardError(),
  });
  expect(sequenceInterval(cellOf([0, 1]), undefined)).toMatchObject({ intervalMissing: 'early_stop', interval: null });
  expect(sequenceInterval(cellOf([0, 1]), undefined).standardError).toBe(0.5);
  expect(sequenceInterval(cellOf([]), undefined)).toMatchObject({ intervalMissing: 'no_samples' });
  expect(missing('count')).toEqual({
    ...{ interval: null, intervalMethod: null },
    intervalMissing: 'count',
    standardError: null,
  });
});

const counted: Aggregate = {
  ...{ scores: { many: spec([0, 9]) }, empty: () => 0, add: (sum) => (sum as number) + 1 },
  ...{ merge: (a, b) => (a as number) + (b as number), result: (sum) => ({ many: sum as number }) },
  corpus: () => ({ many: { kind: 'none', why: 'count' } }),
};
const silent: Aggregate = {
  ...{ scores: { quiet: spec([0, 9]) }, empty: () => 0, add: () => 1, merge: () => 1, result: () => ({}) },
};
const mixed = defineAlgorithm({
  name: 'mixed',
  summary: '',
  options: z.strictObject({}),
  needs: () => [],
  scores: () => ({ mark: spec([0, 1]), rare: spec([0, 1]) }),
  aggregates: () => ({ pair: pair as Aggregate, counted, silent }),
  score: () => ({ unscored: 'unused' }),
  signature: () => 'mixed|v1',
});
const instances = [instantiateAlgorithm('mixed', mixed, {})];

function summarised(records: readonly Partial<SampleRecord>[], stop?: StopFigures) {
  const accumulator = new Accumulator(instances);
  for (const [sample, changes] of records.entries())
    accumulator.add({
      ...{ kind: 'sample', model: 'm', sample, digest: `${sample}`, state: 'scored' },
      outcomes: {
        mixed: {
          scores: { mark: sample / 4, ...(sample === 0 ? { rare: 1 } : {}) },
          statistics: { pair: [1, 2], counted: 1, silent: 1 },
        },
      },
      ...changes,
    });
  return summariseModel('m', 'test:1', accumulator, instances, stop);
}

test('figures over the corpus count the samples of the score that most have, and have no histogram', () => {
  const { model, scores } = summarised([{ promptTokens: 3 }, { newTokens: 4 }, {}]);
  expect(model).toMatchObject({ name: 'm', runner: 'test:1', promptTokens: 3, newTokens: 4 });
  expect(model).not.toHaveProperty('stop');
  expect(scores.map(({ score, n, from, value }) => [score, n, from, value])).toEqual([
    ['mark', 3, 'mean', 0.25],
    ['rare', 1, 'mean', 1],
    ['micro', 3, 'aggregate', 0.5],
    ['many', 3, 'aggregate', 3],
    ['quiet', 3, 'aggregate', null],
  ]);
  const [mark, , micro, many, quiet] = scores;
  expect(mark).toMatchObject({
    confidence: 0.95,
    signature: expect.stringMatching(/^mixed\|v1(\|interval:[a-z-]+)?$/),
    algorithm: 'mixed',
    category: null,
  });
  expect(mark!.histogram).toMatchObject({ from: 0, to: 1 });
  expect([micro!.histogram, many!.histogram]).toEqual([null, null]);
  expect([micro, many, quiet].map((row) => row!.intervalMissing)).toEqual([undefined, 'count', 'undefined']);
});

test('reasons come by name', () => {
  const reasons = ['failed', 'empty_output', 'unparseable', 'failed'];
  const { scores } = summarised(reasons.map((unscored) => ({ outcomes: { mixed: { unscored } } })));
  expect(Object.entries(scores[0]!.unscored)).toEqual([
    ['empty_output', 1],
    ['failed', 2],
    ['unparseable', 1],
  ]);
});

test('a run that may end early has the confidence of its stop, and sequences for means alone', () => {
  const stop = {
    summary: () => ({ confidence: 0.9 }) as StopSummary,
    sequence: (_algorithm: string, _category: string | null, score: string) =>
      score === 'mark' ? { n: 3, lower: 0.1, upper: 0.4, add: () => ({ lower: 0, upper: 1 }) } : undefined,
  };
  const { model, scores } = summarised([{}, {}, {}], stop);
  expect(model.stop).toEqual({ confidence: 0.9 });
  expect(scores.map(({ confidence }) => confidence)).toEqual(Array(5).fill(0.9));
  expect(scores[0]).toMatchObject({ interval: [0.1, 0.4], intervalMethod: 'sequence' });
  expect(scores.slice(1).map(({ intervalMissing }) => intervalMissing)).toEqual([
    ...['early_stop', 'early_stop', 'count', 'early_stop'],
  ]);
});

test('two clusters are enough for a standard error', () => {
  const cell = cellOf([0, 0.5, 0.5, 1], (at) => `c${at >> 1}`);
  const { standardError } = meanInterval(cell, spec([0, 1]), 0.95);
  expect(standardError).toBeGreaterThan(0);
});
