import {
  aucDifference,
  type CorpusPair,
  type CorpusScore,
  corpusDifference,
  type MeanDifference,
  type RankedPair,
} from '@assay/metrics';
import type { ScoreSpec } from '../algorithms/algorithm.ts';
import { NO_INTERVAL } from '../results/interval-words.ts';
import type { CorpusColumn } from './corpus-column.ts';
import { humanDifference } from './judged-scores.ts';
import { clustersOfPairs, type SamplePairs, weightsOfPairs } from './sample-pairs.ts';
import { type ScoreDifference, scoreDifference } from './score-difference.ts';

/**
 * The difference of a score over all samples: the jackknife of both models' sufficient statistics side by side.
 * @returns undefined where no method is known for this score
 */
export function corpusScoreDifference(
  pairs: SamplePairs,
  key: string,
  spec: ScoreSpec,
  category: string | null = null,
): ScoreDifference | undefined {
  const [before, after] = [pairs.baseline.corpora.get(key), pairs.candidate.corpora.get(key)];
  if (before === undefined || after === undefined || typeof spec.better === 'object') return undefined;
  const kept: number[] = [];
  let [unscoredBaseline, unscoredCandidate] = [0, 0];
  for (const [at, place] of pairs.places[0].entries()) {
    if (category !== null && pairs.baseline.categories[place] !== category) continue;
    const lacks = [before.states[place] === undefined, after.states[pairs.places[1][at]!] === undefined];
    if (lacks[0]) unscoredBaseline += 1;
    if (lacks[1]) unscoredCandidate += 1;
    if (!lacks[0] && !lacks[1]) kept.push(at);
  }
  const leftOut = {
    onlyBaseline: pairs.onlyBaseline,
    onlyCandidate: pairs.onlyCandidate,
    unscoredBaseline,
    unscoredCandidate,
  };
  const n = kept.length;
  const weights = weightsOfPairs(pairs, kept);
  const sign: 1 | -1 = spec.better === 'higher' ? 1 : -1;
  const common = { n, sign, most: null, leftOut, kept: Int32Array.from(kept) };
  const own = (side: 0 | 1, column: CorpusColumn) => kept.map((at) => column.states[pairs.places[side][at]!]);
  // Both sides in one call, so that they speak of the same classes.
  const figure = after.aggregate.corpus?.([...own(0, before), ...own(1, after)])[after.score];
  if (n === 0) return { ...common, found: null, column: new Float64Array() };
  const isAlone = figure?.kind === 'none' && figure.alone === true;
  if (weights !== null && figure !== undefined && !isAlone)
    return { ...common, found: null, column: new Float64Array(n), caveat: NO_INTERVAL.weights };
  if (figure?.kind === 'ranking') {
    if (clustersOfPairs(pairs, kept) !== null) return undefined;
    const ranked = [own(0, before).map(rankOf(before)), own(1, after).map(rankOf(after))];
    const found = aucDifference(rankedPairs(ranked[0]!, ranked[1]!));
    return { ...common, found, column: found?.contributions ?? new Float64Array(n) };
  }
  if (figure?.kind === 'judged' && figure.of !== 'slope') {
    const { found, caveat, column } = humanDifference(figure, clustersOfPairs(pairs, kept));
    return { ...common, found, column, caveat };
  }
  if (isAlone) {
    const figures = [own(0, before).map(figureOf(before)), own(1, after).map(figureOf(after))] as const;
    const known = [...kept.keys()].filter((at) => figures.every((side) => side[at] !== null));
    const [baseline, candidate] = figures.map((side) => Float64Array.from(known, (at) => side[at]!));
    const places = known.map((at) => kept[at]!);
    const clusters = clustersOfPairs(pairs, places);
    const rows = Int32Array.from(places);
    const sides = { baseline: baseline!, candidate: candidate!, rows, kept: rows };
    return scoreDifference({ ...sides, clusters, weights: weightsOfPairs(pairs, places), leftOut }, spec);
  }
  if (figure?.kind !== 'rows') return undefined;
  const rows = kept.map((_, at): CorpusPair => ({ baseline: figure.rows[at]!, candidate: figure.rows[n + at]! }));
  const clusters = clustersOfPairs(pairs, kept);
  const units = clusters === null ? rows : byCluster(rows, clusters);
  const found = corpusDifference(units, figure.score) as MeanDifference | null;
  const column = influence(rows, figure.score);
  return { ...common, column, found: found === null ? null : { ...found, n } };
}

interface Rank {
  readonly isPositive: boolean;
  readonly score: number;
}

/** The class and the score of one sample, from its state alone. */
function rankOf({ aggregate, score }: CorpusColumn): (state: unknown) => Rank {
  return (state) => {
    const figure = aggregate.corpus?.([state])[score];
    if (figure?.kind !== 'ranking') throw new TypeError(`${score} ranks no samples`);
    const isPositive = figure.positive.length > 0;
    return { isPositive, score: (isPositive ? figure.positive : figure.negative)[0]! };
  };
}

function rankedPairs(before: readonly Rank[], after: readonly Rank[]): RankedPair[] {
  return before.map(({ isPositive, score }, at) => ({ isPositive, baseline: score, candidate: after[at]!.score }));
}

/** Of one sample; what is beyond the largest number counts as that. */
function figureOf({ aggregate, score }: CorpusColumn): (state: unknown) => number | null {
  return (state) => {
    const value = aggregate.result(state)[score] ?? null;
    return value === null ? null : Math.min(value, Number.MAX_VALUE);
  };
}

function byCluster(rows: readonly CorpusPair[], clusters: Int32Array): CorpusPair[] {
  const sums = new Map<number, { baseline: Float64Array; candidate: Float64Array; size: number }>();
  for (const [at, { baseline, candidate }] of rows.entries()) {
    const known = sums.get(clusters[at]!);
    if (known === undefined) {
      sums.set(clusters[at]!, { baseline: baseline.slice(), candidate: candidate.slice(), size: 1 });
      continue;
    }
    for (const side of ['baseline', 'candidate'] as const)
      for (const [column, value] of rows[at]![side].entries()) known[side][column]! += value;
    known.size += 1;
  }
  return [...sums.values()];
}

/** How much the difference changes when a sample is left out; 0 where it would be undefined. */
function influence(rows: readonly CorpusPair[], { statistic }: CorpusScore): Float64Array {
  const total = (side: 'baseline' | 'candidate') => {
    const sums = new Float64Array(rows[0]?.[side].length ?? 0);
    for (const row of rows) for (const [at, value] of row[side].entries()) sums[at]! += value;
    return sums;
  };
  const [before, after] = [total('baseline'), total('candidate')];
  const whole = statistic(after) - statistic(before);
  const without = (sums: Float64Array, row: Float64Array) => sums.map((sum, at) => sum - row[at]!);
  return Float64Array.from(rows, ({ baseline, candidate }) => {
    const change = whole - (statistic(without(after, candidate)) - statistic(without(before, baseline)));
    return Number.isFinite(change) ? change : 0;
  });
}
