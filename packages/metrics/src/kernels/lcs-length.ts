import { longEditKernel } from '../wasm/edit-kernels.ts';
import type { TokenBuffer } from './token-buffer.ts';

/** From this length of both sides on, a call into WebAssembly and the copying for it pay. */
const LONG = 192;

let masks: Int32Array = new Int32Array(1 << 12);
let column: Int32Array = new Int32Array(64);

/**
 * Length of the longest common subsequence of two token sequences in `|a|·|b|/32` steps (bit-parallel).
 * @param a tokens numbered 1…distinct
 * @param b tokens numbered likewise, 0 where `a` has no such token
 * @see https://doi.org/10.1016/j.ipl.2004.01.009 (Hyyrö, "Bit-parallel LCS-length computation revisited")
 */
export function lcsLength(a: TokenBuffer, b: TokenBuffer, distinct: number): number {
  if (a.length === 0 || b.length === 0) return 0;
  if (a.length >= LONG && b.length >= LONG) return longLcsLength(a, b, distinct);
  const words = (a.length + 31) >>> 5;
  const size = words * (distinct + 1);
  if (masks.length < size) masks = new Int32Array(2 * size);
  else masks.fill(0, 0, size);
  if (column.length < words) column = new Int32Array(2 * words);
  for (let i = 0; i < a.length; i++) {
    const at = a.ids[i]! * words + (i >>> 5);
    masks[at] = masks[at]! | (1 << (i & 31));
  }
  return words === 1 ? oneWord(b) : severalWords(b, words);
}

function longLcsLength(a: TokenBuffer, b: TokenBuffer, distinct: number): number {
  const kernel = longEditKernel();
  kernel.reserve(a.length, b.length, distinct + 1);
  kernel.pattern.set(a.ids.subarray(0, a.length));
  kernel.text.set(b.ids.subarray(0, b.length));
  return kernel.lcsLength(a.length, b.length);
}

/** A zero bit of the column stands for a row where the length grows. */
function oneWord(b: TokenBuffer): number {
  let bits = -1;
  for (let j = 0; j < b.length; j++) {
    const hits = bits & masks[b.ids[j]!]!;
    bits = (bits + hits) | (bits & ~hits);
  }
  return bitCount(~bits);
}

/**
 * Four tokens of `b` go over the column together: each word of it is loaded and stored once for the four, and their
 * carries do not wait for each other. Tokens that `a` lacks change nothing and are left out.
 */
function severalWords(b: TokenBuffer, words: number): number {
  column.fill(-1, 0, words);
  const bases = [0, 0, 0, 0];
  let waiting = 0;
  for (let j = 0; j < b.length; j++) {
    const token = b.ids[j]!;
    if (token === 0) continue;
    bases[waiting++] = token * words;
    if (waiting < 4) continue;
    fourSteps(words, bases[0]!, bases[1]!, bases[2]!, bases[3]!);
    waiting = 0;
  }
  for (let k = 0; k < waiting; k++) oneStep(words, bases[k]!);
  let length = 0;
  for (let w = 0; w < words; w++) length += bitCount(~column[w]!);
  return length;
}

function oneStep(words: number, base: number): void {
  const local = column;
  const patterns = masks;
  let carry = 0;
  for (let w = 0; w < words; w++) {
    const bits = local[w]!;
    const hits = bits & patterns[base + w]!;
    const sum = (bits + hits + carry) | 0;
    // The carry out of a 32-bit addition whose second summand is a subset of the first.
    carry = (hits | (bits & ~sum)) >>> 31;
    local[w] = sum | (bits & ~hits);
  }
}

function fourSteps(words: number, first: number, second: number, third: number, fourth: number): void {
  const local = column;
  const patterns = masks;
  let c1 = 0;
  let c2 = 0;
  let c3 = 0;
  let c4 = 0;
  for (let w = 0; w < words; w++) {
    let bits = local[w]!;
    let hits = bits & patterns[first + w]!;
    let sum = (bits + hits + c1) | 0;
    c1 = (hits | (bits & ~sum)) >>> 31;
    bits = sum | (bits & ~hits);
    hits = bits & patterns[second + w]!;
    sum = (bits + hits + c2) | 0;
    c2 = (hits | (bits & ~sum)) >>> 31;
    bits = sum | (bits & ~hits);
    hits = bits & patterns[third + w]!;
    sum = (bits + hits + c3) | 0;
    c3 = (hits | (bits & ~sum)) >>> 31;
    bits = sum | (bits & ~hits);
    hits = bits & patterns[fourth + w]!;
    sum = (bits + hits + c4) | 0;
    c4 = (hits | (bits & ~sum)) >>> 31;
    local[w] = sum | (bits & ~hits);
  }
}

function bitCount(bits: number): number {
  const pairs = bits - ((bits >>> 1) & 0x55555555);
  const nibbles = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((nibbles + (nibbles >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
