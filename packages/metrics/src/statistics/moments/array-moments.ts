/** n, mean and Σ(x − mean)² of some values. */
export interface ArrayMoments {
  readonly n: number;
  /** NaN when n = 0 */
  readonly mean: number;
  readonly m2: number;
}

/**
 * One-pass mean and sum of squared deviations (Welford).
 * @see https://doi.org/10.1080/00401706.1962.10490022
 */
export function welford(values: ArrayLike<number>): ArrayMoments {
  let mean = 0;
  let m2 = 0;
  for (let i = 0; i < values.length; i++) {
    const gap = values[i]! - mean;
    mean += gap / (i + 1);
    m2 += gap * (values[i]! - mean);
  }
  return { n: values.length, mean: values.length === 0 ? Number.NaN : mean, m2 };
}

/** Sum with Neumaier's compensation: error of one rounding for any usual data. */
export function neumaierSum(values: ArrayLike<number>): number {
  let sum = 0;
  let compensation = 0;
  for (let i = 0; i < values.length; i++) {
    const x = values[i]!;
    const next = sum + x;
    compensation += Math.abs(sum) >= Math.abs(x) ? sum - next + x : x - next + sum;
    sum = next;
  }
  return sum + compensation;
}

/** Arithmetic mean; null for no values. */
export function mean(values: ArrayLike<number>): number | null {
  return values.length === 0 ? null : neumaierSum(values) / values.length;
}

/**
 * Σ(x − mean)² / (n − ddof), in two passes.
 * @param ddof 1 for a sample, 0 for a population @default 1
 * @returns null when n ≤ ddof
 */
export function variance(values: ArrayLike<number>, ddof: number = 1): number | null {
  const center = mean(values);
  if (center === null || values.length <= ddof) return null;
  const squares = new Float64Array(values.length);
  let drift = 0;
  for (let i = 0; i < values.length; i++) {
    const gap = values[i]! - center;
    drift += gap;
    squares[i] = gap * gap;
  }
  // What is left of the mean's own rounding is taken out again.
  return Math.max(0, neumaierSum(squares) - (drift * drift) / values.length) / (values.length - ddof);
}
