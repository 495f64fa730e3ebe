import type { Interval } from '../intervals/interval.ts';
import { estimateInterval, estimatePvalue, type MeanEstimate } from '../means/mean-estimate.ts';

/**
 * A difference of means (candidate − baseline) of which interval and test are one inversion: `pvalue(border)` is at most
 * α exactly where `interval(1 − α)` excludes the border.
 */
export interface MeanDifference<Method extends string = string> {
  readonly method: Method;
  /** Pairs, or samples of both sides. */
  readonly n: number;
  /** The plain difference of the means, in the units of the score. */
  readonly difference: number;
  /** @param confidence @default 0.95 */
  interval(confidence?: number): Interval;
  /** Two-sided. @param border @default 0 */
  pvalue(border?: number): number;
  /** On which side of the border the evidence lies: 1 above, −1 below, 0 on it. @param border @default 0 */
  side(border?: number): -1 | 0 | 1;
}

/** The difference that an estimate makes, clipped to the most that a difference can be. */
export function estimatedDifference<Method extends string>(
  method: Method,
  n: number,
  difference: number,
  estimate: MeanEstimate,
  most: number,
): MeanDifference<Method> {
  return {
    method,
    n,
    difference,
    interval: (confidence) => {
      const [low, high] = estimateInterval(estimate, confidence);
      return [Math.max(-most, low), Math.min(most, high)];
    },
    // Beyond what is possible a clipped interval excludes everything.
    pvalue: (border = 0) => (Math.abs(border) > most ? 0 : estimatePvalue(estimate, border)),
    side: (border = 0) => Math.sign(estimate.center - border) as -1 | 0 | 1,
  };
}

/** A difference of which nothing is known but that it lies within ±most. */
export function unknownDifference<Method extends string>(
  method: Method,
  n: number,
  difference: number,
  most: number,
): MeanDifference<Method> {
  return { method, n, difference, interval: () => [-most, most], pvalue: () => 1, side: () => 0 };
}
