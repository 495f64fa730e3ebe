import { type Comparison, type ScoreSummary, type Summary, turnedVerdict } from '@assay/core';

/** Swaps baseline and candidate. */
function turned(comparison: Comparison): Comparison {
  const { interval, adjustedInterval } = comparison;
  const turn = (ends: Comparison['interval']) => (ends === null ? null : ([-ends[1], -ends[0]] as const));
  return {
    ...comparison,
    baseline: comparison.candidate,
    candidate: comparison.baseline,
    difference: -comparison.difference,
    interval: turn(interval),
    adjustedInterval: turn(adjustedInterval ?? null),
    verdict: turnedVerdict(comparison.verdict),
  };
}

/** The paired comparison of two models on a score, as it was made; null where none was made. */
export function comparedOf(
  summary: Summary,
  of: Pick<ScoreSummary, 'algorithm' | 'score'>,
  first: string,
  second: string,
): Comparison | null {
  const found = summary.comparisons.find(
    ({ algorithm, score, candidate, baseline }) =>
      algorithm === of.algorithm &&
      score === of.score &&
      ((candidate === first && baseline === second) || (candidate === second && baseline === first)),
  );
  return found ?? null;
}

/** The same with `candidate` as its candidate. */
export function comparisonBetween(
  summary: Summary,
  of: Pick<ScoreSummary, 'algorithm' | 'score'>,
  candidate: string,
  baseline: string,
): Comparison | null {
  const found = comparedOf(summary, of, candidate, baseline);
  return found === null || found.candidate === candidate ? found : turned(found);
}
