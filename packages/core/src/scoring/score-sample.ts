import type { HelperAnswer, ModelAnswer, ScoreOutcome, Unscored } from '../algorithms/algorithm.ts';
import type { AlgorithmInstance } from '../algorithms/instantiate.ts';
import { toAssayError } from '../errors/assay-error.ts';
import type { Sample } from '../samples/sample.ts';

export type Answers = ReadonlyMap<string, ModelAnswer>;
export type HelperAnswers = ReadonlyMap<string, HelperAnswer>;

/**
 * One algorithm's outcome on a sample. A bug or a hostile text in it costs that score, never the sample: what its helper models
 * could not answer, and what it throws, becomes a reason.
 */
export function scoreOne(
  { algorithm, options }: AlgorithmInstance,
  sample: Sample,
  answers: Answers,
  helpers: HelperAnswers | Unscored,
): ScoreOutcome {
  if ('unscored' in helpers) return helpers;
  try {
    const outcome = algorithm.score({ sample, answers, helpers }, options);
    if ('unscored' in outcome) return outcome;
    for (const name in outcome.scores) {
      if (!Number.isFinite(outcome.scores[name])) return { unscored: `not_finite(${name})` };
    }
    return outcome;
  } catch (thrown) {
    return { unscored: 'scoring_failed', detail: toAssayError(thrown, 'SCORING_FAILED').message };
  }
}
