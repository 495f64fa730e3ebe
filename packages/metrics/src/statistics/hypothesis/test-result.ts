import { invalidArgument } from '../invalid-argument.ts';

/** Which way the first side is suspected to differ from the second. */
export type Alternative = 'two-sided' | 'less' | 'greater';

export interface TestResult {
  /** NaN where the test is undefined, as for differences that are all 0. */
  readonly statistic: number;
  /** In [0, 1], or NaN. */
  readonly pvalue: number;
}

/** The p-value of a statistic with a symmetric null distribution whose upper tail is `sf`. */
export function tailPvalue(statistic: number, sf: (x: number) => number, alternative: Alternative): number {
  if (alternative === 'greater') return sf(statistic);
  if (alternative === 'less') return sf(-statistic);
  return 2 * sf(Math.abs(statistic));
}

/** x − y. @throws RangeError when the lengths differ */
export function differences(x: ArrayLike<number>, y: ArrayLike<number>): Float64Array {
  if (x.length !== y.length) {
    throw invalidArgument(
      `a paired test needs as many values on both sides: ${x.length} and ${y.length}`,
      'METRIC_LENGTH_MISMATCH',
    );
  }
  return Float64Array.from({ length: x.length }, (_, i) => x[i]! - y[i]!);
}
