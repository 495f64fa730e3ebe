import { normalCdf, normalQuantile, studentQuantile } from '@assay/metrics';

/** Pseudo-observations at each end of the range; see docs/statistics.md. */
const ENDS = 1.25;
/** Chance with which a difference is said to be found. */
export const POWER = 0.8;
/** Numbers of samples beyond this are not told. */
const MOST_SAMPLES = 1e9;

/** What the differences of a score on single samples are like. */
export interface DifferenceShape {
  /** Mean of the differences. */
  readonly mean: number;
  /** Standard deviation of the differences. */
  readonly sd: number;
  /** Greatest difference of one sample; infinite where it has no bounds. */
  readonly most: number;
  /** Every difference is 0 or ±most. */
  readonly isFlips: boolean;
}

/** Chance that n pairs show such a difference at a two-sided level, by the test that comparisons use. */
export function pairPower(n: number, shape: DifferenceShape, alpha: number): number {
  if (n < 2) return 0;
  const mean = Math.abs(shape.mean);
  if (shape.isFlips) return flipsPower(n, mean / shape.most, (shape.sd / shape.most) ** 2, alpha);
  const pseudo = Number.isFinite(shape.most) ? ENDS : 0;
  const all = n + 2 * pseudo;
  // The pseudo-observations at both ends pull the centre to 0 and widen the spread.
  const centre = (mean * n) / all;
  const squares =
    n * shape.sd ** 2 + (pseudo === 0 ? 0 : 2 * pseudo * shape.most ** 2 + n * mean ** 2 - all * centre ** 2);
  const error = Math.sqrt(squares / (all - 1) / all);
  if (error === 0) return mean > 0 ? 1 : 0;
  const critical = studentQuantile(1 - alpha / 2, all - 1);
  // The centre itself spreads less than the test thinks, which counts the pseudo-observations in.
  const spread = (shape.sd * Math.sqrt(n)) / all;
  const margin = centre - critical * error;
  return spread === 0 ? Number(margin > 0) : normalCdf(margin / spread);
}

/** Wins and losses: |b − c| > max(z · √(b + c + 1), t · √(b + c)). */
function flipsPower(n: number, difference: number, variance: number, alpha: number): number {
  const share = variance + difference ** 2;
  const discordant = n * share;
  const z = -normalQuantile(alpha / 2);
  const bound = Math.max(z * Math.sqrt(discordant + 1), studentQuantile(1 - alpha / 2, n - 1) * Math.sqrt(discordant));
  // The bound spreads too, and with the difference: more flips, more wins (delta method).
  const together = z * difference * (1 - share) * Math.sqrt(n / Math.max(share, 1e-12));
  const spread = Math.sqrt(Math.max(0, n * variance + (z ** 2 * (1 - share)) / 4 - together));
  const margin = n * difference - bound;
  return spread === 0 ? Number(margin > 0) : normalCdf(margin / spread);
}

/** The least n with this power; Infinity where no difference is there, or more than a thousand million are needed. */
export function neededPairsOf(shape: DifferenceShape, alpha: number, power: number = POWER): number {
  if (shape.mean === 0) return Number.POSITIVE_INFINITY;
  let [low, high] = [1, 2];
  while (pairPower(high, shape, alpha) < power) {
    [low, high] = [high, 2 * high];
    if (high > MOST_SAMPLES) return Number.POSITIVE_INFINITY;
  }
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (pairPower(middle, shape, alpha) < power) low = middle;
    else high = middle;
  }
  return high;
}

/**
 * The smallest mean difference that n pairs find with this power, where the spread is known.
 * @param shapeOf what the differences are like with this mean
 * @returns null where not even the greatest is found
 */
export function detectableMean(
  n: number,
  greatest: number,
  shapeOf: (mean: number) => DifferenceShape,
  alpha: number,
  power: number = POWER,
): number | null {
  if (pairPower(n, shapeOf(greatest), alpha) < power) return null;
  let [low, high] = [0, greatest];
  for (let step = 0; step < 60; step += 1) {
    const middle = (low + high) / 2;
    if (pairPower(n, shapeOf(middle), alpha) < power) low = middle;
    else high = middle;
  }
  return high;
}
