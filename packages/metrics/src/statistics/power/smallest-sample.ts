/**
 * The smallest whole n, from `start` up, at which a rising power reaches the wanted one.
 * @returns Infinity beyond 2^40
 */
export function smallestSample(power: (n: number) => number, wanted: number, start: number): number {
  let high = start;
  while (power(high) < wanted) {
    high *= 2;
    if (high > 2 ** 40) return Number.POSITIVE_INFINITY;
  }
  let low = Math.max(start, Math.floor(high / 2));
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (power(middle) >= wanted) high = middle;
    else low = middle + 1;
  }
  return high;
}
