import fc from 'fast-check';
import { expect, it } from 'vitest';
import { KvCache } from './kv-cache.ts';

const SHAPE = { layers: 1, heads: 2, headSize: 3 };

it('keeps each slot’s columns through any changes of slots and columns', () => {
  const size = fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 200 }));
  fc.assert(
    fc.property(fc.array(size, { minLength: 1, maxLength: 8 }), fc.nat(), (sizes, seed) => {
      const cache = new KvCache(SHAPE, 'float32');
      /** What each slot is to hold, a number for each token. */
      let rows: number[][] = [];
      sizes.forEach(([slots, columns], step) => {
        cache.reserve(slots, columns);
        expect(cache.slots).toBeGreaterThanOrEqual(slots);
        expect(cache.columns).toBeGreaterThanOrEqual(columns);
        rows = rows.slice(0, slots).map((row) => row.slice(0, columns));
        for (let slot = 0; slot < slots; slot++) {
          rows[slot] ??= [];
          while (rows[slot]!.length < columns) {
            const value = (seed % 1000) + step * 10_000 + slot * 1000 + rows[slot]!.length;
            const token = Float32Array.from({ length: 2 * 2 * 3 }, (_, i) => value + i / 16);
            cache.writeToken(slot, rows[slot]!.length, token, 0);
            rows[slot]!.push(value);
          }
        }
        rows.forEach((row, slot) => {
          const [keys, values] = cache.snapshot(slot, row.length);
          row.forEach((value, column) => {
            for (let head = 0; head < 2; head++) {
              const at = (head * row.length + column) * 3;
              expect(keys![at]).toBeCloseTo(value + (head * 3) / 16, 2);
              expect(values![at + 2]).toBeCloseTo(value + (6 + head * 3 + 2) / 16, 2);
            }
          });
        });
      });
    }),
    { numRuns: 60 },
  );
});

it('grows within large buffers, and gives memory back when far less is needed', () => {
  const cache = new KvCache({ layers: 8, heads: 8, headSize: 128 }, 'float32');
  cache.reserve(4, 64);
  const [first] = cache.buffers;
  cache.reserve(4, 96);
  cache.reserve(4, 128);
  expect(cache.buffers[0]).toBe(first);
  cache.reserve(1, 10);
  expect(cache.buffers[0]!.length).toBeLessThan(first!.length / 4);
  cache.views.set('view', 1);
  cache.clear();
  expect([cache.bytes, cache.buffers[0]!.length, cache.views.size]).toEqual([0, 0, 0]);
});
