import { boundedInteger, checkBound, checkChoice } from './bounded-integer.ts';
import { hashSeed } from './hash-seed.ts';
import type { RandomGenerator } from './random-generator.ts';

/**
 * The default generator: Chris Doty-Humphrey's sfc32 (128 bits of state, period at least 2^32 and about 2^127
 * on average, passes PractRand), about 2 ns a word. The stream is part of the contract: it does not change
 * between versions.
 * @param seed any number or string; take {@link hashSeed} for independent streams
 * @see https://pracrand.sourceforge.net
 */
export function createGenerator(seed: number | string): RandomGenerator {
  return generatorOf(sfc32(seed));
}

/**
 * The bare stream of 32-bit words of {@link createGenerator}.
 * @see {@link sfc32State} for kernels that keep the state in registers
 */
export function sfc32(seed: number | string): () => number {
  let [a, b, c, counter] = sfc32State(seed);
  return () => {
    const word = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + word) | 0;
    return word >>> 0;
  };
}

/** a, b, c and counter of sfc32 before its first word. */
export function sfc32State(seed: number | string): [number, number, number, number] {
  const first = hashSeed('sfc32', seed);
  const second = hashSeed('sfc32, second half', seed);
  let a = first | 0;
  let b = Math.floor(first / 2 ** 32) | 0;
  let c = second | 0;
  let counter = 1;
  // The author's number of rounds until close seeds have nothing in common.
  for (; counter <= 15; counter++) {
    const word = (((a + b) | 0) + counter) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + word) | 0;
  }
  return [a, b, c, counter];
}

function generatorOf(nextUint32: () => number): RandomGenerator {
  const random = () => ((nextUint32() >>> 5) * 67108864 + (nextUint32() >>> 6)) / 9007199254740992;
  const integers = (n: number): number => {
    checkBound(n);
    if (n < 2 ** 32) return boundedInteger(nextUint32, n);
    // 53 random bits, rejected above the last whole multiple of n.
    const limit = 2 ** 53 - (2 ** 53 % n);
    for (;;) {
      const value = random() * 2 ** 53;
      if (value < limit) return value % n;
    }
  };
  const shuffle = <T>(array: T[]): T[] => {
    for (let i = array.length - 1; i > 0; i--) {
      const j = integers(i + 1);
      const kept = array[i]!;
      array[i] = array[j]!;
      array[j] = kept;
    }
    return array;
  };
  const permutation = (n: number) => shuffle(Array.from({ length: n }, (_, i) => i));
  const choice = (n: number, size: number, replace = true): number[] => {
    checkChoice(n, size, replace);
    if (replace) return Array.from({ length: size }, () => integers(n));
    return shuffle(floydSample(n, size, integers));
  };
  return { random, integers, choice, shuffle, permutation };
}

/** Floyd's sample: a random set of `size` of [0, n) in O(size) memory. */
function floydSample(n: number, size: number, integers: (n: number) => number): number[] {
  const chosen = new Set<number>();
  for (let j = n - size; j < n; j++) {
    const candidate = integers(j + 1);
    chosen.add(chosen.has(candidate) ? j : candidate);
  }
  return [...chosen];
}
