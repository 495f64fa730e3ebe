import {
  aucEstimate,
  type BoundedMean,
  boundedMean,
  type ConfidenceSequence,
  type CountedClass,
  classQuantile,
  clusterGroups,
  corpusEstimate,
  cr2,
  haveOneWeight,
  type Moments,
  type WeightClass,
  type WeightedTotals,
  weightedClassMean,
  weightedClusters,
  weightedTotals,
} from '@assay/metrics';
import type { ScoreSpec } from '../algorithms/algorithm.ts';
import type { CorpusFigure, NoInterval } from '../algorithms/corpus-figure.ts';
import { type JudgedFigure, judgedFigure } from '../algorithms/judged-figure.ts';
import type { AggregateUnits } from './aggregate-units.ts';
import type { ScoreCell } from './score-cell.ts';
import type { ScoreSummary } from './summary.ts';

/** What a summary says of how well a figure is known: an interval and its method, or why there is none. */
export type Known = Pick<
  ScoreSummary,
  'interval' | 'intervalMethod' | 'intervalMissing' | 'standardError' | 'median' | 'p95'
>;

/** What a figure by human labels says: its value, of how many samples, and its interval. */
export type JudgedKnown = Known & Pick<ScoreSummary, 'correction' | 'n' | 'value'>;

/** What a mean over samples says: its value, how many equal samples it is worth where they have weights, and its interval. */
export type MeanKnown = Known & Pick<ScoreSummary, 'value' | 'effectiveSamples'>;

/** The interval of a figure that is made from all samples at once. */
interface CorpusKnowledge {
  readonly value: number | null;
  readonly figure: CorpusFigure | undefined;
  /** Absent where parts were scored by an earlier version. */
  readonly units: AggregateUnits | undefined;
  readonly confidence: number;
}

/**
 * A score's mean with its interval: the one place that decides it, from what is known of the score. Bounded scores: Blaker's
 * where all are at an end of their range, else Student's with pseudo-observations at both ends, by cluster where samples
 * come in clusters, and by weight where they have weights. A mean without bounds has none, for one value that was not seen
 * could move it anywhere: there median and 95th percentile are known, whatever the distribution.
 */
export function meanInterval(cell: ScoreCell, { range }: ScoreSpec, confidence: number): MeanKnown {
  const { moments } = cell;
  const classes = [...cell.weights.values()];
  const totals = cell.weights.size === 0 ? undefined : totalsOf(classes);
  if (totals === null) return { value: null, ...missing('no_weight') };
  const weights = totals === undefined || haveOneWeight(classes) ? undefined : classes;
  const clusters = cell.clusters.size === 0 ? undefined : [...cell.clusters.values()];
  const value = totals === undefined ? moments.mean() : totals.mean;
  const worth = totals === undefined ? {} : { effectiveSamples: totals.effectiveSamples };
  const standardError = standardErrorOf(moments, clusters, weights);
  const told = (known: Known): MeanKnown => ({ value, ...worth, ...known });
  if (moments.n === 0) return told(missing('no_samples', standardError));
  const [from, to] = range;
  if (from === to) return told(missing('no_range', standardError));
  if (!Number.isFinite(to - from))
    return told({ ...missing('unbounded', standardError), ...quantilesOf(cell, confidence) });
  const mean = inRange(() =>
    weights === undefined ? boundedMean(moments, [from, to], clusters) : weightedClassMean(weights, [from, to]),
  );
  if (mean === null) return told(missing('out_of_range', standardError));
  return told({ interval: mean.interval(confidence), intervalMethod: mean.method, standardError });
}

/** null where all weights are 0. */
function totalsOf(classes: readonly WeightClass[]): WeightedTotals | null {
  return classes.some(({ weight, scores }) => weight > 0 && scores.n > 0) ? weightedTotals(classes) : null;
}

/** null where a score lies outside the range: scoring lets none through, but runs of earlier versions may hold some. */
function inRange(mean: () => BoundedMean | null): BoundedMean | null {
  try {
    return mean();
  } catch (thrown) {
    if (thrown instanceof RangeError) return null;
    throw thrown;
  }
}

/** The interval of a figure over the corpus, such as BLEU or macro recall. */
export function corpusInterval({ value, figure, units, confidence }: CorpusKnowledge): Known {
  if (figure?.kind === 'none') return missing(figure.why);
  if (units?.samples === 0) return missing('no_samples');
  if (value === null) return missing('undefined');
  if (figure === undefined || units === undefined || figure.kind === 'judged') return missing('no_method');
  if (units.samples < 2) return missing('one_sample');
  if (figure.kind === 'ranking') {
    if (units.isClustered) return missing('clusters');
    const area = aucEstimate(figure.negative, figure.positive)!;
    return {
      interval: area.interval(confidence),
      intervalMethod: area.method,
      standardError: Math.sqrt(area.variance),
    };
  }
  const sizes = units.units();
  const rows = figure.rows.map((row, at) => ({ row, size: sizes[at]!.size }));
  const estimate = corpusEstimate(rows, figure.score, value);
  if (estimate === null) return missing(sizes.length < 2 ? 'one_cluster' : 'undefined');
  const { method, standardError } = estimate;
  return {
    interval: estimate.interval(confidence),
    intervalMethod: method,
    standardError: Number.isNaN(standardError) ? null : standardError,
  };
}

/** A figure by human labels, corrected by the judge or not; without labels it is not known. */
export function judgedKnown(
  figure: Extract<CorpusFigure, { kind: 'judged' }>,
  units: AggregateUnits,
  confidence: number,
): JudgedKnown {
  const found = judgedFigure(figure, units.isClustered, confidence);
  if (found === null)
    return { value: null, n: 0, ...missing(units.samples === 0 ? 'no_samples' : whyUnknown(figure, units)) };
  return { ...pickKnown(found), standardError: null };
}

function whyUnknown(
  { of, units: parts }: Extract<CorpusFigure, { kind: 'judged' }>,
  units: AggregateUnits,
): NoInterval {
  if (parts.every(({ labelled }) => labelled.length === 0)) return 'no_labels';
  return of === 'slope' && units.isClustered ? 'clusters' : 'undefined';
}

function pickKnown({ value, n, interval, method, correction }: JudgedFigure) {
  return { value, n, interval, intervalMethod: method, ...(correction === undefined ? {} : { correction }) };
}

/** A run that may end when it pleases has intervals that hold at all times; without bounds on a score there is none. */
export function sequenceInterval({ moments }: ScoreCell, known: ConfidenceSequence | undefined): Known {
  const standardError = moments.standardError();
  if (known === undefined) return missing(moments.n === 0 ? 'no_samples' : 'early_stop', standardError);
  const intervalMethod = known.estimate === undefined ? 'sequence' : 'predicted-sequence';
  return { interval: [known.lower, known.upper], intervalMethod, standardError };
}

export function missing(why: NoInterval, standardError: number | null = null): Known {
  return { interval: null, intervalMethod: null, intervalMissing: why, standardError };
}

/** Of the plain or the weighted mean, by CR2 where samples have clusters or weights; null for one cluster, which says nothing of others. */
function standardErrorOf(
  moments: Moments,
  clusters: readonly Moments[] | undefined,
  weights: readonly WeightClass[] | undefined,
): number | null {
  const groups = weights === undefined ? clusterGroups(moments, clusters) : weightedClusters(weights, [0, 1]).clusters;
  if (groups === null) return moments.standardError();
  const count = groups.reduce((sum, group) => sum + (group.count ?? 1), 0);
  const error = count < 2 ? Number.NaN : Math.sqrt(cr2(groups).variance);
  return Number.isFinite(error) ? error : null;
}

/** By weights and clusters where samples have any. Parts that an earlier version scored have no counts, or none by cluster. */
function quantilesOf(cell: ScoreCell, confidence: number): Pick<ScoreSummary, 'median' | 'p95'> {
  const classes = cell.counts?.classes() ?? [];
  const held = (isMeant: (each: CountedClass) => boolean) =>
    classes.filter(isMeant).reduce((sum, { counted }) => sum + counted.reduce((all, [, times]) => all + times, 0), 0);
  const wanted = (parts: Iterable<{ readonly n: number }>) => [...parts].reduce((sum, { n }) => sum + n, 0);
  const weights = [...cell.weights.values()].map(({ scores }) => scores);
  if (held(() => true) !== cell.moments.n) return {};
  if (held(({ cluster }) => cluster !== undefined) !== wanted(cell.clusters.values())) return {};
  if (held(({ weight }) => weight !== undefined) !== wanted(weights)) return {};
  const [median, p95] = [0.5, 0.95].map((share) => classQuantile(classes, share));
  if (median == null || p95 == null) return {};
  return {
    median: { value: median.value, interval: median.interval(confidence) },
    p95: { value: p95.value, interval: p95.interval(confidence) },
  };
}
