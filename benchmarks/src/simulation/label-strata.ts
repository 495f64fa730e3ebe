/** Samples by what the judge says of them, from which labels are drawn at rates of their own. */
export interface LabelStrata {
  /** The stratum of each sample, from 0. */
  readonly of: Int32Array;
  /** Samples in each. */
  readonly sizes: readonly number[];
}

/** Most levels of a judge that are strata as they are; of more, fifths are. */
const MOST_LEVELS = 5;
/** Pseudo-labels at the overall mean that a stratum's spread is taken with: of few equal labels nobody knows that all are. */
const PSEUDO_LABELS = 2;
/** Of the overall spread: no stratum counts as surer than this. */
const LEAST_SPREAD = 0.5;

/**
 * The judge's levels, where it has five at most, or fifths of its scores; equal scores are never parted.
 * @example labelStrata([0, 1, 1, 0.5]).sizes // [1, 1, 2]
 */
export function labelStrata(judge: ArrayLike<number>): LabelStrata {
  const sorted = Float64Array.from(judge).sort();
  const levels = levelsOf(sorted);
  const cuts =
    levels.length <= MOST_LEVELS
      ? levels
      : [...new Set([0, 1, 2, 3, 4].map((fifth) => sorted[Math.floor((fifth * sorted.length) / MOST_LEVELS)]!))];
  const of = Int32Array.from(judge, (score) => cuts.findLastIndex((cut) => score >= cut));
  const sizes = cuts.map(() => 0);
  for (const stratum of of) sizes[stratum]! += 1;
  return { of, sizes };
}

/** Distinct scores in their order, as many as decide whether levels are strata. */
function levelsOf(sorted: Float64Array): number[] {
  const levels: number[] = [];
  for (const score of sorted) {
    if (score !== levels.at(-1)) levels.push(score);
    if (levels.length > MOST_LEVELS) break;
  }
  return levels;
}

/** How labels are shared out among strata, once and for all after a pilot. */
export interface LabelAllocation {
  /** Of all labels, by stratum; they add up to 1. */
  readonly shares: readonly number[];
  /** Share of the variance that is expected to go: 0.15 is worth the trouble, 0 is what uniform labels have. */
  readonly gain: number;
}

/**
 * Labels in proportion to a stratum's size times its spread (Neyman), with a floor at half the overall spread.
 * @param sizes of the strata, in samples
 * @param pilot what people said of samples of each stratum, in [0, 1]; at least one label in all
 * @see https://doi.org/10.1111/j.2397-2335.1934.tb04184.x (Neyman 1934)
 */
export function labelAllocation(sizes: readonly number[], pilot: readonly (readonly number[])[]): LabelAllocation {
  const all = pilot.flat();
  const overall = mean(all);
  const variances = sizes.map((_, stratum) => {
    const own = [...(pilot[stratum] ?? []), ...Array.from({ length: PSEUDO_LABELS }, () => overall)];
    const middle = mean(own);
    return mean(own.map((label) => (label - middle) ** 2));
  });
  const samples = sizes.reduce((sum, size) => sum + size, 0);
  const weighed = (value: (stratum: number) => number) =>
    sizes.reduce((sum, size, stratum) => sum + (size / samples) * value(stratum), 0);
  const variance = weighed((stratum) => variances[stratum]!);
  const floor = LEAST_SPREAD * Math.sqrt(variance);
  const spreads = variances.map((own) => Math.max(Math.sqrt(own), floor));
  const total = weighed((stratum) => spreads[stratum]!);
  if (total === 0) return { shares: sizes.map((size) => size / samples), gain: 0 };
  const shares = sizes.map((size, stratum) => ((size / samples) * spreads[stratum]!) / total);
  const ownTotal = weighed((stratum) => Math.sqrt(variances[stratum]!));
  return { shares, gain: 1 - ownTotal ** 2 / variance };
}

/**
 * The stratum that is furthest behind its share.
 * @param counts labels that each has
 * @returns null where every stratum is labelled whole
 */
export function nextStratum(
  sizes: readonly number[],
  counts: readonly number[],
  shares: readonly number[],
): number | null {
  const next = counts.reduce((sum, count) => sum + count, 0) + 1;
  let best: number | null = null;
  let most = Number.NEGATIVE_INFINITY;
  for (const [stratum, size] of sizes.entries()) {
    const behind = shares[stratum]! * next - counts[stratum]!;
    if (counts[stratum]! < size && behind > most + 1e-9) {
      best = stratum;
      most = behind;
    }
  }
  return best;
}

/** Labels of the pilot: in proportion to the sizes, at least two a stratum that has as many. */
export function pilotCounts(sizes: readonly number[], labels: number): number[] {
  const samples = sizes.reduce((sum, size) => sum + size, 0);
  return sizes.map((size) => Math.min(size, Math.max(2, Math.round((labels * size) / samples))));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
