import { ENDS } from '../means/ends-estimate.ts';
import { type CorrectedEstimate, clusteredEstimate } from './clustered-estimate.ts';
import { exactTotal, judgeSpread, sumsWithDisagreement } from './disagreement-rows.ts';
import type { JudgedSamples, JudgedTarget } from './judged-samples.ts';

/**
 * The mean of human scores from few labels and many judge scores: regression of the labels on the judge with two
 * pseudo-rows (power-tuned prediction-powered inference whose interval is honest at small n). At λ = 0 it is the ends
 * estimate of the labels. O(N).
 * @param samples in [0, 1], at least one labelled
 * @see docs/judges.md; A. Angelopoulos, J. Duchi, T. Zrnic (2023), arXiv 2311.01453, for the estimator without the rows
 */
export function correctedEstimate(samples: JudgedSamples, target: JudgedTarget): CorrectedEstimate {
  if (samples.weights !== undefined || samples.clusters !== undefined) return clusteredEstimate(samples, target);
  const spread = judgeSpread(samples.judge);
  const sums = sumsWithDisagreement(samples, spread, ENDS);
  const { rows, lambda } = sums;
  const df = rows - 1 - (lambda > 0 ? 1 : 0);
  const left = sums.labelSquares - 2 * lambda * sums.products + lambda ** 2 * sums.judgedSquares;
  // Rounding could leave less than nothing.
  const variance = Math.max(left, 0) / df;
  const rest = (sums.labels - lambda * sums.judged) / rows;
  if (target === 'run') {
    return { ...ofTheseSamples(samples, { lambda, rest, variance, rows }, spread.total), df, lambda };
  }
  const allRows = samples.judge.length + 2 * ENDS;
  return {
    center: rest + (lambda * (spread.total + ENDS * (spread.top + spread.bottom))) / allRows,
    variance: variance * (1 / rows - 1 / allRows) + sums.labelSquares / (rows - 1) / allRows,
    df,
    lambda,
  };
}

interface Fit {
  readonly lambda: number;
  /** Mean of label − λ · judge, with the pseudo-rows. */
  readonly rest: number;
  /** Of one such rest. */
  readonly variance: number;
  readonly rows: number;
}

/** The mean of these samples alone: labelled ones are known, the others are foretold. */
function ofTheseSamples(
  { labels, judged, judge }: JudgedSamples,
  { lambda, rest, variance, rows }: Fit,
  total: number,
): { center: number; variance: number } {
  const n = labels.length;
  const all = judge.length;
  const labelled = exactTotal(n, (i) => labels[i]!);
  if (n >= all) return { center: labelled / n, variance: 0 };
  const unlabelled = total - exactTotal(n, (i) => judged[i]!);
  return {
    center: (labelled + lambda * unlabelled + (all - n) * rest) / all,
    variance: variance * (1 - n / all) ** 2 * (1 / rows + 1 / (all - n)),
  };
}
