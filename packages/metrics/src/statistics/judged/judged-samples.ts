import { invalidArgument } from '../invalid-argument.ts';
import { checkInRange, type ScoreRange } from '../means/score-range.ts';

/** A score that humans gave to some samples and a judge to all of them, both in the same range. */
export interface JudgedSamples {
  /** What humans said of the labelled samples, in the order of the samples' identifiers. */
  readonly labels: ArrayLike<number>;
  /** What the judge said of the same samples, in the same order. */
  readonly judged: ArrayLike<number>;
  /** What the judge said of every sample, the labelled ones included, in any order. */
  readonly judge: ArrayLike<number>;
  /** 1 / the probability that the sample was chosen to be labelled, where that is not the same for all. */
  readonly weights?: ArrayLike<number>;
  /** The cluster of each labelled sample. */
  readonly clusters?: ArrayLike<string | number>;
  /** The cluster of each value of `judge`. */
  readonly judgeClusters?: ArrayLike<string | number>;
}

/** What a mean is of: what the model does on questions like these, or what it did on these questions. */
export type JudgedTarget = 'process' | 'run';

/**
 * The same samples with scores in [0, 1], without clusters that hold one sample each and without equal weights.
 * @throws RangeError METRIC_LENGTH_MISMATCH, METRIC_OUT_OF_RANGE (NaN too), or METRIC_INVALID_WEIGHTS for a weight that
 * is not finite and above 0
 */
export function unitSamples(samples: JudgedSamples, [low, high]: ScoreRange): JudgedSamples {
  checkSamples(samples, [low, high]);
  const unit = (values: ArrayLike<number>) =>
    low === 0 && high === 1
      ? new Float64Array(values)
      : new Float64Array(values).map((value) => (value - low) / (high - low));
  const { labels, weights, clusters, judgeClusters } = samples;
  const weighted = weights !== undefined && Array.from(weights).some((weight) => weight !== weights[0]);
  const clustered = clusters !== undefined && new Set(Array.from(clusters)).size < labels.length;
  return {
    labels: unit(labels),
    judged: unit(samples.judged),
    judge: unit(samples.judge),
    ...(weighted ? { weights: meanOne(weights) } : {}),
    ...(clustered ? { clusters } : {}),
    ...(judgeClusters === undefined ? {} : { judgeClusters }),
  };
}

function checkSamples({ labels, judged, judge, ...rest }: JudgedSamples, range: ScoreRange): void {
  const lengths = [
    ['scores of the judge for', judged.length, labels.length],
    ['weights for', rest.weights?.length ?? labels.length, labels.length],
    ['clusters for', rest.clusters?.length ?? labels.length, labels.length],
    ['clusters of the judge for all', rest.judgeClusters?.length ?? judge.length, judge.length],
  ] as const;
  for (const [what, found, wanted] of lengths) {
    if (found !== wanted) throw invalidArgument(`${found} ${what} ${wanted} samples`, 'METRIC_LENGTH_MISMATCH');
  }
  if (judge.length < labels.length) {
    throw invalidArgument(
      `the judge scored ${judge.length} samples, fewer than the ${labels.length} labelled ones`,
      'METRIC_LENGTH_MISMATCH',
    );
  }
  for (const values of [labels, judged, judge]) {
    for (let i = 0; i < values.length; i++) {
      const value = values[i]!;
      if (!(value >= range[0] && value <= range[1])) checkInRange(value, value, range);
    }
  }
  for (const weight of Array.from(rest.weights ?? [])) {
    if (!(weight > 0 && Number.isFinite(weight))) {
      throw invalidArgument(`the weight ${weight} is not a finite number above 0`, 'METRIC_INVALID_WEIGHTS');
    }
  }
}

function meanOne(weights: ArrayLike<number>): Float64Array {
  const total = Array.from(weights)
    .sort((a, b) => a - b)
    .reduce((sum, weight) => sum + weight, 0);
  return Float64Array.from(weights, (weight) => (weight * weights.length) / total);
}
