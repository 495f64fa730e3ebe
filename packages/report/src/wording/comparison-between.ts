import type { Comparison, ScoreSummary, Summary } from '@assay/core';

const OPPOSITE = { better: 'worse', worse: 'better', 'cannot tell': 'cannot tell' } as const;

/** Swaps baseline and candidate. */
function turned(comparison: Comparison): Comparison {
  const { interval } = comparison;
  return {
    ...comparison,
    baseline: comparison.candidate,
    candidate: comparison.baseline,
    difference: -comparison.difference,
    interval: interval === null ? null : [-interval[1], -interval[0]],
    verdict: OPPOSITE[comparison.verdict],
  };
}

/** The paired comparison of two models on a score with `candidate` as its candidate; null where none was made. */
export function comparisonBetween(
  summary: Summary,
  of: Pick<ScoreSummary, 'algorithm' | 'score'>,
  candidate: string,
  baseline: string,
): Comparison | null {
  for (const comparison of summary.comparisons) {
    if (comparison.algorithm !== of.algorithm || comparison.score !== of.score) continue;
    if (comparison.candidate === candidate && comparison.baseline === baseline) return comparison;
    if (comparison.candidate === baseline && comparison.baseline === candidate) return turned(comparison);
  }
  return null;
}
