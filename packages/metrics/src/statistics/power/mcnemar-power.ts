import { findRoot } from '../special/find-root.ts';
import { normalCdf, normalQuantile } from '../special/normal.ts';
import type { PowerOptions } from './paired-difference.ts';
import { smallestSample } from './smallest-sample.ts';

/**
 * Chance that McNemar's test finds a difference of two yes/no scores on the same samples:
 * Φ((√n |d| − z √ψ) / √(ψ − d²)).
 * @param discordant ψ: share of samples on which the two differ, in (0, 1]
 * @param difference d: difference of the two pass rates, at most ψ
 * @see R. J. Connor (1987), Biometrics 43, 207
 */
export function mcnemarPower(n: number, discordant: number, difference: number, alpha: number = 0.05): number {
  const d = Math.min(Math.abs(difference), discordant);
  const margin = Math.sqrt(n) * d + normalQuantile(alpha / 2) * Math.sqrt(discordant);
  const spread = Math.sqrt(discordant - d * d);
  if (spread === 0) return margin > 0 ? 1 : 0;
  return normalCdf(margin / spread);
}

/**
 * The smallest difference of pass rates that n samples find with the wanted power, given how often the two differ.
 * @returns null when not even a one-sided disagreement is found
 */
export function detectableMcnemarDifference(n: number, discordant: number, options: PowerOptions = {}): number | null {
  const { alpha = 0.05, power = 0.8 } = options;
  const shortfall = (difference: number) => mcnemarPower(n, discordant, difference, alpha) - power;
  return shortfall(discordant) < 0 ? null : findRoot(shortfall, 0, discordant);
}

/** Samples that find the difference of pass rates with the wanted power. */
export function neededForMcnemar(discordant: number, difference: number, options: PowerOptions = {}): number {
  const { alpha = 0.05, power = 0.8 } = options;
  if (difference === 0) return Number.POSITIVE_INFINITY;
  return smallestSample((n) => mcnemarPower(n, discordant, difference, alpha), power, 1);
}
