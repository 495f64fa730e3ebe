import type { JudgedSamples } from './judged-samples.ts';

const LEVELS = 10;
const FOLDS = 10;
/** Labels at the overall mean that each level starts with. */
const PSEUDO_LABELS = 2;

/**
 * The judge replaced by the mean label of its level (ten equal bins), cross-fitted: a labelled sample gets what the nine
 * folds without it say, every other the mean of all ten. With a judge of several levels this is the efficient estimator;
 * a judge of two levels gains nothing by it. O(N).
 * @param samples in [0, 1]; the fold of a labelled sample is its position modulo 10
 */
export function recalibratedJudge(samples: JudgedSamples): JudgedSamples {
  const { labels, judged, judge } = samples;
  const means = Array.from({ length: FOLDS }, (_, fold) => levelMeans(samples, fold));
  const overall = Float64Array.from(
    { length: LEVELS },
    (_, level) => means.reduce((sum, fold) => sum + fold[level]!, 0) / FOLDS,
  );
  return {
    ...samples,
    labels,
    judged: new Float64Array(judged).map((score, i) => means[i % FOLDS]![levelOf(score)]!),
    judge: new Float64Array(judge).map((score) => overall[levelOf(score)]!),
  };
}

/** The mean label of each level, without the labels of one fold. */
function levelMeans({ labels, judged }: JudgedSamples, without: number): Float64Array {
  const counts = new Float64Array(LEVELS);
  const sums = new Float64Array(LEVELS);
  for (let i = 0; i < labels.length; i++) {
    if (i % FOLDS === without) continue;
    const level = levelOf(judged[i]!);
    counts[level]! += 1;
    sums[level]! += labels[i]!;
  }
  const sum = (values: Float64Array) => values.reduce((total, value) => total + value, 0);
  const mean = sum(sums) / Math.max(1, sum(counts));
  return sums.map((total, level) => (total + PSEUDO_LABELS * mean) / (counts[level]! + PSEUDO_LABELS));
}

function levelOf(score: number): number {
  return Math.min(Math.floor(score * LEVELS + 1e-9), LEVELS - 1);
}
