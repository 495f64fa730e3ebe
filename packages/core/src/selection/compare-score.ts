import {
  hashSeed,
  Moments,
  mcnemarTest,
  neededForMcnemar,
  neededPairs,
  pairedPermutationTest,
  studentInterval,
} from '@assay/metrics';
import type { ScoreSpec } from '../algorithms/algorithm.ts';
import type { Comparison } from '../results/summary.ts';
import type { PairedValues } from './aligned-scores.ts';

/** A paired comparison of one score before the p-values are adjusted for how many were made. */
export interface RawComparison {
  readonly n: number;
  readonly baselineMean: number;
  readonly candidateMean: number;
  /** Mean of candidate − baseline. */
  readonly difference: number;
  readonly interval: readonly [number, number] | null;
  readonly test: string;
  readonly pValue: number;
  /** Samples at which a difference of this size would be found at `alpha` with 80 % power; Infinity for no difference. */
  readonly neededSamples: (alpha: number) => number;
}

/** The exact McNemar test for 0/1 scores, a paired permutation test of the mean for others. */
export function compareValues(
  { baseline, candidate }: PairedValues,
  spec: ScoreSpec,
  seedName: string,
  confidence: number = 0.95,
): RawComparison {
  const n = baseline.length;
  const differences = Moments.of(candidate.map((value, at) => value - baseline[at]!));
  const difference = differences.mean() ?? 0;
  const standardError = differences.standardError();
  const sd = Math.sqrt(differences.variance() ?? 0);
  const interval = standardError === null || n < 2 ? null : studentInterval(difference, standardError, n, confidence);
  const common = {
    n,
    baselineMean: Moments.of(baseline).mean() ?? 0,
    candidateMean: Moments.of(candidate).mean() ?? 0,
    difference,
    interval: interval === null ? null : ([interval[0], interval[1]] as const),
  };
  if (spec.kind === 'binary') {
    const onlyBaseline = countWhere(baseline, candidate);
    const onlyCandidate = countWhere(candidate, baseline);
    const discordant = n === 0 ? 0 : (onlyBaseline + onlyCandidate) / n;
    return {
      ...common,
      test: 'exact McNemar',
      pValue: mcnemarTest(onlyBaseline, onlyCandidate).pvalue,
      neededSamples: (alpha) =>
        discordant === 0 ? Number.POSITIVE_INFINITY : neededForMcnemar(discordant, difference, { alpha }),
    };
  }
  const { pvalue, exact } = pairedPermutationTest(candidate, baseline, { seed: hashSeed('compare', seedName) });
  return {
    ...common,
    test: exact ? 'exact paired permutation' : 'paired permutation',
    pValue: Number.isNaN(pvalue) ? 1 : pvalue,
    neededSamples: (alpha) => (sd === 0 ? Number.POSITIVE_INFINITY : neededPairs(difference, sd, { alpha })),
  };
}

function countWhere(one: Float64Array, other: Float64Array): number {
  let count = 0;
  for (const [at, value] of one.entries()) if (value === 1 && other[at] === 0) count += 1;
  return count;
}

/**
 * Better, worse or cannot tell, and why, in words.
 * @param tests how many comparisons the p-value is adjusted over: each needs the more samples for it
 */
export function verdictOf(
  raw: RawComparison,
  spec: ScoreSpec,
  adjustedPValue: number,
  tests: number,
  confidence: number = 0.95,
): Pick<Comparison, 'verdict' | 'reason'> {
  const { n, difference, test } = raw;
  const alpha = 1 - confidence;
  if (n === 0) return { verdict: 'cannot tell', reason: 'no sample has this score on both sides' };
  if (adjustedPValue > alpha + 1e-12 || difference === 0) {
    if (difference === 0) return { verdict: 'cannot tell', reason: `no difference on ${n} samples` };
    const neededSamples = raw.neededSamples(alpha / tests);
    const needed =
      Number.isFinite(neededSamples) && neededSamples > n
        ? `; a difference of this size needs about ${roundUp(neededSamples)} samples, and there are ${n}`
        : '';
    return { verdict: 'cannot tell', reason: `${test}${needed}` };
  }
  return { verdict: improves(raw, spec) ? 'better' : 'worse', reason: `${test}, ${n} samples` };
}

/** Whether the candidate's mean lies on the better side of the baseline's. */
export function improves(
  { baselineMean, candidateMean }: Pick<RawComparison, 'baselineMean' | 'candidateMean'>,
  { better }: ScoreSpec,
): boolean {
  if (better === 'higher') return candidateMean > baselineMean;
  if (better === 'lower') return candidateMean < baselineMean;
  return Math.abs(candidateMean - better.target) < Math.abs(baselineMean - better.target);
}

/** Two significant digits: more would pretend to know. */
export function roundUp(count: number): string {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(count)) - 1);
  return (Math.ceil(count / unit) * unit).toLocaleString('en-US');
}
