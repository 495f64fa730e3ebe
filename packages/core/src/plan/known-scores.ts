import type { ScoreSpec } from '../algorithms/algorithm.ts';
import type { AlgorithmInstance } from '../algorithms/instantiate.ts';
import { canonicalAlgorithmName } from '../config/algorithm-name.ts';
import { didYouMean } from '../config/did-you-mean.ts';
import { AssayError, type SourcePlace } from '../errors/assay-error.ts';

/** A score that a run will have. */
export interface KnownScore {
  readonly name: string;
  readonly spec: ScoreSpec;
  readonly ofSamples: boolean;
}

export function knownScores(instances: readonly AlgorithmInstance[]): KnownScore[] {
  return instances.flatMap(({ label, scores, aggregates }) => {
    const named = (own: Readonly<Record<string, ScoreSpec>>, ofSamples: boolean): KnownScore[] =>
      Object.entries(own).map(([score, spec]) => ({ name: `${label}.${score}`, spec, ofSamples }));
    return [
      ...named(scores, true),
      ...Object.values(aggregates).flatMap((aggregate) => named(aggregate.scores, false)),
    ];
  });
}

/** A selection may leave the algorithm out, or write an alias of it. */
export function isNamed(known: string, name: string): boolean {
  const [at, own] = [name.lastIndexOf('.'), known.lastIndexOf('.')];
  if (at <= 0) return known.slice(own + 1) === name;
  const score = name.slice(at);
  return known === name || known === `${canonicalAlgorithmName(name.slice(0, at))}${score}`;
}

/** Of a decision that names a score which the run will not have. */
export function unknownScore(
  who: string,
  name: string,
  known: readonly string[],
  at: SourcePlace | undefined,
): AssayError {
  const near = didYouMean(name, known);
  const hint = `The run has: ${known.join(', ')}.`;
  return new AssayError('CONFIG_INVALID', `${who} names ${name}, which the run will not have`, {
    hint: near === undefined ? hint : `Did you mean ${near}? ${hint}`,
    ...(at === undefined ? {} : { at }),
  });
}
