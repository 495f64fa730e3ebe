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
  const isEnough = (n: number) => power(n) >= wanted;
  let high = Math.max(start, Math.min(Math.ceil(guess), 2 ** 40));
  let low = start;
  // Steps away from the guess double, so that a good one is left after few.
  if (isEnough(high)) {
    for (let step = 1; high > start; step *= 2) {
      const lower = Math.max(start, high - step);
      if (!isEnough(lower)) {
        low = lower + 1;
        break;
      }
      high = lower;
    }
  } else {
    for (let step = 1; ; step *= 2) {
      if (!(high <= 2 ** 40)) return Number.POSITIVE_INFINITY;
      low = high + 1;
      high += step;
      if (isEnough(high)) break;
    }
  }
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (isEnough(middle)) high = middle;
    else low = middle + 1;
  }
  return high;
}
