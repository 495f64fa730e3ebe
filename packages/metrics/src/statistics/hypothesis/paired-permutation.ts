import { sfc32 } from '../../random/create-generator.ts';
import { columnSums, type StatisticOfSums, type SufficientStatistics } from '../bootstrap/sufficient-statistics.ts';
import { invalidArgument } from '../invalid-argument.ts';
import { mean } from '../moments/array-moments.ts';
import { signFlipPvalue } from './sign-flips.ts';
import { type Alternative, differences, type TestResult } from './test-result.ts';

export interface PermutationOptions {
  /** Of the random signs, where not all are tried. */
  readonly seed: number | string;
  /** @default 'two-sided' */
  readonly alternative?: Alternative;
  /** @default 10000 */
  readonly resamples?: number;
  /** All 2^m sign patterns of m non-zero differences are tried up to this m. @default 16 */
  readonly exactUpTo?: number;
}

/**
 * Paired permutation test of the mean difference: under the null hypothesis each difference could as well have
 * the other sign. Exact for few differences, else p = (1 + #{at least as extreme}) / (1 + resamples).
 * @returns statistic: mean of x − y, NaN for no pairs; p = 1 when no pair differs
 */
export function pairedPermutationTest(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  options: PermutationOptions,
): TestResult & { readonly exact: boolean } {
  const { alternative = 'two-sided', resamples = 10000, exactUpTo = 16 } = options;
  const d = differences(x, y);
  const statistic = mean(d) ?? Number.NaN;
  const moving = d.filter((value) => value !== 0);
  if (moving.length <= Math.min(exactUpTo, 24)) {
    return { statistic, pvalue: signFlipPvalue(moving, 0, alternative), exact: true };
  }
  const observed = moving.reduce((sum, value) => sum + value, 0);
  // Equal sums in another order of addition are ties.
  const tolerance = 1e-12 * moving.reduce((sum, value) => sum + Math.abs(value), 0);
  const isExtreme = extremeness(observed, tolerance, alternative);
  const nextUint32 = sfc32(options.seed);
  let extreme = 0;
  for (let resample = 0; resample < resamples; resample++) {
    let sum = 0;
    let bits = 0;
    for (let i = 0; i < moving.length; i++) {
      bits = i & 31 ? bits >>> 1 : nextUint32();
      sum += bits & 1 ? moving[i]! : -moving[i]!;
    }
    if (isExtreme(sum)) extreme++;
  }
  return { statistic, pvalue: (1 + extreme) / (1 + resamples), exact: false };
}

/**
 * Approximate randomisation of a corpus score: whole samples change sides at random.
 * @returns statistic: score(a) − score(b)
 * @see https://aclanthology.org/W05-0908/
 */
export function approximateRandomization(
  a: SufficientStatistics,
  b: SufficientStatistics,
  statistic: StatisticOfSums,
  options: Omit<PermutationOptions, 'exactUpTo'>,
): TestResult {
  if (a.rows !== b.rows || a.columns !== b.columns) {
    throw invalidArgument('both sides need as many rows and columns', 'METRIC_LENGTH_MISMATCH');
  }
  const { alternative = 'two-sided', resamples = 10000 } = options;
  const first = columnSums(a);
  const second = columnSums(b);
  const observed = statistic(first) - statistic(second);
  const isExtreme = extremeness(observed, 1e-12 * Math.abs(observed), alternative);
  const nextUint32 = sfc32(options.seed);
  const { columns } = a;
  let extreme = 0;
  const mixedA = new Float64Array(columns);
  const mixedB = new Float64Array(columns);
  for (let resample = 0; resample < resamples; resample++) {
    mixedA.set(first);
    mixedB.set(second);
    let bits = 0;
    for (let row = 0; row < a.rows; row++) {
      bits = row & 31 ? bits >>> 1 : nextUint32();
      if ((bits & 1) === 0) continue;
      for (let column = 0, at = row * columns; column < columns; column++, at++) {
        const shift = b.data[at]! - a.data[at]!;
        mixedA[column]! += shift;
        mixedB[column]! -= shift;
      }
    }
    if (isExtreme(statistic(mixedA) - statistic(mixedB))) extreme++;
  }
  return { statistic: observed, pvalue: (1 + extreme) / (1 + resamples) };
}

function extremeness(observed: number, tolerance: number, alternative: Alternative): (value: number) => boolean {
  if (alternative === 'greater') return (value) => value >= observed - tolerance;
  if (alternative === 'less') return (value) => value <= observed + tolerance;
  return (value) => Math.abs(value) >= Math.abs(observed) - tolerance;
}
