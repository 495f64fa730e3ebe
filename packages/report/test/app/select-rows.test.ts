import fc from 'fast-check';
import { expect, test } from 'vitest';
import { filterOf, filterValues, type RowFilter } from '../../app/filter/row-filter.ts';
import { orderBy } from '../../app/filter/row-order.ts';
import { selectRows } from '../../app/filter/select-rows.ts';
import type { PageIndex } from '../../src/rows/page-data.ts';

/** Two models over the samples, the second model's rows in reverse. */
function indexOf(
  first: readonly (number | null)[],
  second: readonly (number | null)[],
  better: 'higher' | 'lower' | { target: number } = 'higher',
): PageIndex {
  const n = first.length;
  const values = [...first, ...second.toReversed()];
  const column = (of: (value: number | null, row: number) => number) => Float64Array.from(values, of);
  return {
    rows: 2 * n,
    chunkStarts: [0],
    chunkCharacters: [2],
    models: ['A', 'B'],
    states: ['scored', 'failed'],
    categories: ['x', 'y'],
    model: column((_, row) => (row < n ? 0 : 1)),
    state: column((value) => (value === null ? 1 : 0)),
    category: column((_, row) => (row % 3) - 1),
    sample: column((_, row) => (row < n ? row : 2 * n - 1 - row)),
    elapsedMs: column((value) => (value === null ? Number.NaN : value * 10)),
    length: column((_, row) => row % 4),
    cut: column((_, row) => (row === 1 ? 1 : 0)),
    sureness: column((_, row) => (row === 0 ? Number.NaN : 1 - row / 10)),
    scores: [{ key: 'a.s', better, values: column((value) => value ?? Number.NaN) }],
    scoreKeys: ['a.s'],
    columns: [],
    judges: null,
  };
}

const filterWith = (index: PageIndex, change: Partial<RowFilter>): RowFilter => ({
  ...filterOf(new URLSearchParams(), index, { lead: { baseline: 0, candidate: 1 } }),
  ...change,
});
const pick = (index: PageIndex, change: Partial<RowFilter>, matches: Uint8Array | null = null) => [
  ...selectRows(index, filterWith(index, change), matches).rows,
];

test('without a filter every row is there, by sample and then by model', () => {
  expect(pick(indexOf([0.1, 0.2], [0.3, 0.4]), {})).toEqual([0, 3, 1, 2]);
});

test('worst first follows the direction of the score, and rows without it come last', () => {
  const first = [0.5, null, 0.1];
  const second = [0.9, 0.3, null];
  const values = (index: PageIndex, rows: number[]) => rows.map((row) => index.scores[0]!.values![row]);
  const higher = indexOf(first, second);
  const lower = indexOf(first, second, 'lower');
  const target = indexOf(first, second, { target: 0.5 });
  expect(values(higher, pick(higher, { order: 'worst' }))).toEqual([0.1, 0.3, 0.5, 0.9, Number.NaN, Number.NaN]);
  expect(values(higher, pick(higher, { order: 'best' }))).toEqual([0.9, 0.5, 0.3, 0.1, Number.NaN, Number.NaN]);
  expect(values(lower, pick(lower, { order: 'worst' }))).toEqual([0.9, 0.5, 0.3, 0.1, Number.NaN, Number.NaN]);
  expect(values(target, pick(target, { order: 'best' }))[0]).toBe(0.5);
});

test('models differ most: the sample with the widest spread comes first, its models together', () => {
  const index = indexOf([0.5, 0.9, 0.4], [0.6, 0.1, null]);
  expect(pick(index, { order: 'differ' }).map((row) => index.sample[row])).toEqual([1, 1, 0, 0, 2, 2]);
});

test('a range leaves out rows without the score', () => {
  const index = indexOf([0.5, null], [0.6, 0.1]);
  expect(pick(index, { from: 0.2 }).map((row) => index.scores[0]!.values![row])).toEqual([0.5, 0.6]);
  expect(pick(index, { to: 0.2 }).map((row) => index.scores[0]!.values![row])).toEqual([0.1]);
});

test('filters agree with a plain reading of the rows', () => {
  const value = fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: null });
  const values = fc.array(value, { minLength: 5, maxLength: 5 });
  const filter = fc.record({
    model: fc.integer({ min: -1, max: 1 }),
    state: fc.integer({ min: -1, max: 1 }),
    category: fc.integer({ min: -1, max: 1 }),
    from: value,
    to: value,
    order: fc.constantFrom('sample', 'worst', 'best', 'differ', 'slowest'),
  });
  fc.assert(
    fc.property(values, values, filter, (first, second, change) => {
      const index = indexOf(first, second);
      const expected = Array.from(index.sample, (_, row) => row).flatMap((row) => {
        const score = index.scores[0]!.values![row]!;
        const passes =
          (change.model < 0 || index.model[row] === change.model) &&
          (change.state < 0 || index.state[row] === change.state) &&
          (change.category < 0 || index.category[row] === change.category) &&
          (change.from === null || score >= change.from) &&
          (change.to === null || score <= change.to);
        return passes ? [row] : [];
      });
      expect(pick(index, change as Partial<RowFilter>).sort((a, b) => a - b)).toEqual(expected);
    }),
  );
});

test('orders agree with a plain sort: by the score, then by sample and model, rows without a score last', () => {
  const value = fc.option(fc.constantFrom(0, -0, 0.25, 0.5, 1), { nil: null });
  const values = fc.array(value, { minLength: 7, maxLength: 7 });
  fc.assert(
    fc.property(values, values, fc.constantFrom('worst', 'best'), (first, second, order) => {
      const index = indexOf(first, second);
      const sign = order === 'worst' ? 1 : -1;
      const cost = (row: number) => {
        const score = index.scores[0]!.values![row]!;
        return Number.isNaN(score) ? 9 : sign * score;
      };
      const plain = Array.from({ length: index.rows }, (_, row) => row).sort(
        (a, b) => cost(a) - cost(b) || index.sample[a]! - index.sample[b]! || index.model[a]! - index.model[b]!,
      );
      expect(pick(index, { order: order as RowFilter['order'] })).toEqual(plain);
    }),
  );
});

test.each([
  ['whole numbers close together', (row: number) => (row * 7919) % 9001],
  ['whole numbers far apart', (row: number) => ((row * 7919) % 9001) * 1e6],
  ['negative ones and fractions', (row: number) => ((row * 7919) % 9001) / 3 - 1000],
  ['whole numbers with rows that have none', (row: number) => (row % 5 === 0 ? Number.NaN : (row * 7919) % 9001)],
])('orders of many values agree with a plain sort: %s', (_, keyOf) => {
  const keys = Float64Array.from({ length: 10_000 }, (_value, row) => keyOf(row));
  const index = indexOf(Array(5000).fill(0), Array(5000).fill(0));
  const rank = (row: number) => (Number.isNaN(keys[row]) ? Infinity : keys[row]!);
  const natural = [...orderBy(index, index.sample)];
  const plain = natural.toSorted((a, b) => (rank(a) === rank(b) ? 0 : rank(a) - rank(b)));
  expect([...orderBy(index, keys)]).toEqual(plain);
});

test('fixed and broken are the samples that the candidate answers better or worse, the largest change first', () => {
  const first = [0, 1, 0.5, 0.2, null];
  const second = [1, 0, 0.6, 0.2, 1];
  const index = indexOf(first, second);
  const samples = (change: Partial<RowFilter>) => pick(index, change).map((row) => index.sample[row]);
  expect(samples({ list: 'fixed' })).toEqual([0, 2]);
  expect(samples({ list: 'broken' })).toEqual([1]);
  const { rows, gains } = selectRows(index, filterWith(index, { list: 'fixed' }), null);
  expect([...rows].map((row) => gains![row])).toEqual([1, expect.closeTo(0.1)]);
  const lower = indexOf(first, second, 'lower');
  expect(pick(lower, { list: 'fixed' }).map((row) => lower.sample[row])).toEqual([1]);
  // With the sides exchanged what was fixed is broken.
  expect(samples({ list: 'broken', baseline: 1, candidate: 0 })).toEqual([0, 2]);
});

test('the other lists: disagreeing, worst, longest, cut and unscored rows, and those whose judge was unsure', () => {
  const index = indexOf([0.5, 0.9, 0.4], [0.5, 0.1, null]);
  expect(pick(index, { list: 'disagree' }).map((row) => index.sample[row])).toEqual([1, 1]);
  expect(pick(index, { list: 'worst' }).map((row) => index.scores[0]!.values![row])).toEqual([0.1, 0.4, 0.5, 0.5, 0.9]);
  expect(pick(index, { list: 'longest' }).map((row) => index.length[row])).toEqual([3, 2, 1, 1]);
  expect(pick(index, { list: 'cut' })).toEqual([1]);
  expect(pick(index, { list: 'unsure' })).toEqual([5, 4, 3]);
  expect(pick(index, { list: 'unscored' }).map((row) => index.scores[0]!.values![row])).toEqual([Number.NaN]);
});

test('what the address says of the list reads back', () => {
  const index = indexOf([0.5, 0.9], [0.6, 0.1]);
  const filter = filterWith(index, {
    ...{ text: 'a&b=c#%', part: 'output', model: 1, state: 0, category: 1, from: 0.2, to: null },
    ...{ order: 'worst', list: 'broken', baseline: 1, candidate: 0 },
  });
  expect(filterOf(new URLSearchParams(filterValues(filter, index)), index)).toEqual(filter);
  const nonsense = new URLSearchParams('only=C&state=no&from=x&order=up&list=none&score=z');
  expect(filterOf(nonsense, index)).toEqual(filterOf(new URLSearchParams(), index));
});
