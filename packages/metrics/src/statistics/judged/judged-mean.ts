import type { Interval } from '../intervals/interval.ts';
import { boundedMean } from '../means/bounded-mean.ts';
import { checkRange, type ScoreRange, scaleInterval } from '../means/score-range.ts';
import { weightedMean } from '../means/weighted-mean.ts';
import { Moments } from '../moments/moments.ts';
import { momentsByKey } from '../moments/moments-by-key.ts';
import { type JudgedUse, type LabelsAlone, narrowestWay } from './judged-choice.ts';
import { type JudgedSamples, type JudgedTarget, unitSamples } from './judged-samples.ts';

/** A mean of human scores that knows its interval at every level. */
export interface JudgedMean {
  /** What the interval is made of: labels alone, or labels corrected by the judge or by its recalibrated levels. */
  readonly used: JudgedUse;
  /** How much of the judge it takes; 0 for labels alone. */
  readonly lambda: number;
  /** Labels. */
  readonly labelled: number;
  /** Samples that the judge scored. */
  readonly n: number;
  /** The estimate that is printed: mean label + λ · (judge's mean over all − over the labelled), within the interval. */
  readonly mean: number;
  /** In the units of the score, within its range. @param confidence @default 0.95 */
  interval(confidence?: number): Interval;
}

export interface JudgedOptions {
  /** Of labels and judge alike. @default [0, 1] */
  readonly range?: ScoreRange;
  /** @default 'process' */
  readonly target?: JudgedTarget;
}

/**
 * The mean human score of all samples from a judge's score of all and a human's of some: corrected for the judge's errors
 * where that is narrower than the labels alone, whatever the judge is worth. O(N).
 * @returns null without labels: then nothing is known of what humans would say
 * @throws RangeError METRIC_OUT_OF_RANGE, METRIC_LENGTH_MISMATCH, METRIC_INVALID_WEIGHTS
 * @example judgedMean({ labels: [1, 0, 1], judged: [1, 0, 1], judge: [1, 0, 1, 1, 0, 0, 1] })?.interval()
 */
export function judgedMean(samples: JudgedSamples, options: JudgedOptions = {}): JudgedMean | null {
  const { range = [0, 1], target = 'process' } = options;
  checkRange(range);
  const unit = unitSamples(samples, range);
  const labelled = unit.labels.length;
  if (labelled === 0) return null;
  const counts = { labelled, n: unit.judge.length };
  const { clusters } = unit;
  if (clusters !== undefined && new Set(Array.from(clusters)).size === 1) {
    const mean = boundedMean(Moments.of(Array.from(samples.labels)), range)!.mean;
    return { ...counts, used: 'labels', lambda: 0, mean, interval: () => [range[0], range[1]] };
  }
  const way = narrowestWay(unit, target, labelsAlone(unit), true);
  const [low, high] = way.interval(0.95);
  const [mean] = scaleInterval([Math.min(high, Math.max(low, way.mean)), 1], range);
  return {
    ...counts,
    used: way.used,
    lambda: way.lambda,
    mean,
    interval: (confidence = 0.95) => scaleInterval(way.interval(confidence), range),
  };
}

function labelsAlone({ labels, weights, clusters }: JudgedSamples): LabelsAlone {
  const mean =
    weights === undefined
      ? boundedMean(
          Moments.of(Array.from(labels)),
          [0, 1],
          clusters === undefined ? undefined : momentsByKey(labels, clusters),
        )!
      : weightedMean(labels, weights, [0, 1], clusters)!;
  return { center: mean.mean, interval: (confidence) => mean.interval(confidence), pvalue: () => null };
}
