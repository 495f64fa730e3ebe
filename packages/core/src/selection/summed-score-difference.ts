import { DifferenceSums, endsAt, summedDifference } from '@assay/metrics';
import type { ScoreSpec } from '../algorithms/algorithm.ts';
import type { LeftOut } from '../results/summary.ts';
import { greatestChange, isOutside, OUTSIDE, type ScoreDifference } from './score-difference.ts';

/** What one score of two models adds up to on the samples that both have it for. */
export class ScorePairSums {
  readonly differences: DifferenceSums = new DifferenceSums();
  /** The least and the greatest value of either side. */
  #least = Number.POSITIVE_INFINITY;
  #greatest = Number.NEGATIVE_INFINITY;

  readonly #leftOut = { onlyBaseline: 0, onlyCandidate: 0, unscoredBaseline: 0, unscoredCandidate: 0 };

  /** A sample that both sides have; NaN for a side that has no score of it. */
  add(baseline: number, candidate: number): void {
    const lacks = [Number.isNaN(baseline), Number.isNaN(candidate)];
    if (lacks[0]) this.#leftOut.unscoredBaseline += 1;
    if (lacks[1]) this.#leftOut.unscoredCandidate += 1;
    if (lacks[0] || lacks[1]) return;
    this.differences.add(candidate - baseline);
    this.#least = Math.min(this.#least, baseline, candidate);
    this.#greatest = Math.max(this.#greatest, baseline, candidate);
  }

  /** A sample that one side alone has. */
  addAlone(isBaseline: boolean, isCandidate: boolean): void {
    if (isBaseline) this.#leftOut.onlyBaseline += 1;
    if (isCandidate) this.#leftOut.onlyCandidate += 1;
  }

  get leftOut(): LeftOut {
    return this.#leftOut;
  }

  get extremes(): readonly number[] {
    return this.differences.moments.n === 0 ? [] : [this.#least, this.#greatest];
  }
}

/** Whether sums are all that a comparison of this score needs. */
export function isSummable({ better, range }: Pick<ScoreSpec, 'better' | 'range'>): boolean {
  return typeof better === 'string' && Number.isFinite(range[1] - range[0]);
}

const NONE = new Float64Array();
const NO_PLACES = new Int32Array();

/**
 * `scoreDifference` of samples without weights and clusters, whose number was fixed, from what they add up to.
 * @param level of the family that it is judged in
 */
export function summedScoreDifference(sums: ScorePairSums, spec: ScoreSpec, level = 0.05): ScoreDifference {
  const { differences } = sums;
  const ends = endsAt(level);
  const common = {
    n: differences.moments.n,
    column: NONE,
    kept: NO_PLACES,
    sums: differences,
    sign: spec.better === 'higher' ? (1 as const) : (-1 as const),
    leftOut: sums.leftOut,
    ends,
  };
  if (isOutside(sums.extremes, spec.range)) return { ...common, found: null, most: null, caveat: OUTSIDE };
  const { most, caveat } = greatestChange(spec, () => differences.moments);
  const told = caveat === undefined ? {} : { caveat };
  return { ...common, ...told, found: summedDifference(differences, { most, ends }), most };
}
