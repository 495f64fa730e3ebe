import { type Interval, tailProbability } from '../intervals/interval.ts';
import { normalQuantile, normalSf } from '../special/normal.ts';
import { studentQuantile, studentSf } from '../special/student-t.ts';
import { type Flips, tangoInterval, tangoScore } from './tango.ts';

/**
 * Interval of the difference of two pass rates on the same samples: the hull of Tango's with Student's quantile of n − 1
 * and of Tango's with half a pair more in either discordant cell and the normal quantile.
 * @returns within [−1, 1], never of zero width; [−1, 1] for fewer than two pairs
 */
export function flipsInterval(flips: Flips, confidence: number = 0.95): Interval {
  const tail = tailProbability(confidence);
  if (flips.n < 2) return [-1, 1];
  const plain = tangoInterval(flips, -studentQuantile(tail, flips.n - 1));
  const half = tangoInterval(withHalves(flips), -normalQuantile(tail));
  return [Math.min(plain[0], half[0]), Math.max(plain[1], half[1])];
}

/**
 * The dual of {@link flipsInterval}: at most α exactly where its 1 − α interval excludes the border.
 * @param border a difference in [−1, 1] @default 0
 * @returns 1 for fewer than two pairs
 */
export function flipsPvalue(flips: Flips, border: number = 0): number {
  if (flips.n < 2) return 1;
  const plain = tangoScore(flips, border);
  const half = tangoScore(withHalves(flips), border);
  // On different sides of the border the hull spans it at every level.
  if (plain * half <= 0) return 1;
  return Math.max(2 * studentSf(Math.abs(plain), flips.n - 1), 2 * normalSf(Math.abs(half)));
}

function withHalves({ wins, losses, n }: Flips): Flips {
  return { wins: wins + 0.5, losses: losses + 0.5, n: n + 1 };
}
