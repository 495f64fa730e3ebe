import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chiSquaredSf } from '../statistics/special/incomplete-gamma.ts';
import { boundedInteger, multiplyHigh } from './bounded-integer.ts';
import { createGenerator, sfc32 } from './create-generator.ts';
import { hashSeed } from './hash-seed.ts';
import { numpyGenerator } from './numpy-generator.ts';
import { Pcg64 } from './pcg64.ts';
import type { RandomGenerator } from './random-generator.ts';
import { seedSequence } from './seed-sequence.ts';

const NUMPY = {
  permutation: [3, 4, 2, 7, 6, 1, 5, 0],
  wide: [94177347887, 975622351636, 761139701990],
  word: [2995172878, 3081541440],
  tail: [18704, 15924, 16399],
};
const PINNED = { seed: 1284528098341158, stream: [0.06708691177750525, 51, 0.639068664083587] };

/** Chi-squared p-value of counts that should be equal. */
function uniformity(counts: readonly number[]): number {
  const expected = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  const statistic = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  return chiSquaredSf(statistic, counts.length - 1);
}

/** PCG64 in whole numbers: the slow twin. */
function slowPcg64(seed: bigint): () => bigint {
  const words = seedSequence(seed, 8);
  const wide = (i: number) => (BigInt(words[i + 1]!) << 32n) | BigInt(words[i]!);
  const mask = (1n << 128n) - 1n;
  const increment = ((((wide(4) << 64n) | wide(6)) << 1n) | 1n) & mask;
  const step = (state: bigint) => (state * 0x2360ed051fc65da44385df649fccf645n + increment) & mask;
  let state = step((step(0n) + ((wide(0) << 64n) | wide(2))) & mask);
  return () => {
    state = step(state);
    const folded = (state >> 64n) ^ (state & 0xffffffffffffffffn);
    const rotation = state >> 122n;
    return ((folded >> rotation) | (folded << (64n - rotation))) & 0xffffffffffffffffn;
  };
}

const makers: [string, (seed: number) => RandomGenerator][] = [
  ['createGenerator', createGenerator],
  ['numpyGenerator', numpyGenerator],
];

describe.each(makers)('%s', (_, make) => {
  test('the same seed gives the same stream, another seed another', () => {
    const stream = (seed: number) => {
      const random = make(seed);
      return Array.from({ length: 20 }, () => random.random());
    };
    expect(stream(7)).toEqual(stream(7));
    expect(stream(7)).not.toEqual(stream(8));
  });

  test('random and integers are uniform', () => {
    const random = make(11);
    const reals = new Array<number>(64).fill(0);
    const wholes = new Array<number>(60).fill(0);
    let outside = 0;
    for (let i = 0; i < 60000; i++) {
      const real = random.random();
      if (!(real >= 0 && real < 1)) outside++;
      reals[Math.floor(real * 64)]!++;
      wholes[random.integers(60)]!++;
    }
    expect(outside).toBe(0);
    expect(uniformity(reals)).toBeGreaterThan(1e-4);
    expect(uniformity(wholes)).toBeGreaterThan(1e-4);
  });

  test('each of the 24 orders of four is equally likely', () => {
    const random = make(5);
    const counts = new Map<string, number>();
    for (let i = 0; i < 24000; i++) {
      const order = random.shuffle([0, 1, 2, 3]).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(24);
    expect(uniformity([...counts.values()])).toBeGreaterThan(1e-4);
  });

  test('a choice without replacement has distinct indices, each equally likely', () => {
    const random = make(2);
    const counts = new Array<number>(9).fill(0);
    for (let i = 0; i < 9000; i++) {
      const chosen = random.choice(9, 3, false);
      expect(new Set(chosen).size).toBe(3);
      for (const index of chosen) counts[index]!++;
    }
    expect(uniformity(counts)).toBeGreaterThan(1e-4);
    expect(random.choice(5, 5, false).sort()).toEqual([0, 1, 2, 3, 4]);
    expect(random.permutation(6).sort()).toEqual([0, 1, 2, 3, 4, 5]);
    expect(random.choice(3, 50).every((index) => index >= 0 && index < 3)).toBe(true);
  });

  test('refuses bounds it cannot serve', () => {
    const random = make(0);
    for (const n of [0, -1, 1.5, 2 ** 54, Number.NaN]) expect(() => random.integers(n)).toThrow(RangeError);
    expect(() => random.choice(3, 4, false)).toThrow(RangeError);
    expect(() => random.choice(0, 1)).toThrow(RangeError);
    expect(random.choice(0, 0)).toEqual([]);
    expect(random.integers(1)).toBe(0);
  });

  test('whole numbers beyond 32 bits stay below their bound', () => {
    const random = make(3);
    for (const n of [2 ** 32, 2 ** 32 + 1, 2 ** 40 + 7, 2 ** 53]) {
      let largest = 0;
      for (let i = 0; i < 200; i++) largest = Math.max(largest, random.integers(n));
      expect(largest).toBeLessThan(n);
      expect(largest).toBeGreaterThan(n * 0.9);
    }
  });
});

test('the 32-bit PCG64 equals its twin in whole numbers', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 2n ** 200n }), (seed) => {
      const fast = new Pcg64(seed);
      const slow = slowPcg64(seed);
      for (let i = 0; i < 10; i++) expect(fast.nextUint64()).toBe(slow());
    }),
    { numRuns: 50 },
  );
});

test('permutation, wide integers and the tail shuffle agree with numpy 2.4.6', () => {
  // np.random.default_rng(42): permutation(8), integers(0, 10**12, 3), integers(0, 2**32, 2), choice(20000, 500, False)[:3]
  const random = numpyGenerator(42);
  expect(random.permutation(8)).toEqual(NUMPY.permutation);
  expect([0, 1, 2].map(() => random.integers(10 ** 12))).toEqual(NUMPY.wide);
  expect([0, 1].map(() => random.integers(2 ** 32))).toEqual(NUMPY.word);
  expect(random.choice(20000, 500, false).slice(0, 3)).toEqual(NUMPY.tail);
});

test('a generator goes on where another of its seed was saved, a spare half word included', () => {
  const first = numpyGenerator(5);
  first.integers(10);
  first.random();
  const saved = first.save();
  const draws = (generator: RandomGenerator) => [generator.integers(7), generator.random(), generator.integers(1000)];
  const expected = draws(first);
  const second = numpyGenerator(5);
  second.restore(saved);
  expect(draws(second)).toEqual(expected);
  second.restore(saved);
  expect(draws(second)).toEqual(expected);
});

test('multiplyHigh is the upper half of the 64-bit product', () => {
  const word = fc.integer({ min: 0, max: 0xffffffff });
  fc.assert(
    fc.property(word, word, (a, b) => {
      expect(multiplyHigh(a, b)).toBe(Number((BigInt(a) * BigInt(b)) >> 32n));
    }),
  );
});

test('a word in the biased zone is drawn again', () => {
  // 2^32 = 5 · 858993459 + 1: only the word 0 is biased for n = 5.
  const words = [0, 4294967295];
  expect(boundedInteger(() => words.shift()!, 5)).toBe(4);
  expect(words).toEqual([]);
});

describe('hashSeed', () => {
  test('is a whole number of 53 bits which does not change between versions', () => {
    expect(hashSeed(7, 'a1b2', 'butter_finger', 0)).toBe(PINNED.seed);
    const random = createGenerator(7);
    expect([random.random(), random.integers(100), random.random()]).toEqual(PINNED.stream);
  });

  test('tells apart how the parts are cut and what type they have', () => {
    const seeds = [hashSeed('ab', 'c'), hashSeed('a', 'bc'), hashSeed('abc'), hashSeed(1), hashSeed('1'), hashSeed()];
    expect(new Set(seeds).size).toBe(seeds.length);
    expect(hashSeed(-0)).toBe(hashSeed(0));
  });

  test('close parts give seeds that have nothing in common', () => {
    const seen = new Set<number>();
    const ones = new Array<number>(53).fill(0);
    for (let i = 0; i < 20000; i++) {
      const seed = hashSeed(1234, i);
      expect(Number.isSafeInteger(seed) && seed >= 0).toBe(true);
      seen.add(seed);
      let rest = BigInt(seed);
      for (let bit = 0; bit < 53; bit++, rest >>= 1n) ones[bit]! += Number(rest & 1n);
    }
    expect(seen.size).toBe(20000);
    // Standard deviation of each count is 71.
    for (const count of ones) expect(Math.abs(count - 10000)).toBeLessThan(400);
  });

  test('streams of neighbouring seeds are uncorrelated', () => {
    let sum = 0;
    for (let seed = 0; seed < 5000; seed++) {
      const a = sfc32(seed)() / 2 ** 32 - 0.5;
      const b = sfc32(seed + 1)() / 2 ** 32 - 0.5;
      sum += a * b;
    }
    // Each product has standard deviation 1/12.
    expect(Math.abs(sum)).toBeLessThan((5 * Math.sqrt(5000)) / 12);
  });
});
