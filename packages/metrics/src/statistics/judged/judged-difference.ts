import type { ScoreRange } from '../means/score-range.ts';
import type { MeanDifference } from '../pairs/mean-difference.ts';
import { pairedDifference } from '../pairs/paired-difference.ts';
import { type JudgedUse, type LabelsAlone, narrowestWay } from './judged-choice.ts';
import { type JudgedSamples, type JudgedTarget, unitSamples } from './judged-samples.ts';

/** The difference of two models' human scores; interval and test are one inversion. */
export interface JudgedDifference extends MeanDifference<JudgedUse> {
  /** How much of the judge it takes; 0 for labels alone. */
  readonly lambda: number;
  readonly labelled: number;
}

/** Differences candidate − baseline: of labels where both were labelled, of the judge everywhere. */
export interface JudgedPairs extends Omit<JudgedSamples, 'weights'> {}

export interface JudgedPairOptions {
  /** The most that one difference can be: the width of the score's range. @default 1 */
  readonly most?: number;
  /** @default 'process' */
  readonly target?: JudgedTarget;
}

/**
 * The mean difference of two models by humans, from one judge's differences on all samples and labels of both models on
 * the same few. What counts is how the judge's *differences* follow the labels', which is less than how its scores do. O(N).
 * @param pairs differences within ±most
 * @returns null without pairs that humans labelled
 */
export function judgedDifference(pairs: JudgedPairs, options: JudgedPairOptions = {}): JudgedDifference | null {
  const { most = 1, target = 'process' } = options;
  const range: ScoreRange = [-most, most];
  const unit = unitSamples(pairs, range);
  const labelled = unit.labels.length;
  if (labelled === 0) return null;
  const { clusters } = pairs;
  const alone = pairedDifference(pairs.labels, { most, ...(clusters === undefined ? {} : { clusters }) })!;
  const common = { n: unit.judge.length, labelled };
  const toUnit = (difference: number) => (difference + most) / (2 * most);
  const fromUnit = (share: number) => most * (2 * share - 1);
  if (alone.method === 'one-cluster') return { ...alone, ...common, method: 'labels', lambda: 0 };
  const labels: LabelsAlone = {
    center: toUnit(alone.difference),
    interval: (confidence) => alone.interval(confidence).map(toUnit) as [number, number],
    pvalue: (border) => alone.pvalue(fromUnit(border)),
  };
  const way = narrowestWay(unit, target, labels, false);
  const { used: method, lambda } = way;
  if (method === 'labels' && target === 'process') return { ...alone, ...common, method, lambda };
  const [low, high] = way.interval(0.95);
  return {
    ...common,
    method,
    lambda,
    difference: fromUnit(Math.min(high, Math.max(low, way.mean))),
    interval: (confidence = 0.95) => way.interval(confidence).map(fromUnit) as [number, number],
    pvalue: (border = 0) => (Math.abs(border) > most ? 0 : way.pvalue(toUnit(border))!),
    side: (border = 0) => Math.sign(way.center - toUnit(border)) as -1 | 0 | 1,
  };
}
