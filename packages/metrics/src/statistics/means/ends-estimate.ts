import type { ArrayMoments } from '../moments/array-moments.ts';
import { normalQuantile } from '../special/normal.ts';
import type { MeanEstimate } from './mean-estimate.ts';

/**
 * Pseudo-observations at each end of a score's range. A rare event of mass p stays unseen in n samples with probability
 * (1 − p)^n, so an honest bound reaches about 3/n: a weight of 1 reaches 2.8/n to 3/n, and 1.25 closes the gaps of
 * lattices (at worst 94.1 % at nominal 95 over two-point distributions).
 */
export const ENDS = 1.25;

/**
 * Mean of independent scores in [0, 1] with {@link ENDS} pseudo-observations at 0 and at 1. Its Student interval is the
 * "ends interval": with a weight of 1 and normal quantiles it is Agresti and Caffo's, and Bonett and Price's for pairs.
 * Never of zero variance.
 * @see docs/statistics.md "The ends interval"; statsmodels DescrStatsW of x, 0 and 1 with weights 1, 1.25, 1.25
 * @param ends weight at each end @default {@link ENDS}
 */
export function endsEstimate({ n, mean, m2 }: ArrayMoments, ends: number = ENDS): MeanEstimate {
  const total = n + 2 * ends;
  const center = ((n === 0 ? 0 : n * mean) + ends) / total;
  const within = n === 0 ? 0 : m2 + n * (mean - center) ** 2;
  const squares = within + ends * (center ** 2 + (1 - center) ** 2);
  return { center, variance: squares / (total - 1) / total, df: total - 1 };
}

/**
 * The weight at which the ends interval of a level α reaches as far as an event may hide: one of mass p stays unseen with
 * chance e^(−np), so that the reach t √(2w) / n must be ln(1/α) / n. {@link ENDS} at a level of 0.05, 2.05 at 0.003, 3 at 1e-4.
 */
export function endsAt(level: number): number {
  const reach = (at: number) => Math.log(1 / at) / normalQuantile(at / 2);
  return Math.max(ENDS, ENDS * (reach(level) / reach(0.05)) ** 2);
}
