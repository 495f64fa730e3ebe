import fc from 'fast-check';
import { expect, test } from 'vitest';
import { packBatches } from './pack-batches.ts';

const lines = (n: number) => Array.from({ length: n }, (_, i) => ({ customId: String(i), body: '{}' }));
const sizes = (n: number, least: number, requests: number): number[] =>
  packBatches(lines(n), { requests, bytes: Number.POSITIVE_INFINITY, least }).map(({ length }) => length);

test('a rest below the fewest is filled from the batch before it', () => {
  expect(sizes(13, 5, 10)).toEqual([8, 5]);
  expect(sizes(15, 5, 10)).toEqual([10, 5]);
});

test('so few that no batch has the fewest are one batch, for whoever sends it to refuse', () => {
  expect(sizes(3, 5, 10)).toEqual([3]);
});

test('every request is in one batch, in its order, and only a lone batch is below the fewest', () => {
  const given = fc.record({
    n: fc.nat(300),
    least: fc.integer({ min: 1, max: 20 }),
    most: fc.integer({ min: 40, max: 90 }),
  });
  fc.assert(
    fc.property(given, ({ n, least, most }) => {
      const packs = packBatches(lines(n), { requests: most, bytes: Number.POSITIVE_INFINITY, least });
      expect(packs.flat().map(({ customId }) => Number(customId))).toEqual([...lines(n).keys()]);
      for (const pack of packs) expect(pack.length <= most && (pack.length >= least || packs.length === 1)).toBe(true);
    }),
  );
});
