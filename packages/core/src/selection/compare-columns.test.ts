import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ScoreSpec } from '../algorithms/algorithm.ts';
import type { ColumnBlock } from '../results/run-columns.ts';
import type { Comparison } from '../results/summary.ts';
import type { ComparableScore } from './comparable-scores.ts';
import { areSummable, compareColumns, type PrepareColumns } from './compare-columns.ts';
import { compareEachPair } from './compare-models.ts';
import { type ModelScores, modelScores } from './model-scores.ts';

const spec: ScoreSpec = { range: [0, 1], better: 'higher', kind: 'bounded', summary: '' };
const marked = { ...spec, primary: true } as const;
const MODELS = ['x', 'y', 'z'];
const KEYS = ['a.s', 'a.t'];

/** By sample and model: its scores; undefined where the model has no such sample, NaN where it has no score. */
type Table = readonly (readonly (readonly number[] | undefined)[])[];

const value = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(0, 0.25, 0.5, 1) },
  { weight: 1, arbitrary: fc.constant(Number.NaN) },
);
const cell = fc.option(fc.tuple(value, value), { nil: undefined, freq: 8 });
const tables: fc.Arbitrary<Table> = fc.array(fc.tuple(cell, cell, cell), { minLength: 1, maxLength: 40 });

async function* blocksOf(table: Table, size: number): AsyncGenerator<ColumnBlock> {
  for (let first = 0; first < table.length; first += size) {
    const rows = table.slice(first, first + size);
    const models = MODELS.map((model, m) => {
      const scores = KEYS.map((key, s) => [key, Float64Array.from(rows, (row) => row[m]?.[s] ?? Number.NaN)] as const);
      const there = Uint8Array.from(rows, (row) => Number(row[m] !== undefined));
      return [model, { scores: new Map(scores), ...(there.includes(0) ? { there } : {}) }] as const;
    });
    yield { samples: Float64Array.from(rows, (_, at) => first + at), models: new Map(models) };
  }
}

function inMemory(table: Table, prepare: PrepareColumns = (columns) => columns): ModelScores[] {
  return MODELS.map((model, m) => {
    const samples = table.flatMap((row, index) => {
      const own = row[m];
      if (own === undefined) return [];
      const scores = Object.fromEntries(KEYS.flatMap((key, s) => (Number.isNaN(own[s]!) ? [] : [[key, own[s]!]])));
      return [{ index, digest: `${index}`, category: null, cluster: null, scores }];
    });
    const found = modelScores(model, samples);
    return { ...found, columns: prepare(found.columns, found.rows.length) };
  });
}

const rounded = (comparisons: readonly Comparison[]) =>
  comparisons.map(({ adjustedInterval, adjustedPValue, ...rest }) => ({
    ...rest,
    adjusted: [...(adjustedInterval ?? []), adjustedPValue ?? -1].map((found) => Number(found.toPrecision(8))),
  }));

const scores = (s: ScoreSpec, t: ScoreSpec): ComparableScore[] => [
  { algorithm: 'a', score: 's', spec: s },
  { algorithm: 'a', score: 't', spec: t },
];

test.each([
  ['both judged', scores(marked, marked)],
  ['one judged', scores(spec, marked)],
  ['none marked', scores(spec, spec)],
  ['lower is better', scores({ ...marked, better: 'lower' }, spec)],
] as const)('pairs summed up block by block are those compared in memory: %s', async (_, wanted) => {
  await fc.assert(
    fc.asyncProperty(
      tables,
      fc.integer({ min: 1, max: 50 }),
      fc.constantFrom(undefined, 0.9),
      async (table, size, confidence) => {
        const options = { models: MODELS, samples: table.length, algorithms: [], confidence };
        const found = await compareColumns(blocksOf(table, size), wanted, options);
        expect(rounded(found)).toEqual(rounded(compareEachPair(inMemory(table), wanted, { confidence })));
      },
    ),
    { numRuns: 15 },
  );
});

const some: Table = Array.from({ length: 30 }, (_, at) => [
  [(at % 4) / 4, 0.5],
  [Math.min(1, (at % 4) / 4 + 0.25), at % 2],
  [1, (at % 3) / 2],
]);

test('scores may be made of the columns first, of each block and of all at once alike', async () => {
  const prepare: PrepareColumns = (columns, rows) => {
    const [s, t] = KEYS.map((key) => columns.get(key)!);
    return new Map([['made.sum', Float64Array.from({ length: rows }, (_, at) => (s![at]! + t![at]!) / 2)]]);
  };
  const wanted: ComparableScore[] = [{ algorithm: 'made', score: 'sum', spec: marked }];
  const options = { models: MODELS, samples: some.length, algorithms: [], prepare };
  const found = await compareColumns(blocksOf(some, 7), wanted, options);
  expect(found).toHaveLength(3);
  expect(rounded(found)).toEqual(rounded(compareEachPair(inMemory(some, prepare), wanted)));
});

test('of too many values nothing is kept of what scores have in common: they are adjusted by Holm', async () => {
  const options = { models: MODELS, algorithms: [] };
  const few = await compareColumns(blocksOf(some, 30), scores(marked, marked), { ...options, samples: 2 ** 26 / 6 });
  const many = await compareColumns(blocksOf(some, 30), scores(marked, marked), { ...options, samples: 2 ** 26 });
  const widths = (all: readonly Comparison[]) =>
    all.map(({ adjustedInterval }) => adjustedInterval![1] - adjustedInterval![0]);
  for (const [at, width] of widths(many).entries()) expect(width).toBeGreaterThanOrEqual(widths(few)[at]! - 1e-12);
  expect(widths(many)).not.toEqual(widths(few));
});

test('a score over the corpus is left to others, and a model that a block lacks has none of its samples', async () => {
  const wanted: ComparableScore[] = [...scores(marked, spec), { algorithm: 'a', score: 'c', spec, from: 'aggregate' }];
  async function* blocks(): AsyncGenerator<ColumnBlock> {
    for await (const block of blocksOf(some, 15)) {
      const models = new Map(block.models);
      if (block.samples[0] === 15) models.delete('y');
      yield { ...block, models };
    }
  }
  const found = await compareColumns(blocks(), wanted, { models: ['x', 'y'], samples: 30, algorithms: [] });
  expect(found.map(({ score, n, leftOut }) => [score, n, leftOut!.onlyBaseline, leftOut!.onlyCandidate])).toEqual([
    ['s', 15, 15, 0],
    ['t', 15, 15, 0],
  ]);
  expect(found[1]).toMatchObject({ verdict: null, family: 0 });
});

test('sums are enough for bounded scores with a direction, and for figures that no sample adds to', () => {
  const aggregate = (corpus?: () => never) => ({
    scores: { c: {} as never },
    ...(corpus === undefined ? {} : { corpus }),
  });
  const algorithms = [
    {
      label: 'a',
      aggregates: { known: aggregate(() => ({}) as never), plain: { ...aggregate(), scores: { d: {} as never } } },
    },
  ] as never;
  const of = (score: string, changes: Partial<ScoreSpec> = {}, from: 'mean' | 'aggregate' = 'mean') =>
    areSummable([{ algorithm: 'a', score, spec: { ...spec, ...changes }, from }], algorithms);
  expect([of('s'), of('s', { better: 'lower' }), of('s', { range: [0, Number.POSITIVE_INFINITY] })]).toEqual([
    true,
    true,
    false,
  ]);
  expect(of('s', { better: { target: 0.5 } })).toBe(false);
  expect([of('c', {}, 'aggregate'), of('d', {}, 'aggregate'), areSummable([], algorithms)]).toEqual([
    false,
    true,
    true,
  ]);
});
