import { invalidArgument } from '../invalid-argument.ts';
import { betaBinomialSequence } from './beta-binomial-sequence.ts';
import { bettingSequence } from './betting-sequence.ts';
import type { ConfidenceSequence, SequenceOptions } from './confidence-sequence.ts';

export interface BoundedSequenceOptions extends SequenceOptions {
  /** Least and greatest possible score; both finite. @default [0, 1] */
  readonly range?: readonly [number, number];
  /** Scores are one of the two ends of the range and nothing between. @default false */
  readonly binary?: boolean;
  /** Candidate means of the betting sequence. @default 1000 */
  readonly resolution?: number;
}

/** Share of the range by which rounding may carry a score past its end. */
const SLACK = 1e-9;

/**
 * Confidence sequence of the mean of scores from any bounded range, in the units of the scores: the beta-binomial
 * mixture for two values, betting for all others.
 * @throws RangeError for a score outside the range
 * @see https://doi.org/10.1093/jrsssb/qkad009
 */
export function boundedSequence(options: BoundedSequenceOptions = {}): ConfidenceSequence {
  const { range = [0, 1], binary = false, ...rest } = options;
  const [from, to] = range;
  const width = to - from;
  if (!(width > 0 && Number.isFinite(width))) throw invalidArgument(`range is ${from} … ${to}`);
  const inner = binary ? betaBinomialSequence(rest) : bettingSequence(rest);
  const unscaled = (share: number) => (share === 1 ? to : from + share * width);
  return {
    add(value) {
      const share = (value - from) / width;
      if (!(share >= -SLACK && share <= 1 + SLACK)) {
        throw invalidArgument(`a score in [${from}, ${to}] is needed, not ${value}`);
      }
      const { lower, upper } = inner.add(Math.min(1, Math.max(0, share)));
      return { lower: unscaled(lower), upper: unscaled(upper) };
    },
    get n() {
      return inner.n;
    },
    get lower() {
      return unscaled(inner.lower);
    },
    get upper() {
      return unscaled(inner.upper);
    },
  };
}
