import type { PairVerdict } from '../results/summary.ts';

/** The margin as a verdict names it: `equivalent within 0.02`, `not worse by 0.02`. */
export function verdictWords(verdict: PairVerdict, margin: number | undefined): string {
  if (margin === undefined) return verdict;
  if (verdict === 'equivalent') return `equivalent within ${margin}`;
  return verdict === 'not worse' ? `not worse by ${margin}` : verdict;
}

/** An interval of a gain, above 0 for better; `open` where it ends at 0 without holding it. */
export interface GainInterval {
  readonly ends: readonly [number, number];
  readonly open?: boolean;
}

/**
 * The verdict that an interval of the gain is: better or worse where it excludes 0; else equivalent where it lies within the
 * margin, not worse where it lies above −margin.
 */
export function verdictOfInterval({ ends: [low, high], open = false }: GainInterval, margin?: number): PairVerdict {
  if (low > 0 || (open && low === 0)) return 'better';
  if (high < 0 || (open && high === 0)) return 'worse';
  if (margin === undefined || low <= -margin) return 'cannot tell';
  return high < margin ? 'equivalent' : 'not worse';
}

/** The verdict with the sides exchanged; what is not known of the other side is `cannot tell`. */
export function turnedVerdict<Verdict extends PairVerdict | null>(verdict: Verdict): Verdict | PairVerdict {
  if (verdict === 'better') return 'worse';
  if (verdict === 'worse') return 'better';
  return verdict === 'not worse' ? 'cannot tell' : verdict;
}
