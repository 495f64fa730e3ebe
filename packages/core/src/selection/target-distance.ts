import type { Interval, MeanDifference } from '@assay/metrics';
import { invertedDifference } from './composite-difference.ts';
import type { PairedValues } from './sample-pairs.ts';

/** The same pairs with the baseline mirrored at the target, so that both sides could be as far from it, one on each side. */
export function mirrored<T extends Pick<PairedValues, 'baseline'>>(pairs: T, target: number): T {
  return { ...pairs, baseline: pairs.baseline.map((value) => 2 * target - value) };
}

/**
 * How much further from its target the candidate's mean is; below 0 it is nearer. With δ the difference of the means and σ
 * the difference from the mirrored baseline, |candidate − target| − |baseline − target| = sgn(δσ) · min(|δ|, |σ|): the means
 * are equally far where either is 0. So both must be told from 0 (an intersection–union test, of level α without
 * adjustment), and the interval spans the distance over the intervals of both.
 * @see R. L. Berger (1982), https://doi.org/10.1080/00401706.1982.10487790
 */
export function distanceDifference(moved: MeanDifference, across: MeanDifference): MeanDifference {
  const found = invertedDifference(
    { method: moved.method, n: moved.n, difference: further(moved.difference, across.difference) },
    (confidence): Interval => {
      const [deltas, sigmas] = [moved.interval(confidence), across.interval(confidence)];
      const corners = deltas.flatMap((delta) => sigmas.map((sigma) => further(delta, sigma)));
      return [Math.min(...corners), Math.max(...corners)];
    },
  );
  return {
    ...found,
    pvalue: (border = 0) => (border === 0 ? Math.max(moved.pvalue(), across.pvalue()) : found.pvalue(border)),
    side: (border = 0) => (border === 0 ? ((moved.side() * across.side()) as -1 | 0 | 1) : found.side(border)),
  };
}

function further(delta: number, sigma: number): number {
  const least = Math.min(Math.abs(delta), Math.abs(sigma));
  return least === 0 ? 0 : Math.sign(delta) * Math.sign(sigma) * least;
}
