import type { Comparison, ModelSummary } from '../results/summary.ts';
import type { ComparableScore } from './comparable-scores.ts';
import { compareEachPair } from './compare-models.ts';
import { type ModelScores, withStops } from './model-scores.ts';

/** Each model of a run against each before it; one that may have ended early by what keeps such a comparison valid. */
export function compareWithinRun(
  models: readonly ModelScores[],
  scores: readonly ComparableScore[],
  summaries: readonly Pick<ModelSummary, 'name' | 'stop'>[],
  confidence?: number,
): Comparison[] {
  return compareEachPair(withStops(models, summaries), scores, { confidence });
}
