import { multiplyHigh } from './bounded-integer.ts';
import { seedSequence } from './seed-sequence.ts';

/** Four 32-bit limbs, lowest first. */
type Limbs = [number, number, number, number];

const MULTIPLIER: Limbs = [0x9fccf645, 0x4385df64, 0x1fc65da4, 0x2360ed05];

/**
 * numpy's PCG64 (XSL-RR 128/64), seeded as `default_rng(seed)` seeds it.
 * @see https://www.pcg-random.org/paper.html
 */
export class Pcg64 {
  readonly #state: Limbs = [0, 0, 0, 0];
  readonly #increment: Limbs;
  #spare: number | null = null;
  /** The two halves of the last 64-bit word. */
  #high = 0;
  #low = 0;

  constructor(seed: number | bigint) {
    const words = seedSequence(BigInt(seed), 8);
    // Two 64-bit words each, the more significant first, made of 32-bit words with the less significant first.
    const initial: Limbs = [words[2]!, words[3]!, words[0]!, words[1]!];
    const stream: Limbs = [words[6]!, words[7]!, words[4]!, words[5]!];
    this.#increment = [
      ((stream[0] << 1) | 1) >>> 0,
      ((stream[1] << 1) | (stream[0] >>> 31)) >>> 0,
      ((stream[2] << 1) | (stream[1] >>> 31)) >>> 0,
      ((stream[3] << 1) | (stream[2] >>> 31)) >>> 0,
    ];
    this.#step();
    addTo(this.#state, initial);
    this.#step();
  }

  /** Where it stands in its stream, as six words: four limbs, the spare word, and whether there is one. */
  save(): Uint32Array {
    return Uint32Array.of(...this.#state, this.#spare ?? 0, this.#spare === null ? 0 : 1);
  }

  /** Goes on where a generator of the same seed was saved. */
  restore(saved: Uint32Array): void {
    for (let i = 0; i < 4; i++) this.#state[i] = saved[i]!;
    this.#spare = saved[5] === 1 ? saved[4]! : null;
  }

  /** Uniform in [0, 1): the upper 53 bits of a 64-bit word. */
  random(): number {
    this.#next();
    return (this.#high * 2097152 + (this.#low >>> 11)) / 9007199254740992;
  }

  /** A 32-bit word; a 64-bit word serves two calls, the lower half first. */
  nextUint32(): number {
    if (this.#spare !== null) {
      const spare = this.#spare;
      this.#spare = null;
      return spare;
    }
    this.#next();
    this.#spare = this.#high;
    return this.#low;
  }

  /** A 64-bit word; leaves a spare half from {@link nextUint32} in place, as numpy does. */
  nextUint64(): bigint {
    this.#next();
    return (BigInt(this.#high) << 32n) | BigInt(this.#low);
  }

  #next(): void {
    this.#step();
    const [s0, s1, s2, s3] = this.#state;
    const low = s0 ^ s2;
    const high = s1 ^ s3;
    const rotation = s3 >>> 26;
    const [a, b] = rotation & 32 ? [high, low] : [low, high];
    const r = rotation & 31;
    this.#low = (r === 0 ? a : (a >>> r) | (b << (32 - r))) >>> 0;
    this.#high = (r === 0 ? b : (b >>> r) | (a << (32 - r))) >>> 0;
  }

  #step(): void {
    multiplyBy(this.#state, MULTIPLIER);
    addTo(this.#state, this.#increment);
  }
}

/** x += y modulo 2^128. */
function addTo(x: Limbs, y: Limbs): void {
  let carry = 0;
  for (let i = 0; i < 4; i++) {
    const sum = x[i]! + y[i]! + carry;
    x[i] = sum >>> 0;
    carry = sum > 0xffffffff ? 1 : 0;
  }
}

/** x *= y modulo 2^128. */
function multiplyBy(x: Limbs, y: Limbs): void {
  const result: Limbs = [0, 0, 0, 0];
  for (let i = 0; i < 4; i++) {
    let carry = 0;
    for (let j = 0; i + j < 4; j++) {
      const low = (Math.imul(x[i]!, y[j]!) >>> 0) + result[i + j]! + carry;
      carry = multiplyHigh(x[i]!, y[j]!) + (low > 0xffffffff ? Math.floor(low / 4294967296) : 0);
      result[i + j] = low >>> 0;
    }
  }
  for (let i = 0; i < 4; i++) x[i] = result[i]!;
}
