import { type DifferenceSums, endsAt, type MeanDifference, Moments, pairedDifference } from '@assay/metrics';
import type { ScoreSpec } from '../algorithms/algorithm.ts';
import { NO_INTERVAL } from '../results/interval-words.ts';
import type { LeftOut } from '../results/summary.ts';
import type { PairedValues } from './sample-pairs.ts';
import { distanceDifference, mirrored } from './target-distance.ts';
import { unboundedDifference } from './unbounded-difference.ts';

/** What is known of the difference of two models on one score, before it is judged together with others. */
export interface ScoreDifference {
  /** Samples that both have. */
  readonly n: number;
  /** Candidate − baseline; null where nothing can be said of it. */
  readonly found: MeanDifference | null;
  /** Why nothing can be said, or what is to be known of what is. */
  readonly caveat?: string;
  /** What differs, where it is not the score itself. */
  readonly measure?: string;
  /** 1 where a positive difference is better, −1 where it is worse. */
  readonly sign: 1 | -1;
  /** What each sample adds to the difference, for what scores have in common; in the order of the pairs. */
  readonly column: Float64Array;
  /** What `column` adds up to, where that is all there is. @default it is added up */
  readonly sums?: DifferenceSums;
  /** The place of each entry of `column` among the pairs. */
  readonly kept: Int32Array;
  /** Greatest difference of one sample, where it is bounded and neither clusters nor weights are. */
  readonly most: number | null;
  readonly leftOut: LeftOut;
  /** Pseudo-observations at each end of the range of an independent graded difference. @default 1.25 */
  readonly ends?: number;
}

/** What a difference of a fixed number of samples says where the number was not fixed. */
export interface PairMethod {
  /** @param most greatest possible difference of one sample; infinite where there is none */
  readonly of: (found: MeanDifference, most: number) => MeanDifference;
  /** Pseudo-observations at each end, where all hold together at this level alone. */
  readonly endsFor: (level: number) => number;
  /** Why nothing can be said. */
  readonly caveat?: string;
  /** In words, beside the method of the fixed number; absent where it was fixed. */
  readonly words?: string;
}

/** For a number of samples that was fixed before the first was asked. */
export const FIXED_METHOD: PairMethod = { of: (found) => found, endsFor: endsAt };

function fixedDifference(
  { baseline, candidate, clusters, weights }: Pick<PairedValues, 'baseline' | 'candidate' | 'clusters' | 'weights'>,
  most: number,
  ends: number,
): MeanDifference | null {
  const differences = candidate.map((value, at) => value - baseline[at]!);
  if (!Number.isFinite(most)) return weights === null ? unboundedDifference(differences, clusters) : null;
  return pairedDifference(differences, {
    most,
    ends,
    ...(clusters === null ? {} : { clusters }),
    ...(weights === null ? {} : { weights }),
  });
}

/**
 * One score of two models on the samples that both have.
 * @param level of the family that it is judged in
 */
export function scoreDifference(
  values: PairedValues,
  spec: ScoreSpec,
  method: PairMethod = FIXED_METHOD,
  level = 0.05,
): ScoreDifference {
  const { baseline, candidate, kept, leftOut, clusters, weights } = values;
  const differences = candidate.map((value, at) => value - baseline[at]!);
  const column = weights === null ? differences : weightedColumn(differences, weights);
  const ends = method.endsFor(level);
  const common = { n: baseline.length, column, kept, leftOut, ends };
  const { better, range } = spec;
  const sign = better === 'higher' ? 1 : -1;
  const isBounded = Number.isFinite(range[1] - range[0]) || spec.maxChange !== undefined;
  const measure = measureOf(spec, isBounded);
  if ([baseline, candidate].some((side) => isOutside(side, range)))
    return { ...common, ...measure, sign, found: null, most: null, caveat: OUTSIDE };
  const why = weights === null ? undefined : weightProblem(weights, isBounded);
  if (why !== undefined) return { ...common, ...measure, sign, found: null, most: null, caveat: why };
  const { most, caveat } = greatestChange(spec, () => Moments.of(differences));
  const told = caveat === undefined ? {} : { caveat };
  const moved = fixedDifference(values, most, ends);
  if (typeof better !== 'object') {
    const single =
      Number.isFinite(most) && clusters === null && weights === null && method === FIXED_METHOD ? most : null;
    return { ...common, ...told, ...measure, sign, found: moved && method.of(moved, most), most: single };
  }
  if (!isBounded) return { ...common, ...measure, sign, found: null, most: null, caveat: 'no range is known' };
  const far = 2 * Math.max(range[1] - better.target, better.target - range[0]);
  const across = fixedDifference(mirrored(values, better.target), far, ends);
  const found =
    moved === null || across === null ? null : distanceDifference(method.of(moved, most), method.of(across, far));
  return { ...common, ...told, ...measure, sign, found, most: null };
}

/** What each sample adds to the weighted mean of the differences, about that mean. */
function weightedColumn(differences: Float64Array, weights: Float64Array): Float64Array {
  const total = Moments.of(weights.filter((weight) => weight > 0)).sum();
  const mean = Moments.of(differences.map((value, at) => (weights[at]! > 0 ? weights[at]! * value : 0))).sum() / total;
  return differences.map((value, at) => (weights[at]! > 0 && total > 0 ? (weights[at]! / total) * (value - mean) : 0));
}

/** Why nothing can be said of weighted differences. */
function weightProblem(weights: Float64Array, isBounded: boolean): string | undefined {
  if (weights.some((weight) => Number.isNaN(weight))) return 'the sides give samples other weights';
  if (!weights.some((weight) => weight > 0)) return NO_INTERVAL.no_weight;
  return isBounded ? undefined : NO_INTERVAL.weights;
}

function measureOf({ better }: ScoreSpec, isBounded: boolean): Pick<ScoreDifference, 'measure'> {
  if (typeof better === 'object') return { measure: `distance from ${better.target}` };
  return isBounded ? {} : { measure: 'median of the differences' };
}

/** Whether a score lies outside its range, by more than rounding. */
export function isOutside(values: readonly number[] | Float64Array, [low, high]: ScoreSpec['range']): boolean {
  const slack = Number.isFinite(high - low) ? 1e-9 * (high - low) : 0;
  return values.some((value) => value < low - slack || value > high + slack);
}

export const OUTSIDE = 'a score lies outside its range';

/** The width of the range, or what the config vouches for where every sample keeps to it. */
export function greatestChange(
  { range: [low, high], maxChange }: ScoreSpec,
  differences: () => Moments,
): { readonly most: number; readonly caveat?: string } {
  const width = high - low;
  if (maxChange === undefined) return { most: width };
  const { n, min, max } = differences();
  if (n === 0) return { most: width };
  const largest = Math.max(Math.abs(min ?? 0), Math.abs(max ?? 0));
  if (largest <= maxChange) return { most: Math.min(width, maxChange) };
  return { most: width, caveat: `max_change ${maxChange} is not used: a sample changed by ${largest.toPrecision(3)}` };
}
