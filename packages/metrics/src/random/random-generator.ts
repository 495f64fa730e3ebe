/** What everything random here draws from. Two implementations: {@link createGenerator} and {@link numpyGenerator}. */
export interface RandomGenerator {
  /** Uniform in [0, 1), 53 bits. */
  random(): number;
  /**
   * Uniform whole number in [0, n).
   * @param n from 1 to 2^53
   */
  integers(n: number): number;
  /**
   * `size` indices out of [0, n).
   * @param replace whether an index may come twice @default true
   * @throws RangeError when size exceeds n without replacement, or n = 0 with size > 0
   */
  choice(n: number, size: number, replace?: boolean): number[];
  /** Shuffles in place, every order equally likely; returns the array. */
  shuffle<T>(array: T[]): T[];
  /** The numbers 0 … n−1 in random order. */
  permutation(n: number): number[];
}
