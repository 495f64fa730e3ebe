import { betaBinomialSequence } from './beta-binomial-sequence.ts';
import { bettingSequence } from './betting-sequence.ts';
import type { ConfidenceSequence, SequenceOptions } from './confidence-sequence.ts';
import { unitScale } from './unit-scale.ts';

export interface BoundedSequenceOptions extends SequenceOptions {
  /** Least and greatest possible score; both finite. @default [0, 1] */
  readonly range?: readonly [number, number];
  /** Scores are one of the two ends of the range and nothing between. @default false */
  readonly binary?: boolean;
  /** Candidate means of the betting sequence. @default 1000 */
  readonly resolution?: number;
}

/**
 * Confidence sequence of the mean of scores from any bounded range, in the units of the scores: the beta-binomial
 * mixture for two values, betting for all others.
 * @throws RangeError for a score outside the range
 * @see https://doi.org/10.1093/jrsssb/qkad009
 */
export function boundedSequence(options: BoundedSequenceOptions = {}): ConfidenceSequence {
  const { range = [0, 1], binary = false, ...rest } = options;
  const { shareOf, valueAt } = unitScale(range);
  const inner = binary ? betaBinomialSequence(rest) : bettingSequence(rest);
  return {
    add(value) {
      const { lower, upper } = inner.add(shareOf(value));
      return { lower: valueAt(lower), upper: valueAt(upper) };
    },
    get n() {
      return inner.n;
    },
    get lower() {
      return valueAt(inner.lower);
    },
    get upper() {
      return valueAt(inner.upper);
    },
  };
}
