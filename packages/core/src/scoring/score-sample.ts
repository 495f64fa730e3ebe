import type { HelperAnswer, ModelAnswer, ScoreOutcome, Unscored } from '../algorithms/algorithm.ts';
import type { AlgorithmInstance } from '../algorithms/instantiate.ts';
import { wrongScore } from '../algorithms/wrong-score.ts';
import { toAssayError } from '../errors/assay-error.ts';
import type { Sample } from '../samples/sample.ts';

export type Answers = ReadonlyMap<string, ModelAnswer>;
export type HelperAnswers = ReadonlyMap<string, HelperAnswer>;

/**
 * One algorithm's outcome on a sample. A bug or a hostile text in it costs that score, never the sample: what its helper models
 * could not answer, what it throws, and a score that is none of its scores, becomes a reason.
 */
export function scoreOne(
  { algorithm, options, scores: specs, limits }: AlgorithmInstance,
  sample: Sample,
  answers: Answers,
  helpers: HelperAnswers | Unscored,
): ScoreOutcome {
  if ('unscored' in helpers) return helpers;
  const { text_pairs: most } = limits;
  if (algorithm.isQuadratic === true && pairsOf(sample, answers) > most)
    return {
      unscored: 'too_long',
      detail: `texts of more than ${most} pairs of characters (dataset.budgets.text_pairs)`,
    };
  try {
    const outcome = algorithm.score({ sample, answers, helpers, limits }, options);
    return 'unscored' in outcome ? outcome : checkedOutcome(outcome, specs);
  } catch (thrown) {
    return { unscored: 'scoring_failed', detail: toAssayError(thrown, 'SCORING_FAILED').message };
  }
}

/** Scores as they may count: a score that is none of the algorithm's is a reason. */
export function checkedOutcome(
  outcome: Extract<ScoreOutcome, { scores: unknown }>,
  specs: AlgorithmInstance['scores'],
): ScoreOutcome {
  const wrong = wrongScore(outcome.scores, specs);
  return wrong === undefined ? withinRange(outcome, specs) : { unscored: 'score_invalid', detail: wrong };
}

/** Characters of the longest answer times those of the longest text that it may be held against. */
function pairsOf({ features }: Sample, answers: Answers): number {
  let [first, second] = [0, 0];
  const take = (length: number): void => {
    [first, second] = length > first ? [length, first] : [first, Math.max(second, length)];
  };
  for (const answer of answers.values()) if (answer.kind === 'generate') take(answer.text.length);
  for (const target of [features.target_output].flat()) if (typeof target === 'string') take(target.length);
  return first * second;
}

/** What rounding carried beyond a range is brought back to its end: intervals rest on it. */
function withinRange(
  outcome: Extract<ScoreOutcome, { scores: unknown }>,
  specs: AlgorithmInstance['scores'],
): ScoreOutcome {
  let rounded: Record<string, number> | undefined;
  for (const name in outcome.scores) {
    const value = outcome.scores[name]!;
    const [from, to] = specs[name]!.range;
    if (value >= from && value <= to) continue;
    rounded ??= { ...outcome.scores };
    rounded[name] = Math.min(Math.max(value, from), to);
  }
  return rounded === undefined ? outcome : { ...outcome, scores: rounded };
}
