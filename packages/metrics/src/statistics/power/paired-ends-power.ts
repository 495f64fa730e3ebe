import { invalidArgument } from '../invalid-argument.ts';
import { ENDS } from '../means/ends-estimate.ts';
import { findRoot } from '../special/find-root.ts';
import { normalQuantile, normalSf } from '../special/normal.ts';
import { studentQuantile } from '../special/student-t.ts';
import type { PowerOptions } from './paired-difference.ts';
import { smallestSample } from './smallest-sample.ts';

/** Quantiles of the pairs' own spread that the power is averaged over. */
const CUTS = 32;

export interface PairedEndsOptions extends PowerOptions {
  /** The most that one difference can be. @default 1 */
  readonly most?: number;
}

/**
 * Chance that the ends test of {@link pairedDifference} finds a true mean difference of graded scores. Its
 * pseudo-observations cost what a few pairs tell: much below 100 pairs, little above.
 * @param sd standard deviation of the differences, above 0
 * @returns in [0, 1]; 0 when n < 2
 */
export function pairedEndsPower(n: number, difference: number, sd: number, options: PairedEndsOptions = {}): number {
  const { alpha = 0.05, most = 1 } = options;
  if (!(sd > 0 && most > 0)) throw invalidArgument(`sd is ${sd}, most is ${most}`);
  if (n < 2) return 0;
  const total = n + 2 * ENDS;
  const [mean, spread] = [Math.abs(difference) / most, sd / most];
  const center = (n * mean) / total;
  const own = (spread * Math.sqrt(n)) / total;
  const critical = -studentQuantile(alpha / 2, total - 1);
  // What the ends add to the squares is fixed; those of the pairs vary as χ² does.
  const fixed = n * mean ** 2 + 2 * ENDS - total * center ** 2;
  let chance = 0;
  for (let i = 0; i < CUTS; i++) {
    const squares = fixed + spread ** 2 * chiSquared((i + 0.5) / CUTS, n - 1);
    const margin = critical * Math.sqrt(squares / (total - 1) / total);
    chance += normalSf((margin - center) / own) + normalSf((margin + center) / own);
  }
  return chance / CUTS;
}

/** Quantile of χ² by Wilson and Hilferty's approximation. */
function chiSquared(share: number, df: number): number {
  const c = 2 / (9 * df);
  return df * Math.max(0, 1 - c + normalQuantile(share) * Math.sqrt(c)) ** 3;
}

/** The smallest mean difference that n pairs find with the wanted power; null where not even the greatest is found. */
export function detectablePairedEnds(n: number, sd: number, options: PairedEndsOptions = {}): number | null {
  const { power = 0.8, most = 1 } = options;
  const shortfall = (difference: number) => pairedEndsPower(n, difference, sd, options) - power;
  return shortfall(most) < 0 ? null : findRoot(shortfall, 0, most);
}

/** The number of pairs that finds the difference with the wanted power; Infinity for none. */
export function neededPairedEnds(difference: number, sd: number, options: PairedEndsOptions = {}): number {
  const { alpha = 0.05, power = 0.8 } = options;
  if (difference === 0) return Number.POSITIVE_INFINITY;
  const normal = ((normalQuantile(1 - alpha / 2) + normalQuantile(power)) * (sd / difference)) ** 2;
  return smallestSample((n) => pairedEndsPower(n, difference, sd, options), power, 2, normal + 2);
}
