import {
  type BoundedMeanMethod,
  boundedMean,
  type Interval,
  judgedMean,
  judgeUsefulness,
  Moments,
  momentsByKey,
} from '@assay/metrics';
import type { JudgedCorpusFigure } from './corpus-figure.ts';
import { judgedSamples } from './judged-units.ts';

/** A figure made of human labels, and of a judge's scores where they help. */
export interface JudgedFigure {
  readonly value: number;
  /** Samples that it speaks of: labelled ones, or all that the judge scored. */
  readonly n: number;
  readonly method: JudgedMethod;
  readonly interval: Interval;
  /** Of a corrected figure. */
  readonly correction?: Correction;
}

export type JudgedMethod = BoundedMeanMethod | 'corrected' | 'recalibrated' | 'slope';

/** What a corrected figure was made of. */
export interface Correction {
  /** Samples with a label and a score of the judge. */
  readonly labelled: number;
  /** How much of the judge was taken; 0 where the labels stand alone. */
  readonly lambda: number;
}

/** @returns null without labels, or where nothing can be said of how labels rise with the judge */
export function judgedFigure(
  { of, units, range }: JudgedCorpusFigure,
  isClustered: boolean,
  confidence: number = 0.95,
): JudgedFigure | null {
  const samples = judgedSamples(units, isClustered);
  const labelled = samples.labels.length;
  if (labelled === 0) return null;
  if (of === 'slope') return isClustered ? null : slopeFigure(samples.labels, samples.judged, range);
  const { clusters } = samples;
  const alone = boundedMean(
    Moments.of(Array.from(samples.labels)),
    range,
    clusters === undefined ? undefined : momentsByKey(samples.labels, clusters),
  )!;
  if (of === 'labels')
    return { value: alone.mean, n: labelled, method: alone.method, interval: alone.interval(confidence) };
  const mean = judgedMean(samples, { range })!;
  const { used, lambda } = mean;
  return {
    value: mean.mean,
    n: mean.n,
    method: used === 'labels' ? alone.method : used === 'judge' ? 'corrected' : 'recalibrated',
    interval: mean.interval(confidence),
    correction: { labelled, lambda },
  };
}

/** Holds at 95 %, whatever level is asked. The value is the middle of an interval that is cautious at both ends. */
function slopeFigure(
  labels: ArrayLike<number>,
  judged: ArrayLike<number>,
  [low, high]: readonly [number, number],
): JudgedFigure | null {
  const unit = (values: ArrayLike<number>) => Float64Array.from(values, (value) => (value - low) / (high - low));
  const found = judgeUsefulness(unit(labels), unit(judged));
  if (found === null) return null;
  const [from, to] = found.slope;
  return { value: (from + to) / 2, n: labels.length, method: 'slope', interval: [from, to] };
}
