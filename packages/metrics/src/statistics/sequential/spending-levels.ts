import { invalidArgument } from '../invalid-argument.ts';
import { findRoot } from '../special/find-root.ts';
import { normalQuantile, normalSf } from '../special/normal.ts';

/** Points of Simpson's rule over what has not stopped yet; odd. */
const POINTS = 201;

/**
 * Two-sided levels for looks at a growing sample whose sizes were fixed beforehand: O'Brien and Fleming's spending function
 * after Lan and DeMets, which leaves the last look almost the whole level. A test whose p-value is at most `levels[k]` at
 * look k may stop there; all looks together raise a false alarm with probability α, and the intervals of confidence
 * 1 − levels[k] hold at all looks at once. Rests on increments that are independent and near normal.
 * @param fractions sizes of the looks as shares of the last, rising to 1
 * @returns a level for each look
 * @throws RangeError METRIC_INVALID_ARGUMENT for shares that do not rise to 1
 * @example spendingLevels([0.2, 0.4, 0.6, 0.8, 1]) // critical values 4.88, 3.36, 2.68, 2.29, 2.03
 * @see K. K. G. Lan, D. L. DeMets (1983), Biometrika 70, 659; C. Jennison, B. W. Turnbull (1999), chapters 7, 9 and 19
 */
export function spendingLevels(fractions: readonly number[], alpha: number = 0.05): number[] {
  if (!(alpha > 0 && alpha < 1)) throw invalidArgument(`alpha is ${alpha}`);
  const isRising = fractions.every((share, k) => share > (fractions[k - 1] ?? 0) && share <= 1);
  if (!isRising || fractions.at(-1) !== 1) throw invalidArgument(`${fractions.join(', ')} do not rise to 1`);
  // Each side spends half of α by itself.
  const critical = -normalQuantile(alpha / 4);
  const spent = (share: number) => 4 * normalSf(critical / Math.sqrt(share));
  let going = unstopped();
  return fractions.map((share, k) => {
    const before = fractions[k - 1] ?? 0;
    const wanted = spent(share) - (k === 0 ? 0 : spent(before));
    const spread = Math.sqrt(share - before);
    const exceeds = (border: number) => exitChance(going, border, spread) - wanted;
    const border = findRoot(exceeds, 0, 40);
    going = continued(going, border, spread);
    return 2 * normalSf(border / Math.sqrt(share));
  });
}

/** The sum of the increments so far where no look has stopped: density at points, with the weights of Simpson's rule. */
interface Going {
  readonly at: Float64Array;
  readonly mass: Float64Array;
}

/** Before the first look all mass is at 0. */
function unstopped(): Going {
  return { at: Float64Array.of(0), mass: Float64Array.of(1) };
}

function exitChance({ at, mass }: Going, border: number, spread: number): number {
  let chance = 0;
  for (let i = 0; i < at.length; i++) {
    chance += mass[i]! * (normalSf((border - at[i]!) / spread) + normalSf((border + at[i]!) / spread));
  }
  return chance;
}

function continued({ at, mass }: Going, border: number, spread: number): Going {
  const step = (2 * border) / (POINTS - 1);
  const next = Float64Array.from({ length: POINTS }, (_, j) => -border + j * step);
  const weights = next.map((point, j) => {
    let density = 0;
    for (let i = 0; i < at.length; i++) density += mass[i]! * Math.exp(-0.5 * ((point - at[i]!) / spread) ** 2);
    const simpson = j === 0 || j === POINTS - 1 ? 1 : j % 2 === 1 ? 4 : 2;
    return (density / (spread * Math.sqrt(2 * Math.PI))) * ((simpson * step) / 3);
  });
  return { at: next, mass: weights };
}
