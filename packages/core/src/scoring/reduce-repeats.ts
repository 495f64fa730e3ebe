import { Moments, passAtK } from '@assay/metrics';
import type { ScoreOutcome, ScoreSpec } from '../algorithms/algorithm.ts';

/** How often each sample is asked, and how its repeats become one score. */
export interface Repeats {
  readonly times: number;
  /** `mean`, `majority` or `pass@k`. */
  readonly reducer: string;
}

/**
 * One outcome from the repeats of a sample, so that intervals are over samples and not over repeats. Repeats that were
 * not scored are left out; a sample without any keeps the first one's reason. Aggregates take the first scored repeat.
 */
export function reduceRepeats(
  outcomes: readonly ScoreOutcome[],
  reducer: string,
  specs: Readonly<Record<string, ScoreSpec>>,
): ScoreOutcome {
  const scored = outcomes.filter((outcome) => 'scores' in outcome);
  const [first] = scored;
  if (first === undefined) return outcomes[0]!;
  if (outcomes.length === 1) return first;
  const scores: Record<string, number> = {};
  for (const name of new Set(scored.flatMap((outcome) => Object.keys(outcome.scores)))) {
    const values = scored.flatMap((outcome) => outcome.scores[name] ?? []);
    const value = reduceValues(values, reducer, specs[name]);
    if (value === null) return { unscored: `too_few_repeats(${values.length})` };
    scores[name] = value;
  }
  const { statistics, remarks } = first;
  return {
    scores,
    ...(statistics === undefined ? {} : { statistics }),
    ...(remarks === undefined ? {} : { remarks }),
  };
}

/** @returns null where pass@k has fewer than k values */
function reduceValues(values: readonly number[], reducer: string, spec: ScoreSpec | undefined): number | null {
  if (reducer === 'majority') return mostFrequent(values);
  const k = /^pass@(\d+)$/.exec(reducer)?.[1];
  // Only what passes or fails can pass at least once; of other scores the mean is taken.
  if (k === undefined || spec?.kind !== 'binary') return Moments.of(values).mean();
  if (values.length < Number(k)) return null;
  return passAtK(values.length, values.filter((value) => value === 1).length, Number(k));
}

/** Of values that are equally frequent the one that came first. */
function mostFrequent(values: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].reduce((best, entry) => (entry[1] > best[1] ? entry : best))[0];
}

/** The scores' specs once repeats are reduced: a share of passes is no longer 0 or 1. */
export function reducedSpecs(
  specs: Readonly<Record<string, ScoreSpec>>,
  { times, reducer }: Repeats,
): Readonly<Record<string, ScoreSpec>> {
  if (times === 1 || reducer === 'majority') return specs;
  return Object.fromEntries(
    Object.entries(specs).map(([name, spec]) => [name, spec.kind === 'binary' ? { ...spec, kind: 'bounded' } : spec]),
  );
}
