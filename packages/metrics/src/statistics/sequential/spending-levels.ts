import { invalidArgument } from '../invalid-argument.ts';
import { findRoot } from '../special/find-root.ts';
import { normalQuantile, normalSf } from '../special/normal.ts';
import { continued, exitChance, unstopped } from './walk-between-looks.ts';

export interface SpendingOptions {
  /** Chance of any false alarm. @default 0.05 */
  readonly alpha?: number;
  /** Share of it that is spent in equal parts over the looks; the rest goes by O'Brien and Fleming. @default 0 */
  readonly early?: number;
  /** Share of it that the first look gets beside. @default 0 */
  readonly first?: number;
}

/**
 * Two-sided levels for looks at a growing sample whose sizes were fixed beforehand: O'Brien and Fleming's spending function
 * after Lan and DeMets, which leaves the last look almost the whole level, and where `early` is above 0 an equal part for
 * each look, and one of its own for the first, without which these could say nothing. Rests on increments that are
 * independent and near normal.
 * @param fractions sizes of the looks as shares of the last, rising to 1
 * @returns a level for each look
 * @throws RangeError METRIC_INVALID_ARGUMENT for shares that do not rise to 1
 * @example spendingLevels([0.2, 0.4, 0.6, 0.8, 1]) // critical values 4.88, 3.36, 2.68, 2.29, 2.03
 * @see K. K. G. Lan, D. L. DeMets (1983), Biometrika 70, 659; C. Jennison, B. W. Turnbull (1999), chapters 7, 9 and 19
 */
export function spendingLevels(fractions: readonly number[], options: SpendingOptions = {}): number[] {
  const { alpha = 0.05, early = 0, first = 0 } = options;
  if (!(alpha > 0 && alpha < 1)) throw invalidArgument(`alpha is ${alpha}`);
  if (!(early >= 0 && first >= 0 && early + first < 1)) throw invalidArgument(`early is ${early}, first ${first}`);
  const isRising = fractions.every((share, k) => share > (fractions[k - 1] ?? 0) && share <= 1);
  if (!isRising || fractions.at(-1) !== 1) throw invalidArgument(`${fractions.join(', ')} do not rise to 1`);
  // Each side spends half of α by itself.
  const critical = -normalQuantile((alpha * (1 - early - first)) / 4);
  const late = (share: number) => (share === 0 ? 0 : 4 * normalSf(critical / Math.sqrt(share)));
  let going = unstopped();
  return fractions.map((share, k) => {
    const before = fractions[k - 1] ?? 0;
    const own = early / fractions.length + (k === 0 ? first : 0);
    const wanted = late(share) - late(before) + alpha * own;
    const spread = Math.sqrt(share - before);
    const border = findRoot((at) => exitChance(going, at, spread) - wanted, 0, 40);
    going = continued(going, border, spread, share);
    return 2 * normalSf(border / Math.sqrt(share));
  });
}
