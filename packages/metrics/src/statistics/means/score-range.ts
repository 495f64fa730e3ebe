import type { Interval } from '../intervals/interval.ts';
import { invalidArgument } from '../invalid-argument.ts';

/** Least and greatest possible score, both finite. */
export type ScoreRange = readonly [low: number, high: number];

/** How far beyond its range a score may lie for rounding, as a share of the range. */
const ROUNDING = 1e-9;

/** @throws RangeError METRIC_INVALID_ARGUMENT for an empty or unbounded range */
export function checkRange([low, high]: ScoreRange): void {
  if (!(Number.isFinite(low) && Number.isFinite(high) && low < high)) {
    throw invalidArgument(`[${low}, ${high}] is no range of a bounded score`);
  }
}

/** @throws RangeError METRIC_OUT_OF_RANGE where a value is outside, by more than rounding, or NaN */
export function checkInRange(least: number, greatest: number, [low, high]: ScoreRange): void {
  const slack = ROUNDING * (high - low);
  if (least >= low - slack && greatest <= high + slack) return;
  const value = least >= low - slack ? greatest : least;
  throw invalidArgument(`the score ${value} lies outside its range ${low} to ${high}`, 'METRIC_OUT_OF_RANGE');
}

/** An interval within [0, 1] in the units of the score. */
export function scaleInterval([from, to]: Interval, [low, high]: ScoreRange): Interval {
  // The ends themselves, not low + (high − low), which rounds.
  const at = (share: number) => (share <= 0 ? low : share >= 1 ? high : low + (high - low) * share);
  return [at(from), at(to)];
}
