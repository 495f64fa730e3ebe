import type { Interval } from '../intervals/interval.ts';
import { estimateInterval, estimatePvalue } from '../means/mean-estimate.ts';
import type { CorrectedEstimate } from './clustered-estimate.ts';
import { correctedEstimate } from './corrected-estimate.ts';
import { exactTotal } from './disagreement-rows.ts';
import type { JudgedSamples, JudgedTarget } from './judged-samples.ts';
import { recalibratedJudge } from './recalibrated-judge.ts';

/** Which estimate was the narrowest. */
export type JudgedUse = 'labels' | 'judge' | 'recalibrated';

/** One way to estimate the mean, in [0, 1]. */
export interface JudgedWay {
  readonly used: JudgedUse;
  readonly lambda: number;
  /** The estimate without pseudo-rows, which is printed. */
  readonly mean: number;
  readonly center: number;
  interval(confidence: number): Interval;
  /** Two-sided; null where the method has no test that is dual to its interval. */
  pvalue(border: number): number | null;
}

/** The house's estimate of the labels alone, in [0, 1]. */
export type LabelsAlone = Pick<JudgedWay, 'center' | 'interval' | 'pvalue'>;

/** Fewest labels from which the judge may correct them, and from which its levels are re-estimated. */
const LEAST_LABELS = 3;
const LEAST_FOR_LEVELS = 30;

/**
 * The narrowest of labels alone, corrected and recalibrated, chosen once at 95 % whatever level is asked later, so that
 * intervals nest and p-values stay dual to them. Never wider than labels alone, by construction.
 * @param samples in [0, 1], with at least one label
 * @param levels whether the judge may be recalibrated
 */
export function narrowestWay(
  samples: JudgedSamples,
  target: JudgedTarget,
  alone: LabelsAlone,
  levels: boolean,
): JudgedWay {
  const { labels, judge } = samples;
  const isPlain = samples.weights === undefined && samples.clusters === undefined;
  const own = isPlain && target === 'run' ? wayOf(withoutJudge(samples), 'run', 'labels') : null;
  const ofLabels = lastKept((confidence) => alone.interval(confidence));
  const labelsWay: JudgedWay = own ?? {
    ...alone,
    interval: ofLabels,
    used: 'labels',
    lambda: 0,
    mean: meanLabel(samples),
  };
  if (labels.length < LEAST_LABELS) return labelsWay;
  const ways = [wayOf(samples, target, 'judge')];
  const hasLevels = levels && isPlain && labels.length >= LEAST_FOR_LEVELS && hasThreeValues(judge);
  if (hasLevels) ways.push(wayOf(recalibratedJudge(samples), target, 'recalibrated'));
  const width = (way: JudgedWay) => {
    const [low, high] = way.interval(0.95);
    return high - low;
  };
  const best = ways.reduce((narrowest, way) => (width(way) < width(narrowest) ? way : narrowest));
  return best.lambda > 0 && width(best) < width(labelsWay) ? best : labelsWay;
}

function wayOf(samples: JudgedSamples, target: JudgedTarget, used: JudgedUse): JudgedWay {
  const estimate = correctedEstimate(samples, target);
  const { center, lambda } = estimate;
  const isPlain = samples.weights === undefined && samples.clusters === undefined;
  const interval = lastKept((confidence) =>
    target === 'run' && isPlain ? runInterval(estimate, samples, confidence) : clipped(estimate, confidence),
  );
  return {
    used,
    lambda,
    mean: meanLabel(samples) + lambda * judgeShift(samples),
    center,
    interval,
    pvalue: (border) => estimatePvalue(estimate, border),
  };
}

/** Which way is the narrowest, what is printed and what is asked first are all at one confidence. */
function lastKept(make: (confidence: number) => Interval): (confidence: number) => Interval {
  let last: { readonly confidence: number; readonly interval: Interval } | undefined;
  return (confidence) => {
    if (last?.confidence !== confidence) last = { confidence, interval: make(confidence) };
    return [...last.interval];
  };
}

function clipped(estimate: CorrectedEstimate, confidence: number): Interval {
  const [low, high] = estimateInterval(estimate, confidence);
  return [Math.max(0, low), Math.min(1, high)];
}

/** Fewer samples without a label than this say only what is possible. */
const FEW_LEFT = 5;

/** Half a step of the lattice of labels wider, and never beyond what the samples without a label can still do. */
function runInterval(estimate: CorrectedEstimate, { labels, judge }: JudgedSamples, confidence: number): Interval {
  const all = judge.length;
  const left = all - labels.length;
  const labelled = exactTotal(labels.length, (i) => labels[i]!);
  const [low, high] = left <= FEW_LEFT ? [0, 1] : clipped(estimate, confidence);
  const step = left <= FEW_LEFT ? 0 : 0.5 / all;
  return [Math.max(low - step, labelled / all), Math.min(high + step, (labelled + left) / all)];
}

function withoutJudge(samples: JudgedSamples): JudgedSamples {
  return {
    labels: samples.labels,
    judged: new Float64Array(samples.judged.length),
    judge: new Float64Array(samples.judge.length),
  };
}

function meanLabel({ labels, weights }: JudgedSamples): number {
  return exactTotal(labels.length, (i) => (weights?.[i] ?? 1) * labels[i]!) / labels.length;
}

/** How much higher the judge scores all samples than the labelled ones. */
function judgeShift({ judged, judge, weights }: JudgedSamples): number {
  const labelled = exactTotal(judged.length, (i) => (weights?.[i] ?? 1) * judged[i]!) / judged.length;
  return exactTotal(judge.length, (i) => judge[i]!) / judge.length - labelled;
}

function hasThreeValues(judge: ArrayLike<number>): boolean {
  const first = judge[0];
  let second: number | undefined;
  for (let i = 1; i < judge.length; i++) {
    const score = judge[i]!;
    if (score === first || score === second) continue;
    if (second !== undefined) return true;
    second = score;
  }
  return false;
}
