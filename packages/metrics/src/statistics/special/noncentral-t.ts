import { poissonDensity } from './density.ts';
import { incompleteBeta } from './incomplete-beta.ts';
import { normalCdf } from './normal.ts';

/**
 * P(T ≤ t) for the noncentral t distribution: what a t statistic does when there is an effect.
 * @param df above 0
 * @param delta noncentrality: the effect in standard errors
 * @see R. V. Lenth (1989), Algorithm AS 243
 */
export function noncentralTCdf(t: number, df: number, delta: number): number {
  if (t < 0) return 1 - noncentralTCdf(-t, df, -delta);
  const lambda = (delta * delta) / 2;
  const ratio = (t * t) / df;
  const x = ratio / (1 + ratio);
  const complement = 1 / (1 + ratio);
  let sum = 0;
  // A Poisson mixture: terms far from λ weigh nothing.
  const reach = 12 * Math.sqrt(lambda + 1) + 20;
  for (let j = Math.max(0, Math.floor(lambda - reach)); j <= lambda + reach; j++) {
    sum += poissonDensity(j, lambda) * incompleteBeta(j + 0.5, df / 2, x, complement);
    sum += Math.sign(delta) * poissonDensity(j + 0.5, lambda) * incompleteBeta(j + 1, df / 2, x, complement);
  }
  return Math.min(1, Math.max(0, normalCdf(-delta) + sum / 2));
}
