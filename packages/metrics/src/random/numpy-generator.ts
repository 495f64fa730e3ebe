import { boundedInteger, checkBound, checkChoice, maskedInteger } from './bounded-integer.ts';
import { Pcg64 } from './pcg64.ts';
import type { RandomGenerator } from './random-generator.ts';

/** Where numpy changes from Floyd's sample to a tail shuffle. */
const TAIL_SHUFFLE_FROM = 10000;
const TAIL_SHUFFLE_FRACTION = 50;

/** A generator that can go back to where it was. */
export interface RestorableGenerator extends RandomGenerator {
  /** Six words that say where in its stream it stands. */
  save(): Uint32Array;
  /** @param saved by a generator of the same seed */
  restore(saved: Uint32Array): void;
}

/**
 * numpy's `default_rng(seed)`, bit for bit: random, integers, choice, shuffle, permutation.
 * For compatibility with references; {@link createGenerator} is faster.
 * @param seed whole, at least 0
 * @see https://github.com/numpy/numpy/blob/main/numpy/random/_generator.pyx
 */
export function numpyGenerator(seed: number | bigint): RestorableGenerator {
  const source = new Pcg64(seed);
  const nextUint32 = () => source.nextUint32();
  const integers = (n: number): number => {
    checkBound(n);
    if (n === 1) return 0;
    if (n < 2 ** 32) return boundedInteger(nextUint32, n);
    if (n === 2 ** 32) return nextUint32();
    return wideInteger(source, BigInt(n));
  };
  const swapDown = <T>(array: T[], first: number, below: (n: number) => number): T[] => {
    for (let i = array.length - 1; i >= first; i--) {
      const j = below(i + 1);
      const kept = array[i]!;
      array[i] = array[j]!;
      array[j] = kept;
    }
    return array;
  };
  const shuffleTail = <T>(array: T[], first: number) => swapDown(array, first, integers);
  // Unlike choice, numpy's shuffle draws by masked words.
  const shuffle = <T>(array: T[]) => swapDown(array, 1, (n) => maskedInteger(nextUint32, n - 1));
  const range = (n: number) => Array.from({ length: n }, (_, i) => i);
  const choice = (n: number, size: number, replace = true): number[] => {
    checkChoice(n, size, replace);
    if (replace) return Array.from({ length: size }, () => integers(n));
    if (n > TAIL_SHUFFLE_FROM && size > Math.floor(n / TAIL_SHUFFLE_FRACTION)) {
      return shuffleTail(range(n), Math.max(n - size, 1)).slice(n - size);
    }
    const chosen = new Set<number>();
    for (let j = n - size; j < n; j++) {
      const candidate = integers(j + 1);
      chosen.add(chosen.has(candidate) ? j : candidate);
    }
    return shuffleTail([...chosen], 1);
  };
  return {
    random: () => source.random(),
    integers,
    choice,
    shuffle,
    permutation: (n) => shuffle(range(n)),
    save: () => source.save(),
    restore: (saved) => source.restore(saved),
  };
}

/** Lemire's method on 64-bit words. */
function wideInteger(source: Pcg64, n: bigint): number {
  const threshold = 2n ** 64n % n;
  for (;;) {
    const product = source.nextUint64() * n;
    if ((product & 0xffffffffffffffffn) >= threshold) return Number(product >> 64n);
  }
}
