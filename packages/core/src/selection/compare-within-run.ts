import type { Comparison, ModelSummary } from '../results/summary.ts';
import type { ComparableScore } from './comparable-scores.ts';
import { compareEachPair } from './compare-models.ts';
import type { ModelScores } from './model-scores.ts';
import { stopShare } from './monitored-difference.ts';
import { FIXED_METHOD, monitoredMethod, type PairMethod } from './score-difference.ts';

/** How models are compared that may have ended early, or were asked all samples. */
export function pairMethodOf(models: readonly Pick<ModelSummary, 'stop'>[]): PairMethod {
  const share = stopShare(models);
  return share === undefined ? FIXED_METHOD : monitoredMethod(share);
}

/** Each model of a run against each before it; one that may have ended early by what keeps such a comparison valid. */
export function compareWithinRun(
  models: readonly ModelScores[],
  scores: readonly ComparableScore[],
  summaries: readonly Pick<ModelSummary, 'stop'>[],
  confidence?: number,
): Comparison[] {
  return compareEachPair(models, scores, { confidence, method: pairMethodOf(summaries) });
}
