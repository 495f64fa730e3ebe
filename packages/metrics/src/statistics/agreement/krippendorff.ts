/** Distance of two values: any difference, by rank, or squared. */
export type KrippendorffLevel = 'nominal' | 'ordinal' | 'interval';

/**
 * Krippendorff's alpha: 1 − observed / expected disagreement, for any number of raters with gaps.
 * @param units one array per unit, the values that raters gave it; null where a rater gave none.
 * Numbers for ordinal and interval; nominal takes strings too.
 * @returns at most 1; null without two values to compare, or when only one value occurs
 * @see https://www.asc.upenn.edu/sites/default/files/2021-03/Computing%20Krippendorff%27s%20Alpha-Reliability.pdf
 */
export function krippendorffAlpha(
  units: readonly (readonly (string | number | null)[])[],
  level: KrippendorffLevel = 'nominal',
): number | null {
  const rated = units.map((unit) => unit.filter((value) => value !== null)).filter((unit) => unit.length > 1);
  const values = [...new Set(rated.flat())].sort((a, b) => (a < b ? -1 : 1));
  const index = new Map(values.map((value, i) => [value, i]));
  const totals = new Float64Array(values.length);
  for (const value of rated.flat()) totals[index.get(value)!]!++;
  const n = totals.reduce((sum, total) => sum + total, 0);
  const distance = distances(values, totals, level);
  let observed = 0;
  for (const unit of rated) {
    let within = 0;
    for (const a of unit) for (const b of unit) within += distance(index.get(a)!, index.get(b)!);
    observed += within / (unit.length - 1);
  }
  let expected = 0;
  for (let c = 0; c < values.length; c++) {
    for (let k = 0; k < values.length; k++) expected += totals[c]! * totals[k]! * distance(c, k);
  }
  return expected === 0 ? null : 1 - ((n - 1) * observed) / expected;
}

function distances(
  values: readonly (string | number)[],
  totals: Float64Array,
  level: KrippendorffLevel,
): (c: number, k: number) => number {
  if (level === 'nominal') return (c, k) => (c === k ? 0 : 1);
  if (level === 'interval') return (c, k) => (Number(values[c]) - Number(values[k])) ** 2;
  // Mean rank of each value: how many ratings lie below it, and half of its own.
  const ranks = new Float64Array(totals.length);
  let below = 0;
  totals.forEach((total, i) => {
    ranks[i] = below + total / 2;
    below += total;
  });
  return (c, k) => (ranks[c]! - ranks[k]!) ** 2;
}
