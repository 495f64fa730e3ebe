import { rowComparer } from '../datasets/row-order.ts';
import type { Comparison } from '../results/summary.ts';
import { type ComparableScore, compareEachPair } from './compare-models.ts';
import type { ModelScores } from './model-scores.ts';
import { hasBounds, sequentialTest, widestDifference } from './sequential-test.ts';

export interface WithinRunOptions {
  /** Seed of the random order of a run that may have ended early; undefined where all samples were asked. */
  readonly orderSeed: number | undefined;
  /** @default 0.95 */
  readonly confidence?: number | undefined;
}

/**
 * Each model of a run against each before it. Of a run that may have ended early they are compared in the random order
 * that keeps such a comparison valid, on scores with bounds.
 */
export function compareWithinRun(
  models: readonly ModelScores[],
  scores: readonly ComparableScore[],
  { orderSeed, confidence = 0.95 }: WithinRunOptions,
): Comparison[] {
  if (orderSeed === undefined) return compareEachPair(models, scores, { confidence });
  const bounded = scores.filter(({ spec }) => hasBounds(spec));
  const widths = new Map<string, number>(
    bounded.map(({ algorithm, score, spec }) => [`${algorithm}.${score}`, widestDifference(spec)]),
  );
  const test = sequentialTest(rowComparer(orderSeed), (of) => widths.get(of)!, confidence);
  return compareEachPair(models, bounded, { confidence, test });
}
