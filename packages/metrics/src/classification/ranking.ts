import { invalidArgument } from '../statistics/invalid-argument.ts';

/** Counts of positives and negatives at one threshold, thresholds falling. */
interface Step {
  readonly positives: number;
  readonly negatives: number;
}

/**
 * Area under the ROC curve: P(score of a positive > score of a negative), ties counting half.
 * @param positive whether each sample is of the positive class
 * @param scores the higher, the more positive
 * @returns ratio in [0, 1]; null without at least one of each class
 * @see https://doi.org/10.1148/radiology.143.1.7063747
 */
export function rocAuc(positive: readonly boolean[], scores: ArrayLike<number>): number | null {
  const steps = stepsOf(positive, scores);
  let positives = 0;
  let negatives = 0;
  let area = 0;
  for (const step of steps) {
    area += step.negatives * (positives + step.positives / 2);
    positives += step.positives;
    negatives += step.negatives;
  }
  return positives === 0 || negatives === 0 ? null : area / (positives * negatives);
}

/**
 * Average precision: Σ (R_k − R_{k−1}) P_k over falling thresholds, without interpolation.
 * @returns ratio in [0, 1]; 0 without positives (sklearn's convention); null when n = 0
 * @see sklearn.metrics.average_precision_score
 */
export function averagePrecision(positive: readonly boolean[], scores: ArrayLike<number>): number | null {
  if (positive.length === 0) return null;
  let positives = 0;
  let taken = 0;
  let sum = 0;
  for (const step of stepsOf(positive, scores)) {
    positives += step.positives;
    taken += step.positives + step.negatives;
    sum += step.positives * (positives / taken);
  }
  return positives === 0 ? 0 : sum / positives;
}

function stepsOf(positive: readonly boolean[], scores: ArrayLike<number>): Step[] {
  if (positive.length !== scores.length) {
    throw invalidArgument(`${positive.length} classes but ${scores.length} scores`, 'METRIC_LENGTH_MISMATCH');
  }
  const order = Array.from(positive, (_, i) => i).sort((a, b) => scores[b]! - scores[a]!);
  const steps: { positives: number; negatives: number }[] = [];
  order.forEach((index, rank) => {
    const score = scores[index]!;
    if (Number.isNaN(score)) throw invalidArgument('a score is NaN', 'METRIC_NOT_FINITE');
    const tied = rank > 0 && scores[order[rank - 1]!] === score;
    if (!tied) steps.push({ positives: 0, negatives: 0 });
    steps.at(-1)![positive[index] ? 'positives' : 'negatives']++;
  });
  return steps;
}
