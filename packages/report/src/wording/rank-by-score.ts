import type { ScoreSummary } from '@assay/core';

/** Distance from the best: smaller is better, whichever way the score runs. */
function cost(score: ScoreSummary): number {
  const value = score.value ?? Number.NaN;
  const { better } = score.spec;
  if (better === 'higher') return -value;
  return better === 'lower' ? value : Math.abs(value - better.target);
}

/** Best first. Scores without a value are left out. */
export function rankByScore(scores: readonly ScoreSummary[]): ScoreSummary[] {
  return scores.filter((score) => score.value !== null).sort((a, b) => cost(a) - cost(b));
}
