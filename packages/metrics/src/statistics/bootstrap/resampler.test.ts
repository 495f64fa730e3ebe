import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createGenerator, sfc32State } from '../../random/create-generator.ts';
import { resampleSums } from './resample-sums.ts';
import { jsResampler, LANES, type Resampler } from './resampler.ts';
import { meanStatistics } from './sufficient-statistics.ts';
import { wasmResampler } from './wasm-resampler.ts';

/** Blocks of doubles of any size, so that the order of additions shows. */
function blocksOf(rows: number, blocks: number, seed: number): Float64Array[] {
  const next = createGenerator(seed);
  return Array.from({ length: blocks }, () =>
    Float64Array.from({ length: rows * LANES }, () => (next.random() - 0.5) * 2 ** Math.floor(60 * next.random())),
  );
}

function drawn(resampler: Resampler, words: number, resamples: number): number[][] {
  try {
    return Array.from({ length: resamples }, () => {
      const sums = new Float64Array(words);
      resampler.draw(sums);
      return [...sums];
    });
  } finally {
    resampler.end();
  }
}

function expectSame(sizes: readonly number[], blocks: number, seed: number, resamples: number): void {
  const rows = sizes.reduce((sum, size) => sum + size, 0);
  const data = blocksOf(rows, blocks, seed);
  const state = () => Int32Array.from(sfc32State(seed));
  const fast = wasmResampler(data, sizes, state());
  expect(fast, 'WebAssembly is needed here').not.toBeNull();
  const words = blocks * LANES;
  expect(drawn(fast!, words, resamples)).toEqual(drawn(jsResampler(data, sizes, state()), words, resamples));
}

test('sums by WebAssembly equal those by JavaScript to the last bit', () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(sizes, fc.integer({ min: 1, max: 3 }), fc.nat(), (strata, blocks, seed) =>
      expectSame(strata, blocks, seed, 4),
    ),
  );
});

test('words that would make some rows likelier are left out by both', () => {
  // About one word in 20,000 is left out: some in each resample.
  const sizes = [200_101, 310_001];
  for (const size of sizes) expect(2 ** 32 % size).toBeGreaterThan(size / 2);
  expectSame(sizes, 2, 3, 2);
});

test('a bootstrap inside of another draws as if it stood alone', () => {
  const inner = () => {
    const sums: number[][] = [];
    resampleSums(meanStatistics([1, 5, 7, 9.5]), 3, 8, undefined, (found) => sums.push([...found]));
    return sums;
  };
  const alone = inner();
  const outer: number[][] = [];
  resampleSums(meanStatistics([0.25, 3, 4]), 5, 1, undefined, (found) => {
    outer.push([...found]);
    expect(inner()).toEqual(alone);
  });
  const again: number[][] = [];
  resampleSums(meanStatistics([0.25, 3, 4]), 5, 1, undefined, (found) => again.push([...found]));
  expect(outer).toEqual(again);
});

test('what throws while it is visited gives the memory back', () => {
  expect(() =>
    resampleSums(meanStatistics([1, 2]), 2, 1, undefined, () => {
      throw new Error('stop');
    }),
  ).toThrow('stop');
  expectSame([3], 1, 1, 1);
});

test('no rows, no columns, and more than fits are left to JavaScript', () => {
  const state = Int32Array.from(sfc32State(1));
  expect(wasmResampler([], [3], state)).toBeNull();
  expect(wasmResampler([new Float64Array(0)], [0], state)).toBeNull();
  expect(wasmResampler([new Float64Array(2 ** 23 + LANES)], [2 ** 21 + 1], state)).toBeNull();
});
