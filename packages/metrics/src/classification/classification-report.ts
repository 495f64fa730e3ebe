import { accuracy } from './accuracy.ts';
import type { ConfusionMatrix } from './confusion-matrix.ts';
import {
  averagePrecisionRecall,
  type ClassScores,
  type PrecisionRecall,
  perClassPrecisionRecall,
} from './precision-recall.ts';

export interface ClassificationReport {
  /** In code-point order of their labels. */
  readonly classes: readonly ClassScores[];
  readonly accuracy: number;
  readonly macro: PrecisionRecall;
  readonly weighted: PrecisionRecall;
  readonly n: number;
}

/**
 * Precision, recall, F1 and support per class with their averages.
 * @returns null when n = 0
 * @see sklearn.metrics.classification_report
 */
export function classificationReport(matrix: ConfusionMatrix): ClassificationReport | null {
  const macro = averagePrecisionRecall(matrix, 'macro');
  const weighted = averagePrecisionRecall(matrix, 'weighted');
  const share = accuracy(matrix);
  if (macro === null || weighted === null || share === null) return null;
  return { classes: perClassPrecisionRecall(matrix), accuracy: share, macro, weighted, n: matrix.n };
}
