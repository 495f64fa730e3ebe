import fc from 'fast-check';
import { expect, it } from 'vitest';
import { KvCache } from './kv-cache.ts';

const SHAPE = { layers: 1, heads: 2, headSize: 3 };

const near = (found: number, expected: number) => Math.abs(found - expected) < 0.005;

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
          const wrong = row.flatMap((value, column) => {
            const at = [0, 1].map((head) => (head * row.length + column) * 3);
            const key = at.every((start, head) => near(keys![start]!, value + (head * 3) / 16));
            return key && at.every((start, head) => near(values![start + 2]!, value + (6 + head * 3 + 2) / 16))
              ? []
              : [column];
          });
          expect(wrong).toEqual([]);
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

it('keeps layers of other shapes, and states, which move with their slots', () => {
  const each = [
    { heads: 2, headSize: 3 },
    { heads: 1, headSize: 5 },
  ];
  const states = [
    { size: 4, element: 'float32' },
    { size: 2, element: 'float16' },
  ] as const;
  const cache = new KvCache({ layers: 2, heads: 2, headSize: 3, each }, 'float32', states);
  expect([cache.bytesPerToken, cache.bytesOf(3, 10)]).toEqual([2 * (6 + 5) * 4, 3 * (10 * 88 + 16 + 4)]);
  cache.reserve(2, 3);
  const token = (from: number) => Float32Array.from({ length: 22 }, (_, i) => from + i);
  for (let column = 0; column < 3; column++) cache.writeToken(1, column, token(100 * column), 0);
  cache.states.write(0, 1, Float32Array.of(0, 0, 0, 0, 1, 2, 3, 4), 1);
  cache.states.write(1, 1, Uint16Array.of(7, 8), 0);
  cache.reserve(9, 70);
  cache.copySlot(1, 8, 3);
  const kept = cache.snapshot(8, 3);
  expect(kept[2]).toEqual(Float32Array.from([0, 1, 2].flatMap((c) => [12, 13, 14, 15, 16].map((i) => 100 * c + i))));
  expect(kept.slice(4)).toEqual([Float32Array.of(1, 2, 3, 4), Uint16Array.of(7, 8)]);
  cache.states.write(0, 1, Float32Array.of(9, 9, 9, 9), 0);
  cache.restore(kept, 3, 0, 3);
  expect(cache.snapshot(0, 3)).toEqual(kept);
});
