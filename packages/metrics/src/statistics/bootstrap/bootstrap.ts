import { tailProbability } from '../intervals/interval.ts';
import { invalidArgument } from '../invalid-argument.ts';
import { variance } from '../moments/array-moments.ts';
import { sortedQuantile } from '../moments/quantile.ts';
import { normalCdf, normalQuantile } from '../special/normal.ts';
import { resampleSums } from './resample-sums.ts';
import {
  columnSums,
  joinColumns,
  type StatisticOfSums,
  type SufficientStatistics,
  sumRowsByKey,
} from './sufficient-statistics.ts';

export interface BootstrapOptions {
  /** Take it from {@link hashSeed}; equal seeds give equal results. */
  readonly seed: number | string;
  /** @default 10000 */
  readonly resamples?: number;
  /** @default 0.95 */
  readonly confidence?: number;
  /** Quantiles of the replicates, or those corrected for bias and skewness. @default 'bca' */
  readonly method?: 'percentile' | 'bca';
  /** A key per row: rows of one key are drawn together, for samples that depend on each other. */
  readonly clusters?: ArrayLike<string | number>;
  /** A key per row: as many are drawn of each key as there are. A cluster belongs to its first row's stratum. */
  readonly strata?: ArrayLike<string | number>;
}

export interface BootstrapResult {
  readonly estimate: number;
  readonly lower: number;
  readonly upper: number;
  /** Standard deviation of the replicates. */
  readonly standardError: number;
  /** The statistic of each resample where it was defined, rising. */
  readonly replicates: Float64Array;
  /** Resamples whose statistic was NaN; they count nowhere. */
  readonly undefinedReplicates: number;
}

/**
 * Bootstrap interval of a score that is a function of column sums: resamples add up numbers, never text.
 * A point for one row or for a score that no resample changes.
 * @throws RangeError without rows, or where no resample has a defined score
 * @see Efron and Tibshirani (1993), An Introduction to the Bootstrap, chapter 14
 */
export function bootstrap(
  statistics: SufficientStatistics,
  statistic: StatisticOfSums,
  options: BootstrapOptions,
): BootstrapResult {
  const { resamples = 10000, confidence = 0.95, method = 'bca', clusters, strata } = options;
  const tail = tailProbability(confidence);
  if (statistics.rows === 0) throw invalidArgument('cannot resample no rows', 'METRIC_NO_SAMPLES');
  const merged = clusters === undefined ? null : sumRowsByKey(statistics, clusters);
  const units = merged ?? statistics;
  const unitStrata = strata && merged ? merged.firstRow.map((row) => strata[row]!) : strata;
  const all = new Float64Array(resamples);
  resampleSums(units, resamples, options.seed, unitStrata, (sums, i) => {
    all[i] = statistic(sums);
  });
  const replicates = all.filter((value) => !Number.isNaN(value)).sort();
  if (replicates.length === 0) throw invalidArgument('no resample has a defined score', 'METRIC_UNDEFINED');
  const estimate = statistic(columnSums(units));
  const warp = method === 'bca' ? biasCorrection(units, statistic, estimate, replicates) : null;
  const at = (p: number) => sortedQuantile(replicates, warp === null ? p : warp(p))!;
  return {
    estimate,
    lower: at(tail),
    upper: at(1 - tail),
    standardError: Math.sqrt(variance(replicates) ?? 0),
    replicates,
    undefinedReplicates: resamples - replicates.length,
  };
}

/**
 * Difference of a score between two sides over the same samples, drawing the same samples of each.
 * @returns as {@link bootstrap} for score(a) − score(b), with the two-sided p-value
 * (1 + #{|d* − d| ≥ |d|}) / (1 + resamples) of no difference
 * @see https://aclanthology.org/W04-3250/
 */
export function pairedBootstrap(
  a: SufficientStatistics,
  b: SufficientStatistics,
  statistic: StatisticOfSums,
  options: BootstrapOptions,
): BootstrapResult & { readonly pvalue: number } {
  const difference = differenceOf(statistic, a.columns);
  const result = bootstrap(joinColumns(a, b), difference, options);
  const { estimate, replicates } = result;
  let beyond = 0;
  for (const replicate of replicates) if (Math.abs(replicate - estimate) >= Math.abs(estimate)) beyond++;
  return { ...result, pvalue: (1 + beyond) / (1 + replicates.length) };
}

/** score(first columns) − score(the others); views of an array that is handed over again are kept. */
function differenceOf(statistic: StatisticOfSums, columns: number): StatisticOfSums {
  let seen: Float64Array | undefined;
  let first = new Float64Array(0);
  let second = first;
  return (sums) => {
    if (sums !== seen) {
      seen = sums;
      first = sums.subarray(0, columns) as Float64Array<ArrayBuffer>;
      second = sums.subarray(columns) as Float64Array<ArrayBuffer>;
    }
    return statistic(first) - statistic(second);
  };
}

/** Efron's BCa: which quantile of the replicates stands for p; null where the correction is undefined. */
function biasCorrection(
  units: SufficientStatistics,
  statistic: StatisticOfSums,
  estimate: number,
  replicates: Float64Array,
): ((p: number) => number) | null {
  let below = 0;
  for (const replicate of replicates) below += replicate < estimate ? 1 : replicate === estimate ? 0.5 : 0;
  const bias = normalQuantile(below / replicates.length);
  const acceleration = jackknifeAcceleration(units, statistic);
  if (!Number.isFinite(bias) || !Number.isFinite(acceleration)) return null;
  return (p) => {
    const z = bias + normalQuantile(p);
    return normalCdf(bias + z / (1 - acceleration * z));
  };
}

/** Skewness of the scores that leave one unit out, divided by 6. */
function jackknifeAcceleration({ data, rows, columns }: SufficientStatistics, statistic: StatisticOfSums): number {
  const total = columnSums({ data, rows, columns });
  const rest = new Float64Array(columns);
  const scores = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) rest[column] = total[column]! - data[row * columns + column]!;
    scores[row] = statistic(rest);
  }
  const center = scores.reduce((sum, score) => sum + score, 0) / rows;
  let squares = 0;
  let cubes = 0;
  for (const score of scores) {
    squares += (center - score) ** 2;
    cubes += (center - score) ** 3;
  }
  return squares === 0 ? 0 : cubes / (6 * squares ** 1.5);
}
