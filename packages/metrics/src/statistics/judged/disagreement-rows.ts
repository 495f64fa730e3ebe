import { ExactSum } from '../moments/exact-sum.ts';
import type { JudgedSamples } from './judged-samples.ts';

/** Highest and lowest score of a judge over all samples, and their sum. */
export interface JudgeSpread {
  readonly top: number;
  readonly bottom: number;
  readonly total: number;
}

/** Sums of squares and products about the means, over labelled samples and the two disagreement rows. */
export interface JudgedSums {
  /** Rows, the two of `weight` each included. */
  readonly rows: number;
  readonly labels: number;
  readonly judged: number;
  readonly judgedSquares: number;
  readonly products: number;
  readonly labelSquares: number;
  /** How much of the judge the estimate takes, from 0 (nothing) to 1 / (top − bottom). */
  readonly lambda: number;
}

export function judgeSpread(judge: ArrayLike<number>): JudgeSpread {
  let top = Number.NEGATIVE_INFINITY;
  let bottom = Number.POSITIVE_INFINITY;
  for (let i = 0; i < judge.length; i++) {
    const score = judge[i]!;
    if (score > top) top = score;
    if (score < bottom) bottom = score;
  }
  return { top, bottom, total: exactTotal(judge.length, (i) => judge[i]!) };
}

/**
 * Regression of labels in [0, 1] on the judge with the two worst disagreements that the ranges allow as rows: the judge
 * at its highest where the label is 0, and at its lowest where the label is 1. A disagreement that was not seen cannot be
 * excluded, so they shrink λ; a guessing judge gets about 0. O(n); no order of the samples changes a bit.
 * @param weight of either row: 1.25, as much as the ends interval has at either end
 * @param weights of the samples, of mean 1
 * @see docs/judges.md
 */
export function sumsWithDisagreement(
  { labels, judged, weights }: JudgedSamples,
  { top, bottom }: JudgeSpread,
  weight: number,
): JudgedSums {
  const n = labels.length;
  const of = (value: (i: number) => number) =>
    exactTotal(n, weights === undefined ? value : (i) => weights[i]! * value(i));
  const rows = of(() => 1) + 2 * weight;
  const sumOfLabels = of((i) => labels[i]!) + weight;
  const sumOfJudged = of((i) => judged[i]!) + weight * (top + bottom);
  const judgedSquares = of((i) => judged[i]! ** 2) + weight * (top ** 2 + bottom ** 2) - sumOfJudged ** 2 / rows;
  const products = of((i) => judged[i]! * labels[i]!) + weight * bottom - (sumOfJudged * sumOfLabels) / rows;
  const labelSquares = of((i) => labels[i]! ** 2) + weight - sumOfLabels ** 2 / rows;
  const isConstant = top - bottom <= 1e-9 || judgedSquares <= 1e-12;
  const lambda = isConstant ? 0 : Math.min(Math.max(products / judgedSquares, 0), 1 / (top - bottom));
  return { rows, labels: sumOfLabels, judged: sumOfJudged, judgedSquares, products, labelSquares, lambda };
}

/** The sum of n figures, rounded once. */
export function exactTotal(n: number, figure: (i: number) => number): number {
  let plain = 0;
  let i = 0;
  // Scores of few digits add up without rounding: a sum and a term that both come back out of the next sum lost nothing.
  for (; i < n; i++) {
    const x = figure(i);
    const next = plain + x;
    if (next - plain !== x || next - x !== plain) break;
    plain = next;
  }
  if (i === n) return plain;
  const sum = new ExactSum();
  sum.add(plain);
  for (; i < n; i++) sum.add(figure(i));
  return sum.value();
}
