import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Aggregate } from '../algorithms/algorithm.ts';
import { AggregateUnits } from './aggregate-units.ts';

const MOST = 2048;
const sum = {
  scores: {},
  empty: () => 0,
  add: (state: number, value: number) => state + value,
  merge: (one: number, other: number) => one + other,
  result: () => ({}),
} as unknown as Aggregate;

function unitsOf(digests: readonly string[], clusterOf: (at: number) => string | undefined = () => undefined) {
  const units = new AggregateUnits(sum);
  for (const [at, digest] of digests.entries()) units.add(1, digest, clusterOf(at));
  return units;
}

const digests = (count: number, from = 0) => Array.from({ length: count }, (_, at) => `digest ${from + at}`);
const total = (units: AggregateUnits) => units.units().reduce((all, { state }) => all + (state as number), 0);

test('without clusters each sample is a part of its own', () => {
  const units = unitsOf(digests(5));
  expect(units.units()).toEqual(Array(5).fill({ state: 1, size: 1 }));
  expect([units.samples, units.isClustered]).toEqual([5, false]);
});

test('samples of one cluster are one part; a cluster is not the sample of the same name', () => {
  const units = unitsOf(['a', 'b', 'c', 'x'], (at) => (at === 3 ? undefined : at < 2 ? 'x' : 'y'));
  expect(
    units
      .units()
      .map(({ size }) => size)
      .sort(),
  ).toEqual([1, 1, 2]);
  expect([units.samples, units.isClustered, total(units)]).toEqual([4, true, 4]);
});

test('as many parts as allowed stay as they are; one more, and some are taken together', () => {
  const full = unitsOf(digests(MOST));
  expect(full.units()).toHaveLength(MOST);
  expect(full.toJSON().bits).toBe(53);
  full.add(1, 'one more', undefined);
  expect(full.units().length).toBeLessThanOrEqual(MOST);
  expect(full.toJSON().bits).toBeLessThan(53);
  expect([full.samples, total(full)]).toEqual([MOST + 1, MOST + 1]);
});

test('parts are halved only as often as it takes', () => {
  const units = unitsOf(digests(6000));
  const { bits, units: parts } = units.toJSON();
  expect(parts.length).toBeLessThanOrEqual(MOST);
  const finer = new Set(digests(6000).map((digest) => Math.floor(keyOf(digest) / 2 ** (53 - bits - 1))));
  expect(finer.size).toBeGreaterThan(MOST);
  const own = new Set(digests(6000).map((digest) => Math.floor(keyOf(digest) / 2 ** (53 - bits))));
  expect(parts.map(([key]) => key)).toEqual([...own].sort((a, b) => a - b));
});

/** A sample's whole key: that of the only part there is. */
function keyOf(digest: string): number {
  return unitsOf([digest]).toJSON().units[0]![0];
}

test('what is merged, through JSON and whatever is coarser, is what one would have added', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 3000 }),
      fc.integer({ min: 0, max: 3000 }),
      fc.boolean(),
      (count, cut, grouped) => {
        const all = digests(count);
        const clusterOf = (at: number) => (grouped && at % 3 === 0 ? `c${at % 7}` : undefined);
        const whole = unitsOf(all, clusterOf);
        const at = Math.min(cut, count);
        const first = unitsOf(all.slice(0, at), clusterOf);
        const rest = unitsOf(all.slice(at), (place) => clusterOf(at + place));
        for (const [one, other] of [
          [first, rest],
          [rest, first],
        ] as const) {
          const merged = new AggregateUnits(sum);
          for (const part of [one, other]) merged.merge(JSON.parse(JSON.stringify(part.toJSON())));
          expect(merged.toJSON()).toEqual(whole.toJSON());
          expect([merged.samples, merged.isClustered]).toEqual([whole.samples, whole.isClustered]);
        }
      },
    ),
    { numRuns: 8 },
  );
});

test('parts come in the order of their keys, however they were added', () => {
  const [there, back] = [digests(300), digests(300).reverse()].map((each) => unitsOf(each).toJSON().units);
  expect(there).toEqual(back);
  expect(there!.map(([key]) => key)).toEqual(there!.map(([key]) => key).sort((a, b) => a - b));
  const weighed = new AggregateUnits(sum);
  for (const [at, digest] of digests(300).entries()) weighed.add(at, digest, undefined);
  expect(weighed.units().map(({ state }) => state)).toEqual(weighed.toJSON().units.map(([, , state]) => state));
});
