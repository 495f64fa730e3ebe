/**
 * The smallest whole n, from `start` up, at which a rising power reaches the wanted one.
 * @param guess near which it is looked for first @default start
 * @returns Infinity beyond 2^40
 */
export function smallestSample(
  power: (n: number) => number,
  wanted: number,
  start: number,
  guess: number = start,
): number {
  let high = Math.max(start, Math.min(Math.ceil(guess), 2 ** 40));
  let low = start;
  // Steps away from the guess double, so that a good one is left after few.
  for (let step = 1; high > start && power(high) >= wanted; step *= 2) {
    const lower = Math.max(start, high - step);
    if (power(lower) < wanted) {
      low = lower + 1;
      break;
    }
    high = lower;
  }
  for (let step = 1; power(high) < wanted; step *= 2) {
    if (high > 2 ** 40) return Number.POSITIVE_INFINITY;
    low = high + 1;
    high += step;
  }
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (power(middle) >= wanted) high = middle;
    else low = middle + 1;
  }
  return high;
}
