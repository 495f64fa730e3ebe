import type { Aggregate, Algorithm, HelperModel, ScoreSpec } from './algorithm.ts';
import { checkScoreSpecs } from './score-spec-check.ts';
import { summableRange } from './summable-range.ts';
import { TEXT_LIMITS, type TextLimits } from './text-limits.ts';

/** An algorithm with its options, as a config asks for it. */
export interface AlgorithmInstance {
  /** Names it in results: the config's alias, or the algorithm's name. */
  readonly label: string;
  readonly algorithm: Algorithm;
  readonly options: unknown;
  readonly scores: Readonly<Record<string, ScoreSpec>>;
  readonly aggregates: Readonly<Record<string, Aggregate>>;
  readonly signature: string;
  /** Helper models that scoring turns to. */
  readonly helpers: readonly HelperModel[];
  readonly limits: TextLimits;
}

/**
 * @param options already parsed by the algorithm's own schema
 * @throws AssayError CONFIG_INVALID for scores that are none, as code of the user's own may declare them
 */
export function instantiateAlgorithm(
  label: string,
  algorithm: Algorithm,
  options: unknown,
  limits: TextLimits = TEXT_LIMITS,
): AlgorithmInstance {
  const scores = algorithm.scores(options);
  checkScoreSpecs(algorithm.name, scores);
  return {
    label,
    algorithm,
    options,
    limits,
    scores: summableScores(scores),
    aggregates: algorithm.aggregates?.(options) ?? {},
    signature: algorithm.signature(options),
    helpers: algorithm.helpers?.(options) ?? [],
  };
}

function summableScores(scores: Readonly<Record<string, ScoreSpec>>): Record<string, ScoreSpec> {
  return Object.fromEntries(
    Object.entries(scores).map(([name, spec]) => [name, { ...spec, range: summableRange(spec.range) }]),
  );
}
