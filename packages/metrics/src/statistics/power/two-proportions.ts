import { findRoot } from '../special/find-root.ts';
import { normalCdf, normalQuantile } from '../special/normal.ts';
import type { PowerOptions } from './paired-difference.ts';
import { smallestSample } from './smallest-sample.ts';

/**
 * Chance that a two-sided z-test tells two independent proportions apart:
 * Φ((√n |p − q| − z √(2 m (1−m))) / √(p(1−p) + q(1−q))), m their mean.
 * @param n samples on each side
 * @see R's power.prop.test
 */
export function twoProportionPower(n: number, p: number, q: number, alpha: number = 0.05): number {
  const middle = (p + q) / 2;
  const pooled = -normalQuantile(alpha / 2) * Math.sqrt(2 * middle * (1 - middle));
  const margin = Math.sqrt(n) * Math.abs(p - q) - pooled;
  const spread = Math.sqrt(p * (1 - p) + q * (1 - q));
  // Certain outcomes on both sides: either always or never told apart.
  if (spread === 0) return margin > 0 ? 1 : 0;
  return normalCdf(margin / spread);
}

/**
 * The smallest difference from the proportion p that n samples a side find with the wanted power,
 * towards ½, where there is most room.
 * @returns null when not even the farthest proportion is told apart
 */
export function detectableProportionDifference(n: number, p: number, options: PowerOptions = {}): number | null {
  const { alpha = 0.05, power = 0.8 } = options;
  const direction = p <= 0.5 ? 1 : -1;
  const room = p <= 0.5 ? 1 - p : p;
  const shortfall = (difference: number) => twoProportionPower(n, p, p + direction * difference, alpha) - power;
  return shortfall(room) < 0 ? null : findRoot(shortfall, 0, room);
}

/** Samples a side that tell the proportions apart with the wanted power. */
export function neededPerProportion(p: number, q: number, options: PowerOptions = {}): number {
  const { alpha = 0.05, power = 0.8 } = options;
  if (p === q) return Number.POSITIVE_INFINITY;
  return smallestSample((n) => twoProportionPower(n, p, q, alpha), power, 1);
}
