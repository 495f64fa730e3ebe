import type { Matrix } from './correlation-matrix.ts';
import { smallestPvalue } from './smallest-pvalue.ts';

/** Halvings of the level's logarithm: the last leaves it known to 1e-12. */
const STEPS = 40;
/** Between equal sums, as a share of them. */
const ROUNDING = 1e-14;

/**
 * The level α* at which each interval of a family is made so that all hold together with 1 − α; between α/K and α.
 * A hypothesis is rejected in a single step where its plain p-value is at most α*.
 * @param correlation of the differences behind the hypotheses
 */
export function familyLevel(correlation: Matrix, alpha: number = 0.05): number {
  const count = correlation.length;
  if (count <= 1) return alpha;
  const chance = smallestPvalue(correlation);
  let low = Math.log(alpha / count);
  let high = Math.log(alpha);
  // The chance is p times a sum that jumps at some p and is constant between: where it is one at both ends, the level is α over it.
  let [sumAtLow, sumAtHigh] = [Number.NaN, Number.NaN];
  for (let step = 0; step < STEPS; step++) {
    const middle = (low + high) / 2;
    const p = Math.exp(middle);
    const found = chance(p);
    if (found < alpha) [low, sumAtLow] = [middle, found / p];
    else [high, sumAtHigh] = [middle, found / p];
    if (Math.abs(sumAtHigh - sumAtLow) <= ROUNDING * sumAtHigh) {
      return Math.min(Math.exp(high), Math.max(Math.exp(low), alpha / sumAtHigh));
    }
  }
  return Math.exp((low + high) / 2);
}
