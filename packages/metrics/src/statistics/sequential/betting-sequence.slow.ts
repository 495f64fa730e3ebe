/**
 * The betting sequence by its definition: for each candidate mean the two capitals are computed again from all scores.
 * @returns the interval after the last of `values`
 */
export function bettingSequenceSlow(
  values: readonly number[],
  confidence: number,
  resolution: number,
): { readonly lower: number; readonly upper: number } {
  const limit = 2 / (1 - confidence);
  const standing: number[] = [];
  for (let k = 0; k <= resolution; k++) if (stands(k / resolution, values, limit)) standing.push(k);
  const low = standing[0]! - 1;
  const high = standing.at(-1)! + 1;
  return { lower: Math.max(0, low / resolution), upper: Math.min(1, high / resolution) };
}

/** Whether neither gambler has ever had `limit` times his money against this mean. */
function stands(mean: number, values: readonly number[], limit: number): boolean {
  let above = 1;
  let below = 1;
  for (const [at, value] of values.entries()) {
    const bet = Math.sqrt((2 * Math.log(limit)) / (varianceBefore(values, at) * (at + 1) * Math.log(2 + at)));
    above *= 1 + Math.min(bet, 0.5 / mean) * (value - mean);
    below *= 1 - Math.min(bet, 0.5 / (1 - mean)) * (value - mean);
    if (above >= limit || below >= limit) return false;
  }
  return true;
}

/** The shrunken variance of the first `count` values, each against the shrunken mean up to and with it. */
function varianceBefore(values: readonly number[], count: number): number {
  let squares = 0.25;
  for (let t = 1; t <= count; t++) {
    const mean = (0.5 + values.slice(0, t).reduce((sum, value) => sum + value, 0)) / (t + 1);
    squares += (values[t - 1]! - mean) ** 2;
  }
  return squares / (count + 1);
}
