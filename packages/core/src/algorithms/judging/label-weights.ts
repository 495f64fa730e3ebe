import type { HelperAnswer } from '../algorithm.ts';

/** The mean of what labels score, by how likely the judge holds each to be. @see https://arxiv.org/abs/2303.16634 (G-Eval) */
export function expectedScore(
  weights: NonNullable<Extract<HelperAnswer, { kind: 'judge' }>['weights']>,
  scoreOf: (label: string) => number,
): number {
  return Object.entries(weights).reduce((sum, [label, weight]) => sum + weight * scoreOf(label), 0);
}

/** How unsure the judge is among its labels: entropy as a share of the most that so many labels can have. @returns in [0, 1] */
export function unsureness(weights: Readonly<Record<string, number>>): number {
  const shares = Object.values(weights);
  if (shares.length < 2) return 0;
  const bits = shares.reduce((sum, share) => (share > 0 ? sum - share * Math.log2(share) : sum), 0);
  return Math.min(1, Math.max(0, bits / Math.log2(shares.length)));
}
