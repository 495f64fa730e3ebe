import { binomialDensity } from '../special/density.ts';
import { findRoot } from '../special/find-root.ts';
import { incompleteBeta } from '../special/incomplete-beta.ts';
import { normalCdf, normalQuantile } from '../special/normal.ts';
import { studentQuantile } from '../special/student-t.ts';
import type { PowerOptions } from './paired-difference.ts';
import { smallestSample } from './smallest-sample.ts';

/** Up to here every number of discordant pairs is looked at; above, the normal distribution is as good. */
const EXACT_PAIRS = 20_000;
/** Standard deviations of that number that matter. */
const REACH = 7;

/**
 * Chance that the flips test of {@link pairedDifference} finds a difference of two pass rates on the same samples: exact,
 * over the numbers of discordant pairs and of wins among them.
 * @param discordant ψ: share of samples on which the two differ, in (0, 1]
 * @param difference of the two pass rates, at most ψ
 * @returns in [0, 1]; 0 when n < 2
 */
export function flipsPower(n: number, discordant: number, difference: number, alpha: number = 0.05): number {
  if (n < 2) return 0;
  const d = Math.min(Math.abs(difference), discordant);
  const [z, t] = [-normalQuantile(alpha / 2), -studentQuantile(alpha / 2, n - 1)];
  // By how much wins must exceed losses, of so many discordant pairs.
  const lead = (pairs: number) => Math.max(z * Math.sqrt(pairs + 1), t * Math.sqrt(pairs));
  const mean = n * discordant;
  if (n > EXACT_PAIRS) {
    const spread = Math.sqrt(n * (discordant - d * d));
    return spread === 0 ? Number(n * d >= lead(mean)) : normalCdf((n * d - lead(mean)) / spread);
  }
  const reach = REACH * Math.sqrt(mean * (1 - discordant)) + REACH;
  const share = (discordant + d) / (2 * discordant);
  let chance = 0;
  for (let pairs = Math.max(1, Math.floor(mean - reach)); pairs <= Math.min(n, Math.ceil(mean + reach)); pairs++) {
    const weight = binomialDensity(pairs, n - pairs, discordant, 1 - discordant);
    if (weight < 1e-15) continue;
    // The fewest of the pairs, all one way, that are found.
    const wins = Math.ceil((pairs + lead(pairs)) / 2 - 1e-9);
    if (wins > pairs) continue;
    const tail = (one: number) => incompleteBeta(wins, pairs - wins + 1, one, 1 - one);
    chance += weight * (tail(share) + tail(1 - share));
  }
  return Math.min(1, chance);
}

/** The smallest difference of pass rates that n pairs find with the wanted power; null where not even ψ is found. */
export function detectableFlips(n: number, discordant: number, options: PowerOptions = {}): number | null {
  const { alpha = 0.05, power = 0.8 } = options;
  const shortfall = (difference: number) => flipsPower(n, discordant, difference, alpha) - power;
  return shortfall(discordant) < 0 ? null : findRoot(shortfall, 0, discordant);
}

/** Pairs that find the difference of pass rates with the wanted power; Infinity for no difference. */
export function neededFlips(discordant: number, difference: number, options: PowerOptions = {}): number {
  const { alpha = 0.05, power = 0.8 } = options;
  if (difference === 0) return Number.POSITIVE_INFINITY;
  return smallestSample((n) => flipsPower(n, discordant, difference, alpha), power, 2);
}
