import type { ClassCounts, ConfusionMatrix } from './confusion-matrix.ts';

/** All ratios in [0, 1]; 0 where the denominator is 0 (sklearn's `zero_division=0`). */
export interface PrecisionRecall {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

export interface ClassScores extends PrecisionRecall {
  readonly label: string;
  readonly support: number;
}

/** How classes are averaged: pooled counts, plain mean, or mean weighted by support. */
export type Average = 'micro' | 'macro' | 'weighted';

/**
 * precision = tp / predicted, recall = tp / support, f1 = 2 tp / (predicted + support).
 */
function precisionRecall(truePositives: number, predicted: number, support: number): PrecisionRecall {
  return {
    precision: predicted === 0 ? 0 : truePositives / predicted,
    recall: support === 0 ? 0 : truePositives / support,
    f1: predicted + support === 0 ? 0 : (2 * truePositives) / (predicted + support),
  };
}

/** One entry per label of either side, in code-point order. */
export function perClassPrecisionRecall(matrix: ConfusionMatrix): ClassScores[] {
  return matrix.classes().map(scoresOf);
}

/**
 * Precision, recall and F1 averaged over the classes of either side.
 * Micro over single labels makes all three equal to accuracy.
 * @returns null when n = 0
 * @see sklearn.metrics.precision_recall_fscore_support
 */
export function averagePrecisionRecall(matrix: ConfusionMatrix, average: Average): PrecisionRecall | null {
  if (matrix.n === 0) return null;
  const classes = matrix.classes();
  if (average === 'micro') {
    const truePositives = classes.reduce((sum, counts) => sum + counts.truePositives, 0);
    return precisionRecall(truePositives, matrix.n, matrix.n);
  }
  const scores = classes.map(scoresOf);
  const weight = (entry: ClassScores) => (average === 'macro' ? 1 : entry.support);
  const total = scores.reduce((sum, entry) => sum + weight(entry), 0);
  const mean = (key: keyof PrecisionRecall) =>
    scores.reduce((sum, entry) => sum + weight(entry) * entry[key], 0) / total;
  return { precision: mean('precision'), recall: mean('recall'), f1: mean('f1') };
}

/**
 * Precision, recall and F1 of one class against the rest.
 * @returns null when n = 0
 */
export function binaryPrecisionRecall(matrix: ConfusionMatrix, positiveLabel: string): PrecisionRecall | null {
  if (matrix.n === 0) return null;
  const counts = matrix.classes().find(({ label }) => label === positiveLabel);
  return counts === undefined ? precisionRecall(0, 0, 0) : scoresOf(counts);
}

/**
 * Precision, recall and F1 of one sample that has a set of labels: sklearn's `average="samples"` is
 * the mean of these over the samples.
 */
export function samplePrecisionRecall(targets: ReadonlySet<string>, predictions: ReadonlySet<string>): PrecisionRecall {
  let common = 0;
  for (const label of predictions) if (targets.has(label)) common++;
  return precisionRecall(common, predictions.size, targets.size);
}

function scoresOf({ label, truePositives, predicted, support }: ClassCounts): ClassScores {
  return { label, support, ...precisionRecall(truePositives, predicted, support) };
}
