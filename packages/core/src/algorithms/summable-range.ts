import type { ScoreSpec } from './algorithm.ts';

/** Squares of larger scores, added up, would leave what a double can hold. */
export const MOST_SUMMABLE = 2 ** 400;

/** A range as sums can use it: an end beyond {@link MOST_SUMMABLE}, such as `Number.MAX_VALUE`, is no bound. */
export function summableRange([from, to]: ScoreSpec['range']): ScoreSpec['range'] {
  return [from < -MOST_SUMMABLE ? Number.NEGATIVE_INFINITY : from, to > MOST_SUMMABLE ? Number.POSITIVE_INFINITY : to];
}
