import { rowComparer } from '../datasets/row-order.ts';
import type { Comparison } from '../results/summary.ts';
import type { ModelScores } from './aligned-scores.ts';
import { type ComparableScore, compareEachPair } from './compare-models.ts';
import { compareSequentially } from './compare-sequentially.ts';

export interface WithinRunOptions {
  /** Seed of the random order of a run that may have ended early; undefined where all samples were asked. */
  readonly orderSeed: number | undefined;
  /** @default 0.95 */
  readonly confidence?: number | undefined;
}

/**
 * Each model of a run against each before it. Of a run that may have ended early they are compared in the random order
 * that keeps such a comparison valid.
 */
export function compareWithinRun(
  models: readonly ModelScores[],
  scores: readonly ComparableScore[],
  { orderSeed, confidence = 0.95 }: WithinRunOptions,
): Comparison[] {
  if (orderSeed === undefined) return compareEachPair(models, scores, confidence);
  const pairs = models.flatMap((baseline, at) => models.slice(at + 1).map((candidate) => ({ baseline, candidate })));
  // Bonferroni over the pairs: the sequential comparison adjusts over the scores of one.
  const each = 1 - (1 - confidence) / Math.max(1, pairs.length);
  return pairs.flatMap(({ baseline, candidate }) =>
    compareSequentially(baseline, candidate, scores, rowComparer(orderSeed), each),
  );
}
