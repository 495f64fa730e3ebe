import { findRoot } from '../special/find-root.ts';
import { normalCdf, normalQuantile } from '../special/normal.ts';
import type { PowerOptions } from './paired-difference.ts';
import { smallestSample } from './smallest-sample.ts';

/** Which McNemar test is predicted. */
export interface McNemarPowerOptions extends PowerOptions {
  /** The exact test is conservative and needs some 1/|d| samples more than mid-p. @default 'exact' */
  readonly method?: 'exact' | 'mid-p';
}

/**
 * Chance that McNemar's test finds a difference of two yes/no scores on the same samples:
 * Φ((√n |d| − z √ψ − k/√n) / √(ψ − d²)), where k = 1 for the exact test (a continuity correction: its discordant pairs
 * move by whole numbers) and k = 0 for mid-p.
 * @param discordant ψ: share of samples on which the two differ, in (0, 1]
 * @param difference d: difference of the two pass rates, at most ψ
 * @see R. J. Connor (1987), Biometrics 43, 207
 */
export function mcnemarPower(
  n: number,
  discordant: number,
  difference: number,
  alpha: number = 0.05,
  method: McNemarPowerOptions['method'] = 'exact',
): number {
  const d = Math.min(Math.abs(difference), discordant);
  const correction = method === 'exact' ? 1 / Math.sqrt(n) : 0;
  const margin = Math.sqrt(n) * d + normalQuantile(alpha / 2) * Math.sqrt(discordant) - correction;
  const spread = Math.sqrt(discordant - d * d);
  if (spread === 0) return margin > 0 ? 1 : 0;
  return normalCdf(margin / spread);
}

/**
 * The smallest difference of pass rates that n samples find with the wanted power, given how often the two differ.
 * @returns null when not even a one-sided disagreement is found
 */
export function detectableMcnemarDifference(
  n: number,
  discordant: number,
  options: McNemarPowerOptions = {},
): number | null {
  const { alpha = 0.05, power = 0.8, method } = options;
  const shortfall = (difference: number) => mcnemarPower(n, discordant, difference, alpha, method) - power;
  return shortfall(discordant) < 0 ? null : findRoot(shortfall, 0, discordant);
}

/** Samples that find the difference of pass rates with the wanted power. */
export function neededForMcnemar(discordant: number, difference: number, options: McNemarPowerOptions = {}): number {
  const { alpha = 0.05, power = 0.8, method } = options;
  if (difference === 0) return Number.POSITIVE_INFINITY;
  return smallestSample((n) => mcnemarPower(n, discordant, difference, alpha, method), power, 1);
}
