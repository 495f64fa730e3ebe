import { type Interval, type MeanDifference, normalCdf, normalQuantile } from '@assay/metrics';
import type { ModelSummary } from '../results/summary.ts';

/** Levels below this are not worked out: an interval is then as wide as can be. */
const SMALLEST_LEVEL = 1e-15;

/**
 * A difference of samples that might have ended at any time for what they said, of a number of samples that was known
 * beforehand: O'Brien and Fleming's boundary, watched at every moment. With a share s of the samples the statistic must
 * reach b / √s, where a Brownian motion leaves ±b before time 1 with the error's chance; at the end that is 2.24 in place
 * of 1.96. Interval and p-value stay one inversion: those of the fixed number of samples at another level.
 * @param share of the samples that there are, in (0, 1]
 * @param most greatest possible difference
 * @see P. C. O'Brien, T. R. Fleming (1979); C. Jennison, B. W. Turnbull (1989), repeated confidence intervals
 */
export function monitoredDifference(found: MeanDifference, share: number, most: number): MeanDifference {
  return {
    ...found,
    interval: (confidence = 0.95): Interval => {
      const level = fixedLevel(1 - confidence, share);
      return level < SMALLEST_LEVEL ? [-most, most] : found.interval(1 - level);
    },
    pvalue: (border) => leavingChance(-normalQuantile(Math.max(found.pvalue(border), 1e-300) / 2) * Math.sqrt(share)),
  };
}

/** Chance that |B| reaches `bound` before time 1. */
export function leavingChance(bound: number): number {
  if (bound <= 0) return 1;
  let sum = 0;
  for (let k = 0; k < 50; k += 1) {
    const term = normalCdf(-(2 * k + 1) * bound);
    if (term === 0) break;
    sum += (k % 2 === 0 ? 4 : -4) * term;
  }
  return Math.min(1, Math.max(0, sum));
}

/** The level of a fixed number of samples at which a share of them reaches the boundary of error `alpha`. */
export function fixedLevel(alpha: number, share: number): number {
  let [low, high] = [0, 12];
  for (let step = 0; step < 80; step += 1) {
    const middle = (low + high) / 2;
    if (leavingChance(middle) > alpha) low = middle;
    else high = middle;
  }
  return 2 * normalCdf(-high / Math.sqrt(share));
}

/** The share of the samples that models were asked which might have ended early; undefined where none might. */
export function stopShare(models: readonly Pick<ModelSummary, 'stop'>[]): number | undefined {
  const shares = models.flatMap(({ stop }) =>
    stop === undefined ? [] : [stop.samples / Math.max(1, stop.samples + stop.saved)],
  );
  return shares.length === 0 ? undefined : Math.min(...shares);
}
