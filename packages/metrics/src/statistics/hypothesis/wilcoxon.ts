import { normalSf } from '../special/normal.ts';
import { rankAverage } from './rank.ts';
import { signFlipPvalue } from './sign-flips.ts';
import { type Alternative, differences, type TestResult, tailPvalue } from './test-result.ts';

export interface WilcoxonOptions {
  /** @default 'two-sided' */
  readonly alternative?: Alternative;
  /** Zero differences are dropped, ranked but not counted (Pratt), or split between both sides. @default 'wilcox' */
  readonly zeroMethod?: 'wilcox' | 'pratt' | 'zsplit';
  /** Continuity correction of the normal approximation. @default false */
  readonly correction?: boolean;
  /**
   * 'auto': exact without ties and zeros up to 50 pairs, all sign flips with them up to 13 pairs, else normal.
   * @default 'auto'
   */
  readonly method?: 'auto' | 'exact' | 'asymptotic';
}

/**
 * Wilcoxon's signed rank test of paired values.
 * @returns statistic: sum of the ranks of positive differences, for two-sided the smaller of both sums;
 * NaN p-value in the normal approximation when no difference counts
 * @see scipy.stats.wilcoxon
 */
export function wilcoxonSignedRank(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  options: WilcoxonOptions = {},
): TestResult {
  const { alternative = 'two-sided', zeroMethod = 'wilcox', correction = false } = options;
  const d = differences(x, y);
  if (d.length === 0) return { statistic: Number.NaN, pvalue: Number.NaN };
  const sums = signedRankSums(d, zeroMethod);
  const statistic = alternative === 'two-sided' ? Math.min(sums.positive, sums.negative) : sums.positive;
  const method = chooseMethod(options.method ?? 'auto', d.length, sums.hasTies || sums.zeros > 0);
  if (method === 'exact') return { statistic, pvalue: exactPvalue(sums.positive, sums.count, alternative) };
  if (method === 'flips') return { statistic, pvalue: signFlipPvalue(sums.signedRanks, sums.fixed, alternative) };
  let z = (sums.positive - sums.mean) / sums.deviation;
  if (correction) {
    const sign = alternative === 'greater' ? 1 : alternative === 'less' ? -1 : Math.sign(z);
    z -= (sign * 0.5) / sums.deviation;
  }
  return { statistic, pvalue: tailPvalue(z, normalSf, alternative) };
}

function chooseMethod(
  method: 'auto' | 'exact' | 'asymptotic',
  n: number,
  irregular: boolean,
): 'exact' | 'asymptotic' | 'flips' {
  if (method !== 'auto') return method;
  if (n > 50) return 'asymptotic';
  if (!irregular) return 'exact';
  return n <= 13 ? 'flips' : 'asymptotic';
}

interface SignedRankSums {
  readonly positive: number;
  readonly negative: number;
  /** Mean and standard deviation of `positive` under the null hypothesis. */
  readonly mean: number;
  readonly deviation: number;
  /** How many differences were ranked. */
  readonly count: number;
  readonly zeros: number;
  readonly hasTies: boolean;
  /** Rank of each non-zero difference with its sign, and what zeros add to either side. */
  readonly signedRanks: Float64Array;
  readonly fixed: number;
}

function signedRankSums(d: Float64Array, zeroMethod: 'wilcox' | 'pratt' | 'zsplit'): SignedRankSums {
  const zeros = d.reduce((sum, value) => sum + (value === 0 ? 1 : 0), 0);
  const kept = zeroMethod === 'wilcox' ? d.filter((value) => value !== 0) : d;
  const { ranks, tieSizes } = rankAverage(kept.map(Math.abs));
  const count = kept.length;
  const signedRanks = ranks.map((rank, i) => Math.sign(kept[i]!) * rank).filter((rank) => rank !== 0);
  const fixed = zeroMethod === 'zsplit' ? (zeros * (zeros + 1)) / 4 : 0;
  const rankedZeros = zeroMethod === 'pratt' ? zeros : 0;
  // Zeros come first in the ranking; Pratt leaves them out of the correction for ties.
  const tied = rankedZeros > 0 ? tieSizes.slice(1) : tieSizes;
  const tieCorrection = tied.reduce((sum, size) => sum + (size ** 3 - size), 0);
  const spread = cubic(count) - cubic(rankedZeros);
  return {
    positive: fixed + signedRanks.reduce((sum, rank) => sum + Math.max(0, rank), 0),
    negative: fixed - signedRanks.reduce((sum, rank) => sum + Math.min(0, rank), 0),
    mean: (count * (count + 1) - rankedZeros * (rankedZeros + 1)) / 4,
    deviation: Math.sqrt((spread - tieCorrection / 2) / 24),
    count,
    zeros,
    hasTies: tieSizes.some((size) => size > 1),
    signedRanks,
    fixed,
  };
}

function cubic(n: number): number {
  return n * (n + 1) * (2 * n + 1);
}

/** By the exact null distribution of the rank sum, conservative where ties make the sum fractional. */
function exactPvalue(positive: number, count: number, alternative: Alternative): number {
  const density = rankSumDensity(count);
  const middle = (count * (count + 1)) / 4;
  const sumOver = (from: number, to: number) => {
    let sum = 0;
    for (let k = Math.max(0, from); k < Math.min(to, density.length); k++) sum += density[k]!;
    return sum;
  };
  // Each tail by the shorter sum.
  const below = (k: number) => (k <= middle ? sumOver(0, k + 1) : 1 - sumOver(k + 1, density.length));
  const above = (k: number) => (k <= middle ? 1 - sumOver(0, k) : sumOver(k, density.length));
  if (alternative === 'less') return below(Math.ceil(positive));
  if (alternative === 'greater') return above(Math.floor(positive));
  return Math.min(1, 2 * Math.min(above(Math.floor(positive)), below(Math.ceil(positive))));
}

/** P(rank sum = k) for k = 0 … n(n+1)/2 when every sign is a fair coin. */
function rankSumDensity(n: number): Float64Array {
  const density = new Float64Array((n * (n + 1)) / 2 + 1);
  density[0] = 1;
  let top = 0;
  for (let rank = 1; rank <= n; rank++) {
    for (let k = top; k >= 0; k--) density[k]! *= 0.5;
    for (let k = top; k >= 0; k--) density[k + rank]! += density[k]!;
    top += rank;
  }
  return density;
}
