import fc from 'fast-check';
import { expect, it } from 'vitest';
import { lengthBatches } from './length-batches.ts';

const lengths = fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 60 });

it('puts every row in exactly one batch', () => {
  fc.assert(
    fc.property(lengths, fc.integer({ min: 1, max: 200 }), (rows, budget) => {
      const seen = lengthBatches(rows, budget).flat();
      expect([...seen].sort((a, b) => a - b)).toEqual([...rows.keys()]);
    }),
  );
});

it('keeps each batch, padded to its longest row, within the budget unless it is one row', () => {
  fc.assert(
    fc.property(lengths, fc.integer({ min: 1, max: 200 }), (rows, budget) => {
      for (const batch of lengthBatches(rows, budget)) {
        const longest = Math.max(...batch.map((row) => rows[row]!));
        expect(batch.length === 1 || batch.length * longest <= budget).toBe(true);
      }
    }),
  );
});

it('puts rows of like length together', () => {
  expect(lengthBatches([9, 2, 8, 2], 18)).toEqual([
    [1, 3],
    [2, 0],
  ]);
});
