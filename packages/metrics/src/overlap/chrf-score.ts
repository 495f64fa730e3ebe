import type { ChrfOptions } from './chrf-options.ts';

const EPSILON = 1e-16;

/**
 * chrF from statistics `[n-grams of the hypothesis, of the reference, in both]` for each order, in [0, 100].
 * @see https://github.com/mjpost/sacrebleu/blob/v2.6.0/sacrebleu/metrics/chrf.py `_compute_f_score`
 */
export function chrfScore(statistics: Float64Array, options: ChrfOptions = {}): number {
  const orders = (options.charOrder ?? 6) + (options.wordOrder ?? 0);
  const factor = (options.beta ?? 2) ** 2;
  let smoothed = 0;
  let effective = 0;
  let precisions = 0;
  let recalls = 0;
  for (let i = 0; i < orders; i++) {
    const hypothesis = statistics[3 * i]!;
    const reference = statistics[3 * i + 1]!;
    const match = statistics[3 * i + 2]!;
    const precision = hypothesis > 0 ? match / hypothesis : EPSILON;
    const recall = reference > 0 ? match / reference : EPSILON;
    const denominator = factor * precision + recall;
    smoothed += denominator > 0 ? ((1 + factor) * precision * recall) / denominator : EPSILON;
    if (hypothesis > 0 && reference > 0) {
      precisions += precision;
      recalls += recall;
      effective++;
    }
  }
  if (options.epsilonSmoothing === true) return (100 * smoothed) / orders;
  if (effective === 0 || precisions + recalls === 0) return 0;
  const precision = precisions / effective;
  const recall = recalls / effective;
  return 100 * (((1 + factor) * precision * recall) / (factor * precision + recall));
}
