import {
  clusterRobustMean,
  clusterTotals,
  hashSeed,
  Moments,
  mcnemarTest,
  neededForMcnemar,
  neededPairs,
  signFlipTest,
  studentInterval,
} from '@assay/metrics';
import type { PairedValues } from './sample-pairs.ts';

/** What a test says of the mean of paired differences. */
export interface MeanTest {
  /** Of candidate − baseline. */
  readonly difference: number;
  readonly interval: readonly [number, number] | null;
  readonly test: string;
  readonly pValue: number;
  /** Samples at which a difference of this size would be found at `alpha` with 80 % power; Infinity for no difference. */
  readonly neededSamples: (alpha: number) => number;
}

export type Pairs = Pick<PairedValues, 'baseline' | 'candidate' | 'clusters'>;

/**
 * The exact McNemar test where every value is 0 or 1, else a paired permutation test of the mean. Where samples belong
 * together their differences change sign together, and the interval is cluster-robust.
 */
export function testMean({ baseline, candidate, clusters }: Pairs, seedName: string, confidence: number): MeanTest {
  const differences = candidate.map((value, at) => value - baseline[at]!);
  if (clusters !== null) return testClusters(differences, clusters, seedName, confidence);
  const n = differences.length;
  const moments = Moments.of(differences);
  const difference = moments.mean() ?? 0;
  const standardError = moments.standardError();
  const common = {
    difference,
    interval: standardError === null || n < 2 ? null : pair(studentInterval(difference, standardError, n, confidence)),
  };
  if (isBinary(baseline) && isBinary(candidate)) return { ...common, ...mcnemar(differences, difference) };
  const sd = Math.sqrt(moments.variance() ?? 0);
  return {
    ...common,
    ...signFlips(differences, 'paired permutation', seedName),
    neededSamples: (alpha) => (sd === 0 ? Number.POSITIVE_INFINITY : neededPairs(difference, sd, { alpha })),
  };
}

export function isBinary(values: Float64Array): boolean {
  return values.every((value) => value === 0 || value === 1);
}

function mcnemar(differences: Float64Array, difference: number): Omit<MeanTest, 'difference' | 'interval'> {
  const count = (sign: number) => differences.reduce((sum, value) => sum + (value === sign ? 1 : 0), 0);
  const [lost, won] = [count(-1), count(1)];
  const discordant = differences.length === 0 ? 0 : (lost + won) / differences.length;
  return {
    test: 'exact McNemar',
    pValue: mcnemarTest(lost, won).pvalue,
    neededSamples: (alpha) =>
      discordant === 0 ? Number.POSITIVE_INFINITY : neededForMcnemar(discordant, difference, { alpha }),
  };
}

function testClusters(differences: Float64Array, keys: Int32Array, seedName: string, confidence: number): MeanTest {
  const totals = clusterTotals(differences, keys);
  const { mean = 0, standardError = null, interval, clusters = 0 } = clusterRobustMean(totals, confidence) ?? {};
  // The cluster is the unit that power counts in.
  const sd = (standardError ?? 0) * Math.sqrt(clusters);
  const size = differences.length / clusters;
  const sums = Float64Array.from(totals, ({ sum }) => sum);
  return {
    difference: mean,
    interval: standardError === null || interval === undefined ? null : pair(interval),
    ...signFlips(sums, `paired permutation of ${clusters} clusters`, seedName),
    neededSamples: (alpha) => (sd === 0 ? Number.POSITIVE_INFINITY : size * neededPairs(mean, sd, { alpha })),
  };
}

function signFlips(values: Float64Array, name: string, seedName: string): Pick<MeanTest, 'test' | 'pValue'> {
  const { pvalue, method } = signFlipTest(values, { seed: hashSeed('compare', seedName) });
  const how = { exact: `exact ${name}`, resampled: name, saddlepoint: `${name} (saddlepoint)` };
  return { test: how[method], pValue: Number.isNaN(pvalue) ? 1 : pvalue };
}

function pair([low, high]: readonly [number, number]): readonly [number, number] {
  return [low, high];
}
