import type { Interval } from '../intervals/interval.ts';
import { tailProbability } from '../intervals/interval.ts';
import { mean, variance } from '../moments/array-moments.ts';
import { normalQuantile } from '../special/normal.ts';

export interface PublishedPpi {
  readonly estimate: number;
  readonly interval: Interval;
  readonly lambda: number;
}

/**
 * The mean by prediction-powered inference as published (PPI++, `ppi_mean_ci` of ppi-python), to compare with: its
 * interval is too narrow for few labels and rare errors (18 % coverage at 20 labels), so no report uses it.
 * @param labels at least one, and as many of `judged`
 * @param unlabelled the judge on the samples without a label, at least one
 * @param lambda 1 is plain PPI; null tunes it, within [0, 1] @default null
 * @see https://arxiv.org/abs/2311.01453
 */
export function publishedPpi(
  labels: ArrayLike<number>,
  judged: ArrayLike<number>,
  unlabelled: ArrayLike<number>,
  lambda: number | null = null,
  confidence: number = 0.95,
): PublishedPpi {
  const tuned = lambda ?? tunedLambda(labels, judged, unlabelled);
  const rests = Float64Array.from(labels, (label, i) => label - tuned * judged[i]!);
  const spread = (values: ArrayLike<number>) => variance(values, 0)! / values.length;
  const estimate = tuned * mean(unlabelled)! + mean(rests)!;
  const deviation = Math.sqrt(tuned ** 2 * spread(unlabelled) + spread(rests));
  const margin = -normalQuantile(tailProbability(confidence)) * deviation;
  return { estimate, interval: [estimate - margin, estimate + margin], lambda: tuned };
}

function tunedLambda(labels: ArrayLike<number>, judged: ArrayLike<number>, unlabelled: ArrayLike<number>): number {
  const labelMean = mean(labels)!;
  const judgedMean = mean(judged)!;
  const products = Float64Array.from(labels, (label, i) => (label - labelMean) * (judged[i]! - judgedMean));
  const every = new Float64Array(judged.length + unlabelled.length);
  every.set(judged);
  every.set(unlabelled, judged.length);
  const all = variance(every)!;
  return Math.min(1, Math.max(0, mean(products)! / ((1 + labels.length / unlabelled.length) * all)));
}
