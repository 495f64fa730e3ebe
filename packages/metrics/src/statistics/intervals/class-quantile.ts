import type { WeightClass } from '../means/weight-classes.ts';
import { weightedClassMean } from '../means/weighted-mean.ts';
import { Moments } from '../moments/moments.ts';
import type { Interval } from './interval.ts';
import { type QuantileEstimate, quantileEstimate } from './quantile-estimate.ts';

/** Scores that count by one weight and, where they come in clusters, are of one cluster: how often each came. */
export interface CountedClass {
  /** At least 0 and finite. @default 1 */
  readonly weight?: number | undefined;
  /** Absent where each score stands alone. */
  readonly cluster?: string | number | undefined;
  readonly counted: readonly (readonly [score: number, times: number])[];
}

/**
 * Quantile of scores that need have no bounds and that count by weights or come in clusters: a score is an end of the interval
 * where the interval of the share below it, which is a bounded mean, excludes the quantile's share (Woodruff). No single value,
 * however huge, moves it by more than one place. Of scores that stand alone with one weight it is {@link quantileEstimate}.
 * O(n log n); no order of the classes changes a bit.
 * @param share in (0, 1) @default 0.5, the median
 * @returns null without scores of weight above 0
 * @throws RangeError METRIC_INVALID_WEIGHTS for a negative or infinite weight
 * @see R. S. Woodruff (1952), Confidence intervals for medians and other position measures
 * @example classQuantile([{ weight: 3, counted: [[1, 2]] }, { weight: 1, counted: [[9, 1]] }])?.value // 1
 */
export function classQuantile(classes: readonly CountedClass[], share: number = 0.5): QuantileEstimate | null {
  const held = classes.filter(({ weight = 1, counted }) => weight !== 0 && counted.length > 0);
  const first = held[0];
  if (first === undefined) return null;
  const isPlain = held.every(({ weight = 1, cluster }) => cluster === undefined && weight === (first.weight ?? 1));
  if (isPlain)
    return quantileEstimate(
      held.flatMap(({ counted }) => [...counted]),
      share,
    );
  const scores = [...new Set(held.flatMap(({ counted }) => counted.map(([score]) => score)))].sort((a, b) => a - b);
  const below = (place: number) => weightedClassMean(indicators(held, scores[place]!))!;
  const middle = scores[firstWhere(scores.length, (place) => below(place).mean >= share - 1e-12)]!;
  return {
    n: held.reduce((sum, { counted }) => sum + counted.reduce((times, [, own]) => times + own, 0), 0),
    value: middle,
    interval: (confidence = 0.95): Interval | null => {
      // The share of scores below the lower end is surely too small, that up to the upper end surely large enough.
      const lower = firstWhere(scores.length, (place) => below(place).interval(confidence)[1] >= share);
      const upper = firstWhere(scores.length, (place) => below(place).interval(confidence)[0] >= share);
      const isOpen = upper === scores.length || (lower === 0 && !startsAtLeast(held, share, confidence));
      return isOpen ? null : [Math.min(scores[lower]!, middle), Math.max(scores[upper]!, middle)];
    },
  };
}

/** Whether the quantile surely lies at the least score or above: no score lies below it, and that is surely too small a share. */
function startsAtLeast(classes: readonly CountedClass[], share: number, confidence: number): boolean {
  return weightedClassMean(indicators(classes, Number.NEGATIVE_INFINITY))!.interval(confidence)[1] < share;
}

/** Of most classes, which hold one score. */
const [ABOVE, BELOW] = [Moments.of([0]), Moments.of([1])];

/** 1 for each score up to the border, 0 for the others. */
function indicators(classes: readonly CountedClass[], border: number): WeightClass[] {
  return classes.map(({ weight = 1, cluster, counted }) => {
    const [first, second] = counted;
    if (second === undefined && first![1] === 1)
      return { weight, cluster, scores: first![0] <= border ? BELOW : ABOVE };
    const scores = new Moments();
    for (const [score, times] of counted) for (let i = 0; i < times; i++) scores.add(Number(score <= border));
    return { weight, cluster, scores };
  });
}

/** The first place where it holds, which it does at all later ones; `count` where it holds at none. */
function firstWhere(count: number, holds: (place: number) => boolean): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
