import { invalidArgument } from '../invalid-argument.ts';
import { ExactSum } from '../moments/exact-sum.ts';
import { Moments } from '../moments/moments.ts';
import type { ClusteredScores } from './cluster-ends-estimate.ts';
import type { ClusterGroup } from './cr2.ts';
import type { ScoreRange } from './score-range.ts';

/** Scores that count by one weight and, where they come in clusters, are of one cluster. Moments of equal classes merge. */
export interface WeightClass {
  /** At least 0 and finite. */
  readonly weight: number;
  /** Absent where each score stands alone. */
  readonly cluster?: string | number | undefined;
  /** Of the scores, without their weight. */
  readonly scores: Moments;
}

/** Sorts scores into classes. @throws RangeError METRIC_LENGTH_MISMATCH for another number of weights or keys */
export function weightClasses(
  values: ArrayLike<number>,
  weights: ArrayLike<number>,
  keys?: ArrayLike<string | number>,
): WeightClass[] {
  const n = values.length;
  for (const [what, length] of [['weights', weights.length] as const, ['keys', keys?.length ?? n] as const]) {
    if (length !== n) throw invalidArgument(`${length} ${what} for ${n} values`, 'METRIC_LENGTH_MISMATCH');
  }
  const byCluster = new Map<string | number | undefined, Map<number, WeightClass>>();
  for (let i = 0; i < n; i++) {
    const cluster = keys?.[i];
    const byWeight = byCluster.get(cluster) ?? new Map<number, WeightClass>();
    byCluster.set(cluster, byWeight);
    const known = byWeight.get(weights[i]!) ?? { weight: weights[i]!, cluster, scores: new Moments() };
    byWeight.set(weights[i]!, known);
    known.scores.add(values[i]!);
  }
  return [...byCluster.values()].flatMap((byWeight) => [...byWeight.values()]);
}

/**
 * Pseudo-observations at each end for each effective one, of independent weighted scores. With the 1.25 of equal weights
 * rare losses that the heavy ones miss raise 6 % false verdicts where one in ten counts ten times.
 */
const WEIGHTED_ENDS = 1.5;

/** What a weighted mean is made of. No order of the classes changes a bit. */
export interface WeightedTotals {
  readonly n: number;
  /** Σ weight · x / Σ weight. */
  readonly mean: number;
  /** Σ weight, above 0. */
  readonly weight: number;
  /** (Σ weight)² / Σ weight²: as many samples of equal weight would vary as much (Kish). */
  readonly effectiveSamples: number;
}

/**
 * @returns null without scores
 * @throws RangeError METRIC_INVALID_WEIGHTS for a negative or infinite weight, or weights that sum to 0
 */
export function weightedTotals(classes: readonly WeightClass[]): WeightedTotals | null {
  const n = classes.reduce((sum, { scores }) => sum + scores.n, 0);
  if (n === 0) return null;
  const [total, squares, sum] = [new ExactSum(), new ExactSum(), new ExactSum()];
  const greatest = classes.reduce((most, { weight, scores }) => (scores.n > 0 ? Math.max(most, weight) : most), 0);
  for (const { weight, scores } of classes) {
    if (!(weight >= 0 && Number.isFinite(weight))) {
      throw invalidArgument(`the weight ${weight} is not a finite number of at least 0`, 'METRIC_INVALID_WEIGHTS');
    }
    // By the greatest, so that no sum of squares overflows.
    const share = greatest === 0 ? 0 : weight / greatest;
    total.add(share * scores.n);
    squares.add(share ** 2 * scores.n);
    sum.add(share * scores.sum());
  }
  if (!(total.value() > 0)) throw invalidArgument('the weights sum to 0', 'METRIC_INVALID_WEIGHTS');
  return {
    n,
    mean: sum.value() / total.value(),
    weight: total.value() * greatest,
    effectiveSamples: total.value() ** 2 / squares.value(),
  };
}

/** Whether all classes that hold scores count by one weight: equal weights are none. */
export function haveOneWeight(classes: readonly WeightClass[]): boolean {
  const held = classes.filter(({ scores }) => scores.n > 0);
  return held.every(({ weight }) => weight === held[0]!.weight);
}

/**
 * Classes as clusters of scores in [0, 1]: each cluster has the size of its weights, scaled to a mean of 1, and a sample
 * without a cluster is one of its own. Weights of 0 are left out. The design effect is at least that of the weights.
 */
export function weightedClusters(classes: readonly WeightClass[], [low, high]: ScoreRange): ClusteredScores {
  const { n, weight: total, effectiveSamples } = weightedTotals(classes)!;
  const scale = n / total;
  const groups: ClusterGroup[] = [];
  const named = new Map<string | number, { readonly size: ExactSum; readonly sum: ExactSum }>();
  const squares = new ExactSum();
  for (const { weight, cluster, scores } of classes) {
    const size = weight * scale;
    const count = scores.n;
    if (count === 0 || !(size > 0)) continue;
    const mean = (scores.mean()! - low) / (high - low);
    const m2 = ((scores.variance() ?? 0) * (count - 1)) / (high - low) ** 2;
    squares.add(size * (m2 + count * mean ** 2));
    if (cluster === undefined) {
      groups.push({ n: size, sum: size * count * mean, count, within: size ** 2 * m2 });
      continue;
    }
    const known = named.get(cluster) ?? { size: new ExactSum(), sum: new ExactSum() };
    named.set(cluster, known);
    known.size.add(size * count);
    known.sum.add(size * count * mean);
  }
  for (const { size, sum } of named.values()) groups.push({ n: size.value(), sum: sum.value() });
  return {
    clusters: groups,
    squares: squares.value(),
    allAtEnds: classes.every(({ scores }) => scores.allAt([low, high]) !== null),
    leastEffect: n / effectiveSamples,
    ends: named.size === 0 ? WEIGHTED_ENDS : 1,
  };
}

/** All scores without their weights, and those of named clusters by cluster; undefined where there are none. */
export function unweighted(classes: readonly WeightClass[]): {
  readonly scores: Moments;
  readonly clusters: Moments[] | undefined;
} {
  const all = new Moments();
  const named = new Map<string | number, Moments>();
  for (const { cluster, scores } of classes) {
    all.merge(scores);
    if (cluster === undefined) continue;
    const known = named.get(cluster) ?? new Moments();
    named.set(cluster, known);
    known.merge(scores);
  }
  return { scores: all, clusters: named.size === 0 ? undefined : [...named.values()] };
}
