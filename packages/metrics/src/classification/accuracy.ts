import type { ConfusionMatrix } from './confusion-matrix.ts';

/**
 * Share of predictions that equal their target: Σ c_kk / n.
 * @returns ratio in [0, 1]; null when n = 0
 */
export function accuracy(matrix: ConfusionMatrix): number | null {
  if (matrix.n === 0) return null;
  return matrix.classes().reduce((sum, { truePositives }) => sum + truePositives, 0) / matrix.n;
}

/**
 * Mean recall over the classes that occur as targets.
 * @param options.adjusted rescales so that guessing scores 0: (s − 1/K) / (1 − 1/K) @default false
 * @returns ratio in [0, 1], adjusted in [−1/(K−1), 1]; null when n = 0, or adjusted with a single class
 * @see sklearn.metrics.balanced_accuracy_score
 */
export function balancedAccuracy(matrix: ConfusionMatrix, options: { adjusted?: boolean } = {}): number | null {
  const seen = matrix.classes().filter(({ support }) => support > 0);
  if (seen.length === 0) return null;
  const score = seen.reduce((sum, { truePositives, support }) => sum + truePositives / support, 0) / seen.length;
  if (!options.adjusted) return score;
  if (seen.length === 1) return null;
  const chance = 1 / seen.length;
  return (score - chance) / (1 - chance);
}
