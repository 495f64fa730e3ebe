import type { Interval } from '../intervals/interval.ts';
import { findRoot } from '../special/find-root.ts';

/** Pairs of yes/no answers: those that the first alone passes, the second alone, and all. Halves are allowed. */
export interface Flips {
  readonly wins: number;
  readonly losses: number;
  readonly n: number;
}

/** Tango's score statistic of a difference of (wins − losses) / n; falls as the difference rises. */
export function tangoScore({ wins, losses, n }: Flips, difference: number): number {
  const b = -wins - losses + (2 * n - wins + losses) * difference;
  const c = -losses * difference * (1 - difference);
  const share = (Math.sqrt(Math.max(b * b - 8 * n * c, 0)) - b) / (4 * n);
  const variance = n * (2 * share + difference * (1 - difference));
  return (wins - losses - n * difference) / Math.sqrt(Math.max(variance, 1e-300));
}

/**
 * Tango's score interval of the difference of two pass rates on the same samples; its p-value at 0 is that of McNemar's
 * uncorrected test.
 * @param critical the quantile of the statistic, above 0
 * @returns within [−1, 1]
 * @see T. Tango (1998), Statistics in Medicine 17, 891
 */
export function tangoInterval(flips: Flips, critical: number): Interval {
  const middle = (flips.wins - flips.losses) / flips.n;
  const root = (sign: number, from: number, to: number) =>
    findRoot((difference) => tangoScore(flips, difference) - sign * critical, from, to);
  return [middle <= -1 ? -1 : root(1, -1, middle), middle >= 1 ? 1 : root(-1, middle, 1)];
}
