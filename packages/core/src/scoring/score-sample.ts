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
  { algorithm, options, scores: specs }: AlgorithmInstance,
  sample: Sample,
  answers: Answers,
  helpers: HelperAnswers | Unscored,
): ScoreOutcome {
  if ('unscored' in helpers) return helpers;
  if (algorithm.isQuadratic === true && isTooLong(sample, answers)) return TOO_LONG;
  try {
    const outcome = algorithm.score({ sample, answers, helpers }, options);
    if ('unscored' in outcome) return outcome;
    const wrong = wrongScore(outcome.scores, specs);
    return wrong === undefined ? withinRange(outcome, specs) : { unscored: 'score_invalid', detail: wrong };
  } catch (thrown) {
    return { unscored: 'scoring_failed', detail: toAssayError(thrown, 'SCORING_FAILED').message };
  }
}

/** Characters that two texts may have, multiplied, for the algorithms that are slow with both: some 300,000 each, a second. */
const MOST_PAIRS = 1e11;
const TOO_LONG: ScoreOutcome = { unscored: 'too_long', detail: `texts of more than ${MOST_PAIRS} pairs of characters` };

/** Whether the longest answer and the longest text that it may be held against are too long together. */
function isTooLong({ features }: Sample, answers: Answers): boolean {
  let [first, second] = [0, 0];
  const take = (length: number): void => {
    [first, second] = length > first ? [length, first] : [first, Math.max(second, length)];
  };
  for (const answer of answers.values()) if (answer.kind === 'generate') take(answer.text.length);
  for (const target of [features.target_output].flat()) if (typeof target === 'string') take(target.length);
  return first * second > MOST_PAIRS;
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
