import {
  aucEstimate,
  boundedMean,
  type ConfidenceSequence,
  corpusEstimate,
  cr2,
  type Moments,
  quantileEstimate,
} from '@assay/metrics';
import type { ScoreSpec } from '../algorithms/algorithm.ts';
import type { CorpusFigure, NoInterval } from '../algorithms/corpus-figure.ts';
import { type JudgedFigure, judgedFigure } from '../algorithms/judged-figure.ts';
import type { ScoreCell } from './accumulator.ts';
import type { AggregateUnits } from './aggregate-units.ts';
import type { ScoreSummary } from './summary.ts';

/** What a summary says of how well a figure is known: an interval and its method, or why there is none. */
export type Known = Pick<
  ScoreSummary,
  'interval' | 'intervalMethod' | 'intervalMissing' | 'standardError' | 'median' | 'p95'
>;

/** The interval of a figure that is made from all samples at once. */
/** What a figure by human labels says: its value, of how many samples, and its interval. */
export type JudgedKnown = Known & Pick<ScoreSummary, 'correction' | 'n' | 'value'>;

interface CorpusKnowledge {
  readonly value: number | null;
  readonly figure: CorpusFigure | undefined;
  /** Absent where parts were scored by an earlier version. */
  readonly units: AggregateUnits | undefined;
  readonly confidence: number;
}

/**
 * The interval of a score's mean: the one place that decides it, from what is known of the score. Bounded scores: Blaker's
 * where all are at an end of their range, else Student's with pseudo-observations at both ends, by cluster where samples
 * come in clusters. A mean without bounds has none, for one value that was not seen could move it anywhere: there
 * median and 95th percentile are known, whatever the distribution.
 */
export function meanInterval(cell: ScoreCell, { range }: ScoreSpec, confidence: number): Known {
  const { moments } = cell;
  const clusters = cell.clusters.size > 0 && cell.clusters.size < moments.n ? [...cell.clusters.values()] : undefined;
  const standardError = clusters === undefined ? moments.standardError() : clusterError(clusters);
  if (moments.n === 0) return missing('no_samples', standardError);
  const [from, to] = range;
  if (from === to) return missing('no_range', standardError);
  if (!Number.isFinite(to - from)) {
    return { ...missing('unbounded', standardError), ...(clusters === undefined ? quantilesOf(cell, confidence) : {}) };
  }
  const mean = knownMean(moments, [from, to], clusters);
  if (mean === null) return missing('out_of_range', standardError);
  return { interval: mean.interval(confidence), intervalMethod: mean.method, standardError };
}

/** null where a score lies outside the range: scoring lets none through, but runs of earlier versions may hold some. */
function knownMean(moments: Moments, range: readonly [number, number], clusters: readonly Moments[] | undefined) {
  try {
    return boundedMean(moments, range, clusters);
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

/** CR2 of the plain mean; null for one cluster, which says nothing of others. */
function clusterError(clusters: readonly Moments[]): number | null {
  if (clusters.length < 2) return null;
  return Math.sqrt(cr2(clusters.map((cluster) => ({ n: cluster.n, sum: cluster.sum() }))).variance);
}

function quantilesOf({ counts, moments }: ScoreCell, confidence: number): Pick<ScoreSummary, 'median' | 'p95'> {
  const counted = counts?.toJSON() ?? [];
  const [median, p95] = [0.5, 0.95].map((share) => quantileEstimate(counted, share));
  // Parts that an earlier version scored have no counts.
  if (median == null || p95 == null || median.n !== moments.n) return {};
  return {
    median: { value: median.value, interval: median.interval(confidence) },
    p95: { value: p95.value, interval: p95.interval(confidence) },
  };
}
