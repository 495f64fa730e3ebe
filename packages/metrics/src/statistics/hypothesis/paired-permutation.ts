import { sfc32 } from '../../random/create-generator.ts';
import { columnSums, type StatisticOfSums, type SufficientStatistics } from '../bootstrap/sufficient-statistics.ts';
import { invalidArgument } from '../invalid-argument.ts';
import { mean } from '../moments/array-moments.ts';
import { incompleteBeta } from '../special/incomplete-beta.ts';
import { signFlipTail } from './sign-flip-tail.ts';
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

/** How a p-value of sign flips was found: over all patterns, over random ones, or by their saddlepoint approximation. */
export type PermutationMethod = 'exact' | 'resampled' | 'saddlepoint';

export interface PermutationResult extends TestResult {
  readonly method: PermutationMethod;
}

/** Fewer extreme resamples than this say little of a small p-value, and none can say that it is below 1/(1 + resamples). */
const ENOUGH_EXTREME = 20;
/** From so many values on the sum of their signs is smooth, unless one of them outweighs the others. */
const SMOOTH_FROM = 500;
const OUTWEIGHS = 1 / 25;

/**
 * Paired permutation test of the mean difference: under the null hypothesis each difference could as well have
 * the other sign.
 * @returns statistic: mean of x − y, NaN for no pairs; p = 1 when no pair differs
 */
export function pairedPermutationTest(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  options: PermutationOptions,
): PermutationResult {
  return signFlipTest(differences(x, y), options);
}

/**
 * Whether values have a mean of 0, given that each could as well have the other sign. Exact for few values, and where all
 * that are not 0 have one magnitude (a binomial test); else p = (1 + #{at least as extreme}) / (1 + resamples), or the
 * saddlepoint approximation where few resamples are extreme or the values are many.
 * @returns statistic: the mean, NaN for no values; p = 1 when all are 0
 */
export function signFlipTest(values: ArrayLike<number>, options: PermutationOptions): PermutationResult {
  const { alternative = 'two-sided', resamples = 10000, exactUpTo = 16 } = options;
  const statistic = mean(values) ?? Number.NaN;
  const moving = Float64Array.from(values).filter((value) => value !== 0);
  if (moving.length <= Math.min(exactUpTo, 24)) {
    return { statistic, pvalue: signFlipPvalue(moving, 0, alternative), method: 'exact' };
  }
  const magnitudes = moving.map(Math.abs);
  if (magnitudes.every((magnitude) => magnitude === magnitudes[0])) {
    return { statistic, pvalue: binomialPvalue(moving, alternative), method: 'exact' };
  }
  const observed = moving.reduce((sum, value) => sum + value, 0);
  if (!isSmooth(magnitudes)) {
    const extreme = countExtreme(moving, observed, { alternative, resamples, seed: options.seed });
    if (extreme >= ENOUGH_EXTREME) return { statistic, pvalue: (1 + extreme) / (1 + resamples), method: 'resampled' };
  }
  return { statistic, pvalue: saddlepointPvalue(magnitudes, observed, alternative), method: 'saddlepoint' };
}

function isSmooth(magnitudes: Float64Array): boolean {
  if (magnitudes.length < SMOOTH_FROM) return false;
  const squares = magnitudes.map((magnitude) => magnitude ** 2);
  const total = squares.reduce((sum, square) => sum + square, 0);
  return squares.every((square) => square <= OUTWEIGHS * total);
}

function binomialPvalue(moving: Float64Array, alternative: Alternative): number {
  const above = moving.filter((value) => value > 0).length;
  const atLeast = (count: number) => (count === 0 ? 1 : incompleteBeta(count, moving.length - count + 1, 0.5, 0.5));
  if (alternative === 'greater') return atLeast(above);
  if (alternative === 'less') return atLeast(moving.length - above);
  return Math.min(1, 2 * atLeast(Math.max(above, moving.length - above)));
}

function saddlepointPvalue(magnitudes: Float64Array, observed: number, alternative: Alternative): number {
  if (alternative === 'two-sided') return Math.min(1, 2 * signFlipTail(magnitudes, Math.abs(observed)));
  const towards = alternative === 'greater' ? observed : -observed;
  // Signs are symmetric: the sum is at least −s unless it is beyond s.
  return towards >= 0 ? signFlipTail(magnitudes, towards) : 1 - signFlipTail(magnitudes, -towards);
}

function countExtreme(
  moving: Float64Array,
  observed: number,
  { alternative, resamples, seed }: { alternative: Alternative; resamples: number; seed: number | string },
): number {
  // Equal sums in another order of addition are ties.
  const tolerance = 1e-12 * moving.reduce((sum, value) => sum + Math.abs(value), 0);
  const isExtreme = extremeness(observed, tolerance, alternative);
  const sums = sumsOfEight(moving);
  const nextUint32 = sfc32(seed);
  let extreme = 0;
  for (let resample = 0; resample < resamples; resample++) {
    let sum = 0;
    let bits = 0;
    for (let block = 0, at = 0; at < sums.length; block++, at += 256) {
      bits = block & 3 ? bits >>> 8 : nextUint32();
      sum += sums[at + (bits & 255)]!;
    }
    if (isExtreme(sum)) extreme++;
  }
  return extreme;
}

/** For each eight values their sum under each of the 256 patterns of signs, a bit for a value, set where it keeps its sign. */
function sumsOfEight(values: Float64Array): Float64Array {
  const sums = new Float64Array(256 * Math.ceil(values.length / 8));
  for (let at = 0, first = 0; at < sums.length; at += 256, first += 8) {
    for (let i = 0; i < 8; i++) sums[at]! -= values[first + i] ?? 0;
    for (let i = 0, size = 1; i < 8; i++, size *= 2) {
      const twice = 2 * (values[first + i] ?? 0);
      for (let pattern = 0; pattern < size; pattern++) sums[at + size + pattern] = sums[at + pattern]! + twice;
    }
  }
  return sums;
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
