import fc from 'fast-check';
import { expect, test } from 'vitest';
import { derivedMetrics } from './derived-metrics.ts';

const F1 = [
  { name: 'f1', value: '2 * hits / (2 * hits + wrong)' },
  { name: 'twice', value: 'f1 * 2' },
  { name: 'share', value: 'hits / __count' },
];
const aggregate = derivedMetrics(F1, (name) => name);
const over = (rows: readonly object[]) =>
  rows.reduce((state: unknown, row) => aggregate.add(state, row), aggregate.empty());

test('formulas go over sums of metrics, in turn, and over the number of samples', () => {
  const state = over([{ hits: 1, wrong: 0 }, { hits: 0, wrong: 2 }, { hits: 2 }, {}]);
  expect(aggregate.result(state)).toEqual({ f1: 0.75, twice: 1.5, share: 0.75 });
});

test('a formula that gives no number has no figure, nor has one that needs it', () => {
  expect(aggregate.result(over([{}]))).toEqual({ f1: null, twice: null, share: null });
  expect(aggregate.result(aggregate.empty())).toEqual({ f1: null, twice: null, share: null });
});

test('parts merged in any order are the whole, to the bit and through JSON', () => {
  const row = fc.record({
    hits: fc.double({ noNaN: true, min: -1e6, max: 1e6 }),
    wrong: fc.double({ noNaN: true, min: 0, max: 1 }),
  });
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 30 }), fc.nat(), (rows, cut) => {
      const at = cut % rows.length;
      const parts = [over(rows.slice(at)), over(rows.slice(0, at))].map((part) => JSON.parse(JSON.stringify(part)));
      expect(aggregate.result(aggregate.merge(parts[0], parts[1]))).toEqual(aggregate.result(over(rows)));
    }),
  );
});

test('figures have the names of scores, and no interval', () => {
  const dotted = derivedMetrics([{ name: 'a.b', value: '1 + 1' }], (name) => name.replaceAll('.', '_'));
  expect(Object.keys(dotted.scores)).toEqual(['a_b']);
  expect(dotted.result(dotted.empty())).toEqual({ a_b: 2 });
  expect(dotted.corpus?.([])).toEqual({ a_b: { kind: 'none', why: 'no_method' } });
});
