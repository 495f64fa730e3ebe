import type { Algorithm, HelperAnswer, ModelAnswer, ScoreOutcome } from '../algorithms/algorithm.ts';
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
  for (const { label, algorithm, options } of instances) {
    const helpers = helpersOf(label);
    outcomes[label] = 'unscored' in helpers ? helpers : scoreOne(algorithm, options, sample, answersOf(label), helpers);
  }
  return outcomes;
}

function scoreOne(
  algorithm: Algorithm,
  options: unknown,
  sample: Sample,
  answers: Answers,
  helpers: HelperAnswers,
): ScoreOutcome {
  try {
    const outcome = algorithm.score({ sample, answers, helpers }, options);
    if ('unscored' in outcome) return outcome;
    for (const [name, value] of Object.entries(outcome.scores)) {
      if (!Number.isFinite(value)) return { unscored: `not_finite(${name})` };
    }
    return outcome;
  } catch (thrown) {
    return { unscored: `scoring_failed(${toAssayError(thrown, 'SCORING_FAILED').message})` };
  }
}
