import { differences } from '../hypothesis/test-result.ts';
import { incompleteBeta } from '../special/incomplete-beta.ts';
import type { CorrelationResult } from './correlation-result.ts';

/**
 * Pearson's r = Σ(x−x̄)(y−ȳ) / √(Σ(x−x̄)² Σ(y−ȳ)²), p-value from r's exact null distribution under normality.
 * Two pairs give r = ±1 with p = 1.
 * @see scipy.stats.pearsonr
 */
export function pearson(x: ArrayLike<number>, y: ArrayLike<number>): CorrelationResult {
  differences(x, y);
  const n = x.length;
  if (n < 2 || isConstant(x) || isConstant(y)) return { coefficient: Number.NaN, pvalue: Number.NaN };
  if (n === 2) return { coefficient: Math.sign((x[1]! - x[0]!) * (y[1]! - y[0]!)), pvalue: 1 };
  // scipy's order of operations: with three pairs the last digit of r = ±1 moves p by 1e-8.
  const a = centered(x);
  const b = centered(y);
  const normA = norm(a);
  const normB = norm(b);
  let r = 0;
  for (let i = 0; i < n; i++) r += (a[i]! / normA) * (b[i]! / normB);
  r = Math.max(-1, Math.min(1, r));
  // Under the null hypothesis (1 + r)/2 has a beta distribution.
  const shape = n / 2 - 1;
  const above = (1 + Math.abs(r)) / 2;
  return { coefficient: r, pvalue: Math.min(1, 2 * incompleteBeta(shape, shape, 1 - above, above)) };
}

function isConstant(values: ArrayLike<number>): boolean {
  for (let i = 1; i < values.length; i++) if (values[i] !== values[0]) return false;
  return true;
}

function centered(values: ArrayLike<number>): Float64Array {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  const center = sum / values.length;
  return Float64Array.from(values, (value) => value - center);
}

/** Scaled by the largest value against overflow. */
function norm(values: Float64Array): number {
  const largest = values.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
  return largest * Math.sqrt(values.reduce((sum, value) => sum + (value / largest) ** 2, 0));
}
