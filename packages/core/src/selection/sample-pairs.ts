import type { LeftOut } from '../results/summary.ts';
import type { ModelScores } from './model-scores.ts';

/** The samples that two models both have, in the order of the baseline's dataset. */
export interface SamplePairs {
  readonly baseline: ModelScores;
  readonly candidate: ModelScores;
  /** Each pair's place in the baseline's columns, and in the candidate's. */
  readonly places: readonly [Int32Array, Int32Array];
  /** A number for each pair's cluster, as either side has it; null where neither has one. */
  readonly clusters: Int32Array | null;
  /** How much each pair counts; null where all count alike, NaN where the sides disagree. */
  readonly weights: Float64Array | null;
  /** Samples that one side alone has. */
  readonly onlyBaseline: number;
  readonly onlyCandidate: number;
}

export function pairSamples(baseline: ModelScores, candidate: ModelScores): SamplePairs {
  const [before, after]: [number[], number[]] = [[], []];
  for (const [key, place] of baseline.places) {
    const other = candidate.places.get(key);
    if (other === undefined) continue;
    before.push(place);
    after.push(other);
  }
  const places = [Int32Array.from(before), Int32Array.from(after)] as const;
  return {
    baseline,
    candidate,
    places,
    clusters: clustersOf(baseline, candidate, places),
    weights: weightsOf(baseline, candidate, places),
    onlyBaseline: baseline.places.size - before.length,
    onlyCandidate: candidate.places.size - after.length,
  };
}

/** A sample without a cluster is one of its own. */
function clustersOf(
  baseline: ModelScores,
  candidate: ModelScores,
  [before, after]: SamplePairs['places'],
): Int32Array | null {
  const numbers = new Map<string, number>();
  let isGrouped = false;
  let alone = 0;
  const clusters = before.map((place, at) => {
    const name = baseline.clusters[place] ?? candidate.clusters[after[at]!] ?? null;
    if (name === null) return -++alone;
    isGrouped = true;
    const known = numbers.get(name) ?? numbers.size;
    numbers.set(name, known);
    return known;
  });
  return isGrouped ? clusters : null;
}

/** A run without weights takes all samples as equal: beside one with weights it disagrees. */
function weightsOf(
  { weights: own }: ModelScores,
  { weights: others }: ModelScores,
  [before, after]: SamplePairs['places'],
): Float64Array | null {
  if (own === undefined && others === undefined) return null;
  return Float64Array.from(before, (place, at) => {
    const weight = own?.[place] ?? 1;
    return weight === (others?.[after[at]!] ?? 1) ? weight : Number.NaN;
  });
}

/** Values of one score on the samples that both sides have it for. */
export interface PairedValues {
  readonly baseline: Float64Array;
  readonly candidate: Float64Array;
  /** Each pair's row in the baseline's dataset. */
  readonly rows: Int32Array;
  /** Each value's place among the pairs. */
  readonly kept: Int32Array;
  /** Equal numbers for pairs that are not independent; null where every pair is one of its own. */
  readonly clusters: Int32Array | null;
  /** How much each pair counts; null where all count alike, NaN where the sides disagree. */
  readonly weights: Float64Array | null;
  readonly leftOut: LeftOut;
}

export function pairedValues(pairs: SamplePairs, score: string, category: string | null = null): PairedValues {
  const { baseline, candidate, places, onlyBaseline, onlyCandidate } = pairs;
  const [from, to] = [baseline.columns.get(score), candidate.columns.get(score)];
  const kept: number[] = [];
  let [unscoredBaseline, unscoredCandidate] = [0, 0];
  for (const [at, place] of places[0].entries()) {
    if (category !== null && baseline.categories[place] !== category) continue;
    const lacksBefore = Number.isNaN(from?.[place] ?? Number.NaN);
    const lacksAfter = Number.isNaN(to?.[places[1][at]!] ?? Number.NaN);
    if (lacksBefore) unscoredBaseline += 1;
    if (lacksAfter) unscoredCandidate += 1;
    if (!lacksBefore && !lacksAfter) kept.push(at);
  }
  return {
    baseline: Float64Array.from(kept, (at) => from![places[0][at]!]!),
    candidate: Float64Array.from(kept, (at) => to![places[1][at]!]!),
    rows: Int32Array.from(kept, (at) => baseline.rows[places[0][at]!]!),
    kept: Int32Array.from(kept),
    clusters: clustersOfPairs(pairs, kept),
    weights: weightsOfPairs(pairs, kept),
    leftOut: { onlyBaseline, onlyCandidate, unscoredBaseline, unscoredCandidate },
  };
}

/** Clusters of some of the pairs; null where each is one of its own. */
export function clustersOfPairs({ clusters }: SamplePairs, kept: readonly number[]): Int32Array | null {
  if (clusters === null) return null;
  const own = Int32Array.from(kept, (at) => clusters[at]!);
  return new Set(own).size < own.length ? own : null;
}

/** Weights of some of the pairs; null where they are all equal and above 0, which is none. */
export function weightsOfPairs({ weights }: SamplePairs, kept: readonly number[]): Float64Array | null {
  if (weights === null) return null;
  const own = Float64Array.from(kept, (at) => weights[at]!);
  return own.every((weight) => weight > 0 && weight === own[0]) ? null : own;
}

/** The pairs of one category, as the baseline has it. */
export function withinCategory(pairs: SamplePairs, category: string): SamplePairs {
  const { baseline, places } = pairs;
  return keptPairs(
    pairs,
    Array.from(places[0].keys()).filter((at) => baseline.categories[places[0][at]!] === category),
  );
}

/** Some of the pairs. */
export function keptPairs(pairs: SamplePairs, kept: readonly number[]): SamplePairs {
  const places = pairs.places.map((side) => Int32Array.from(kept, (at) => side[at]!)) as [Int32Array, Int32Array];
  return {
    ...pairs,
    places,
    clusters: pairs.clusters && Int32Array.from(kept, (at) => pairs.clusters![at]!),
    weights: pairs.weights && Float64Array.from(kept, (at) => pairs.weights![at]!),
  };
}

/** A sample whose score changed. */
export interface ChangedSample {
  /** Its row in the baseline's dataset. */
  readonly index: number;
  readonly from: number;
  readonly to: number;
}

/** Samples whose score moved most, largest change first. */
export function mostChanged(pairs: SamplePairs, score: string, count: number): ChangedSample[] {
  const { baseline, candidate, rows } = pairedValues(pairs, score);
  return Array.from(rows, (index, at) => ({ index, from: baseline[at]!, to: candidate[at]! }))
    .filter(({ from, to }) => from !== to)
    .sort((a, b) => Math.abs(b.to - b.from) - Math.abs(a.to - a.from) || a.index - b.index)
    .slice(0, count);
}
