import type { MeanTest } from './mean-test.ts';
import type { PairedValues } from './sample-pairs.ts';

/** How much better the candidate is than the baseline, positive for better, with the ends of its interval. */
export interface Gain {
  readonly mean: number;
  readonly least: number;
  readonly most: number;
}

/** The same pairs with the baseline mirrored at the target, so that both sides could be as far from it, one on each side. */
export function mirrored<T extends Pick<PairedValues, 'baseline'>>(pairs: T, target: number): T {
  return { ...pairs, baseline: pairs.baseline.map((value) => 2 * target - value) };
}

/**
 * How much nearer to its target the candidate's mean is. With δ the difference of the means and σ the difference from the
 * mirrored baseline, |candidate − target| − |baseline − target| = sgn(δσ) · min(|δ|, |σ|): the means are equally far where
 * either is 0. So both must be told from 0 (an intersection–union test, of level α without adjustment), and the interval
 * spans the distance over the intervals of both.
 * @see R. L. Berger (1982), https://doi.org/10.1080/00401706.1982.10487790
 */
export function gainTowards(
  target: number,
  moved: MeanTest,
  across: MeanTest,
): Pick<MeanTest, 'test' | 'pValue' | 'neededSamples'> & { readonly gain: Gain } {
  const corners = ends(moved).flatMap((delta) => ends(across).map((sigma) => nearer(delta, sigma)));
  const weaker = across.pValue > moved.pValue ? across : moved;
  return {
    test: `${weaker.test}, distance from ${target}`,
    pValue: weaker.pValue,
    neededSamples: (alpha) => Math.max(moved.neededSamples(alpha), across.neededSamples(alpha)),
    gain: {
      mean: nearer(moved.difference, across.difference),
      least: Math.min(...corners),
      most: Math.max(...corners),
    },
  };
}

function nearer(delta: number, sigma: number): number {
  const least = Math.min(Math.abs(delta), Math.abs(sigma));
  return least === 0 ? 0 : -Math.sign(delta) * Math.sign(sigma) * least;
}

function ends({ interval, difference }: MeanTest): readonly number[] {
  return interval ?? [difference];
}
