import { invalidArgument } from '../invalid-argument.ts';
import type { MeanDifference } from './mean-difference.ts';

/**
 * P-value of "worse by the margin or more": at most α exactly where the 1 − α interval lies above −margin.
 * Half the two-sided level of that interval would do for this question alone; the whole one keeps verdict and printed
 * interval one thing.
 * @param margin above 0, in the units of a difference whose greater values are better
 */
export function noninferiorityPvalue(difference: MeanDifference, margin: number): number {
  checkMargin(margin);
  return difference.side(-margin) > 0 ? difference.pvalue(-margin) : 1;
}

/**
 * P-value of "apart by the margin or more": at most α exactly where the 1 − α interval lies within ±margin. Two one-sided
 * tests, each at half of α, so that they read off the printed interval.
 * @param margin above 0
 * @see https://doi.org/10.1007/BF01068419 ; D. J. Schuirmann (1987)
 */
export function equivalencePvalue(difference: MeanDifference, margin: number): number {
  checkMargin(margin);
  const below = difference.side(margin) < 0 ? difference.pvalue(margin) : 1;
  return Math.max(below, noninferiorityPvalue(difference, margin));
}

function checkMargin(margin: number): void {
  if (!(margin > 0 && Number.isFinite(margin))) throw invalidArgument(`the margin ${margin} is not above 0`);
}
