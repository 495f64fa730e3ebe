/**
 * Quantile by linear interpolation between order statistics (numpy's default, Hyndman and Fan's type 7).
 * @param p in [0, 1]
 * @returns null for no values
 */
export function quantile(values: ArrayLike<number>, p: number): number | null {
  return sortedQuantile(Float64Array.from(values).sort(), p);
}

/** {@link quantile} of values already in rising order. */
export function sortedQuantile(sorted: ArrayLike<number>, p: number): number | null {
  if (sorted.length === 0) return null;
  const position = p * (sorted.length - 1);
  const below = Math.floor(position);
  const low = sorted[below]!;
  const high = sorted[Math.min(below + 1, sorted.length - 1)]!;
  return low === high ? low : low + (high - low) * (position - below);
}

/** Middle value, or the mean of the two middle ones; null for no values. */
export function median(values: ArrayLike<number>): number | null {
  return quantile(values, 0.5);
}
