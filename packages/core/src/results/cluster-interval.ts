import { type Moments, studentInterval } from '@assay/metrics';
import type { ScoreSummary } from './summary.ts';

/**
 * Interval of a mean whose samples come in clusters (several questions on one passage): the sandwich variance
 * sum over clusters of (sum of residuals)^2 / n^2, with the G / (G − 1) correction and G − 1 degrees of freedom.
 * @see Cameron & Miller 2015, "A practitioner's guide to cluster-robust inference"
 */
export function clusterInterval(
  mean: number,
  n: number,
  clusters: ReadonlyMap<string, Moments>,
  confidence: number,
): Pick<ScoreSummary, 'interval' | 'intervalMethod' | 'standardError'> {
  const count = clusters.size;
  // Sorted, so that the order in which clusters were met changes no bit.
  const squares = [...clusters.values()].map((sum) => (sum.n * ((sum.mean() ?? 0) - mean)) ** 2).sort((a, b) => a - b);
  const variance = (squares.reduce((total, square) => total + square, 0) / n ** 2) * (count / (count - 1));
  const standardError = Math.sqrt(variance);
  const [low, high] = studentInterval(mean, standardError, count, confidence);
  return { interval: [low, high], intervalMethod: 'cluster', standardError };
}
