import { invalidArgument } from '../invalid-argument.ts';
import { ExactSum } from './exact-sum.ts';

/** Beyond this a sum of squares could overflow. */
const MAX_MAGNITUDE = 2 ** 400;

/** Plain data of {@link Moments}, the same for the same multiset of values; safe in JSON. */
export interface MomentsData {
  readonly n: number;
  /** Exact sum as components, largest first; their sum is the value. */
  readonly sum: readonly number[];
  /** Exact sum of squares, likewise. */
  readonly sumOfSquares: readonly number[];
  /** null when n = 0 */
  readonly min: number | null;
  readonly max: number | null;
}

/**
 * Mergeable accumulator of n, mean, variance, minimum and maximum.
 * Sum and sum of squares are exact, so any order of values and any tree of merges gives the same bits.
 * Needs no memory per value; about 20 ns a value.
 */
export class Moments {
  #n = 0;
  #sum = new ExactSum();
  #squares = new ExactSum();
  #min = Number.POSITIVE_INFINITY;
  #max = Number.NEGATIVE_INFINITY;

  static of(values: Iterable<number>): Moments {
    const moments = new Moments();
    for (const value of values) moments.add(value);
    return moments;
  }

  get n(): number {
    return this.#n;
  }

  /** null when n = 0 */
  get min(): number | null {
    return this.#n === 0 ? null : this.#min;
  }

  /** null when n = 0 */
  get max(): number | null {
    return this.#n === 0 ? null : this.#max;
  }

  /**
   * @param x finite, at most 2^400 in magnitude
   * @throws RangeError with code METRIC_NOT_FINITE: a value that is no number must become an unscored sample
   */
  add(x: number): void {
    if (!(x <= MAX_MAGNITUDE && x >= -MAX_MAGNITUDE)) {
      throw invalidArgument(`cannot add ${x} to a mean: values must be finite, at most 2^400`, 'METRIC_NOT_FINITE');
    }
    this.#n += 1;
    this.#sum.add(x);
    this.#squares.addSquare(x);
    // + 0 turns −0 into 0, which JSON cannot tell apart.
    if (x < this.#min) this.#min = x + 0;
    if (x > this.#max) this.#max = x + 0;
  }

  merge(other: Moments): void {
    this.#n += other.#n;
    this.#sum.merge(other.#sum);
    this.#squares.merge(other.#squares);
    this.#min = Math.min(this.#min, other.#min);
    this.#max = Math.max(this.#max, other.#max);
  }

  /** Sum of the values, correctly rounded. */
  sum(): number {
    return this.#sum.value();
  }

  /** null when n = 0 */
  mean(): number | null {
    return this.#n === 0 ? null : this.#sum.value() / this.#n;
  }

  /**
   * Σ(x − mean)² / (n − 1), from n·Σx² − (Σx)² formed without rounding.
   * @returns null when n < 2
   */
  variance(): number | null {
    const n = this.#n;
    if (n < 2) return null;
    const scaled = new ExactSum();
    for (const component of this.#squares.toComponents()) scaled.addProduct(n, component);
    const sum = this.#sum.toComponents();
    for (const a of sum) for (const b of sum) scaled.addProduct(-a, b);
    return Math.max(0, scaled.value()) / n / (n - 1);
  }

  /** null when n < 2 */
  standardDeviation(): number | null {
    const variance = this.variance();
    return variance === null ? null : Math.sqrt(variance);
  }

  /**
   * Of the mean: √(variance / n).
   * @returns null when n < 2
   */
  standardError(): number | null {
    const variance = this.variance();
    return variance === null ? null : Math.sqrt(variance / this.#n);
  }

  /**
   * How many values lie at either end of a range, if none lies between: from (high + low)·Σx − Σx² − n·low·high = 0,
   * formed without rounding, which for values within the range holds only then.
   * @returns null where a value lies between, or outside
   */
  allAt([low, high]: readonly [number, number]): { readonly low: number; readonly high: number } | null {
    const n = this.#n;
    if (n === 0) return { low: 0, high: 0 };
    if (this.#min < low || this.#max > high) return null;
    const between = new ExactSum();
    for (const component of this.#sum.toComponents()) {
      between.addProduct(low, component);
      between.addProduct(high, component);
    }
    for (const component of this.#squares.toComponents()) between.add(-component);
    const corners = new ExactSum();
    corners.addProduct(low, high);
    for (const component of corners.toComponents()) between.addProduct(-n, component);
    if (between.value() !== 0) return null;
    const atHigh = Math.round((this.#sum.value() - n * low) / (high - low));
    return { low: n - atHigh, high: atHigh };
  }

  toJSON(): MomentsData {
    return {
      n: this.#n,
      sum: this.#sum.toComponents(),
      sumOfSquares: this.#squares.toComponents(),
      min: this.min,
      max: this.max,
    };
  }

  /** @throws TypeError when `data` does not have the shape of {@link MomentsData} */
  static fromJSON(data: MomentsData): Moments {
    const { n, sum, sumOfSquares, min, max } = data;
    const finite = (values: readonly unknown[]) => values.every((value) => Number.isFinite(value));
    const bounds = n === 0 ? min === null && max === null : Number.isFinite(min) && Number.isFinite(max);
    if (!Number.isSafeInteger(n) || n < 0 || !bounds || !finite(sum) || !finite(sumOfSquares)) {
      throw Object.assign(new TypeError('not the data of Moments'), { code: 'METRIC_INVALID_DATA' });
    }
    const moments = new Moments();
    moments.#n = n;
    moments.#sum = ExactSum.fromComponents(sum);
    moments.#squares = ExactSum.fromComponents(sumOfSquares);
    moments.#min = min ?? Number.POSITIVE_INFINITY;
    moments.#max = max ?? Number.NEGATIVE_INFINITY;
    return moments;
  }
}
