import type { LeftOut } from '../results/summary.ts';

/** `2 only in the baseline, 1 unscored in the candidate`; empty where a comparison leaves nothing out. */
export function leftOutText(leftOut: LeftOut | undefined): string {
  if (leftOut === undefined) return '';
  const parts = [
    [leftOut.onlyBaseline, 'only in the baseline'],
    [leftOut.onlyCandidate, 'only in the candidate'],
    [leftOut.unscoredBaseline, 'unscored in the baseline'],
    [leftOut.unscoredCandidate, 'unscored in the candidate'],
  ] as const;
  return parts
    .filter(([count]) => count > 0)
    .map(([count, what]) => `${count} ${what}`)
    .join(', ');
}
