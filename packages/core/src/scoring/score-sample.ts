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
  { algorithm, options, scores: specs }: AlgorithmInstance,
  sample: Sample,
  answers: Answers,
  helpers: HelperAnswers | Unscored,
): ScoreOutcome {
  if ('unscored' in helpers) return helpers;
  try {
    const outcome = algorithm.score({ sample, answers, helpers }, options);
    if ('unscored' in outcome) return outcome;
    return checked(outcome, specs);
  } catch (thrown) {
    return { unscored: 'scoring_failed', detail: toAssayError(thrown, 'SCORING_FAILED').message };
  }
}

/** How far beyond its range a score may lie for rounding, as a share of the range. */
const ROUNDING = 1e-9;

/** A score that is no number, or outside the range that its algorithm declares, is refused here: intervals rest on it. */
function checked(
  outcome: Extract<ScoreOutcome, { scores: unknown }>,
  specs: AlgorithmInstance['scores'],
): ScoreOutcome {
  let rounded: Record<string, number> | undefined;
  for (const name in outcome.scores) {
    const value = outcome.scores[name]!;
    if (!Number.isFinite(value)) return { unscored: `not_finite(${name})` };
    const spec = specs[name];
    if (spec === undefined || (value >= spec.range[0] && value <= spec.range[1])) continue;
    const [from, to] = spec.range;
    const slack = ROUNDING * (Number.isFinite(to - from) ? to - from : 1);
    if (value < from - slack || value > to + slack) {
      return { unscored: `out_of_range(${name})`, detail: `${name} is ${value}, declared from ${from} to ${to}` };
    }
    rounded ??= { ...outcome.scores };
    rounded[name] = Math.min(Math.max(value, from), to);
  }
  return rounded === undefined ? outcome : { ...outcome, scores: rounded };
}
