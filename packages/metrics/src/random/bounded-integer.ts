import { invalidArgument } from '../statistics/invalid-argument.ts';

/** 16-bit halves, for 32 × 32 → 64-bit products. */
export function multiplyHigh(a: number, b: number): number {
  const aHigh = a >>> 16;
  const aLow = a & 0xffff;
  const bHigh = b >>> 16;
  const bLow = b & 0xffff;
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16);
  return (aHigh * bHigh + Math.floor(middle / 65536) + (((middle & 0xffff) + aLow * bHigh) >>> 16)) >>> 0;
}

/**
 * Lemire's unbiased whole number in [0, n) from 32-bit words; mostly one word and no division.
 * @param n from 1 to 2^32 − 1
 * @see https://doi.org/10.1145/3230636
 */
export function boundedInteger(nextUint32: () => number, n: number): number {
  let word = nextUint32();
  let low = Math.imul(word, n) >>> 0;
  if (low < n) {
    const threshold = (4294967296 - n) % n;
    while (low < threshold) {
      word = nextUint32();
      low = Math.imul(word, n) >>> 0;
    }
  }
  return multiplyHigh(word, n);
}

/**
 * Unbiased whole number in [0, max] by masked words, redrawn until one fits: numpy's legacy method,
 * and still that of its shuffle.
 * @param max from 1 to 2^32 − 1
 */
export function maskedInteger(nextUint32: () => number, max: number): number {
  const mask = 0xffffffff >>> Math.clz32(max);
  for (;;) {
    const value = (nextUint32() & mask) >>> 0;
    if (value <= max) return value;
  }
}

export function checkBound(n: number): void {
  if (!(Number.isInteger(n) && n >= 1 && n <= 2 ** 53)) {
    throw invalidArgument(`cannot draw a whole number below ${n}: must be from 1 to 2^53`);
  }
}

export function checkChoice(n: number, size: number, replace: boolean): void {
  if (!Number.isInteger(size) || size < 0 || (replace ? n < 1 && size > 0 : size > n)) {
    throw invalidArgument(`cannot choose ${size} of ${n}${replace ? '' : ' without replacement'}`);
  }
}
