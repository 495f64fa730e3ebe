import { type Interval, tailProbability } from '../intervals/interval.ts';
import { studentQuantile, studentSf } from '../special/student-t.ts';

/** A mean with the variance of that mean: what Student's interval and its dual test need. */
export interface MeanEstimate {
  readonly center: number;
  /** Of the center. */
  readonly variance: number;
  /** Degrees of freedom, above 0 and not necessarily whole. */
  readonly df: number;
}

/** Student's interval of an estimate, unclipped: center ± t(df) · √variance. */
export function estimateInterval({ center, variance, df }: MeanEstimate, confidence: number = 0.95): Interval {
  const margin = -studentQuantile(tailProbability(confidence), df) * Math.sqrt(variance);
  return [center - margin, center + margin];
}

/** Two-sided p-value of a border; at most α exactly where the 1 − α interval excludes it. */
export function estimatePvalue({ center, variance, df }: MeanEstimate, border: number): number {
  if (variance === 0) return center === border ? 1 : 0;
  return 2 * studentSf(Math.abs(center - border) / Math.sqrt(variance), df);
}
