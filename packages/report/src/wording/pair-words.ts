import { type Comparison, verdictWords } from '@assay/core';
import { formatPValue } from './format-number.ts';

/** The interval that is shown: the one that holds together with all that were compared, where there is a verdict. */
export function shownInterval({ adjustedInterval, interval }: Comparison): Comparison['interval'] {
  return adjustedInterval ?? interval;
}

/** The p-value that goes with it. */
export function shownPValue({ adjustedPValue, pValue }: Comparison): number {
  return adjustedPValue ?? pValue;
}

/** `p = 0.012 adjusted over 4`, `p = 0.012 alone`. */
export function pValueWords(comparison: Comparison): string {
  const { family, verdict } = comparison;
  const p = formatPValue(shownPValue(comparison));
  if (verdict === null) return `${p} alone`;
  return family > 1 ? `${p} adjusted over ${family}` : p;
}

/** The verdict with its margin; `not asked` for a score that is shown without one. */
export function comparisonVerdict({ verdict, margin }: Comparison): string {
  return verdict === null ? 'not asked' : verdictWords(verdict, margin);
}

/** What the figures of paired differences are. */
export function pairsNote(comparisons: readonly Comparison[]): string {
  const family = Math.max(0, ...comparisons.map((comparison) => comparison.family));
  const together = family > 1 ? ` together over ${family} comparisons` : '';
  const alone = comparisons.some(({ verdict }) => verdict === null)
    ? ' Scores without a verdict are not primary: their figures hold for each alone (`compare.primary` in the config chooses others).'
    : '';
  return `Differences are candidate − baseline. Intervals and p-values of verdicts hold${together}: a verdict is better or worse exactly where its interval leaves out 0.${alone}`;
}
