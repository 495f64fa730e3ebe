import { rankAverage } from '../hypothesis/rank.ts';
import { differences } from '../hypothesis/test-result.ts';
import { studentSf } from '../special/student-t.ts';
import type { CorrelationResult } from './correlation-result.ts';

/**
 * Spearman's ρ: Pearson's r of the mean ranks; p-value by Student's t with n − 2 degrees of freedom
 * (NaN for two pairs).
 * @see scipy.stats.spearmanr
 */
export function spearman(x: ArrayLike<number>, y: ArrayLike<number>): CorrelationResult {
  differences(x, y);
  const n = x.length;
  const a = rankAverage(x).ranks;
  const b = rankAverage(y).ranks;
  const center = (n + 1) / 2;
  let covariance = 0;
  let spreadA = 0;
  let spreadB = 0;
  // Ranks are halves of whole numbers, so these sums are exact.
  for (let i = 0; i < n; i++) {
    covariance += (a[i]! - center) * (b[i]! - center);
    spreadA += (a[i]! - center) ** 2;
    spreadB += (b[i]! - center) ** 2;
  }
  if (n < 2 || spreadA === 0 || spreadB === 0) return { coefficient: Number.NaN, pvalue: Number.NaN };
  // numpy's order of operations: at r = ±1 the last digit decides between p = 0 and p = 1e-8.
  const df = n - 1;
  const r = Math.max(-1, Math.min(1, covariance / df / Math.sqrt(spreadA / df) / Math.sqrt(spreadB / df)));
  if (n === 2) return { coefficient: r, pvalue: Number.NaN };
  const t = r * Math.sqrt((n - 2) / ((1 + r) * (1 - r)));
  return { coefficient: r, pvalue: 2 * studentSf(Math.abs(t), n - 2) };
}
