import type { HelperAnswer, ModelAnswer, ScoreOutcome } from '../algorithms/algorithm.ts';
import type { AlgorithmInstance } from '../algorithms/instantiate.ts';
import { toAssayError } from '../errors/assay-error.ts';
import type { Sample } from '../samples/sample.ts';

export type Answers = ReadonlyMap<string, ModelAnswer>;
export type HelperAnswers = ReadonlyMap<string, HelperAnswer>;

/** Outcomes by algorithm label. A bug or a hostile text in one algorithm costs that score, never the sample. */
export function scoreSample(
  instances: readonly AlgorithmInstance[],
  sample: Sample,
  answersOf: (label: string) => Answers,
  helpersOf: (label: string) => HelperAnswers | { readonly unscored: string },
): Record<string, ScoreOutcome> {
  const outcomes: Record<string, ScoreOutcome> = {};
  for (const instance of instances) {
    const { label } = instance;
    outcomes[label] = scoreOne(instance, sample, answersOf(label), helpersOf(label));
  }
  return outcomes;
}

/** One algorithm's outcome; what its helper models could not answer, and what it throws, becomes a reason. */
export function scoreOne(
  { algorithm, options }: AlgorithmInstance,
  sample: Sample,
  answers: Answers,
  helpers: HelperAnswers | { readonly unscored: string },
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
    return { unscored: `scoring_failed(${toAssayError(thrown, 'SCORING_FAILED').message})` };
  }
}
