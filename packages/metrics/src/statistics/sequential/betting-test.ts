import { invalidArgument } from '../invalid-argument.ts';
import type { SequenceOptions } from './confidence-sequence.ts';
import { RunningVariance } from './running-variance.ts';

/** Share of the capital that a bet may lose at most, as in the betting sequence. */
const LARGEST_LOSS = 0.5;

/**
 * Anytime-valid two-sided p-value of the hypothesis that scores in [0, 1] have the given mean: 2 over the most money
 * that one of the two gamblers of {@link bettingSequence} ever had. It stays valid wherever the samples end because of
 * what they said. At most 1 − confidence exactly where the betting sequence rules the mean out.
 * @param values in the recorded random order
 * @param mean in (0, 1)
 * @returns in [0, 1]; 1 without values
 * @see https://doi.org/10.1093/jrsssb/qkad009 theorem 3
 */
export function bettingTest(
  values: Iterable<number>,
  mean: number,
  { confidence = 0.95 }: SequenceOptions = {},
): number {
  if (!(mean > 0 && mean < 1)) throw invalidArgument(`mean is ${mean}`);
  if (!(confidence > 0 && confidence < 1)) throw invalidArgument(`confidence is ${confidence}`);
  const logLimit = Math.log(2 / (1 - confidence));
  const running = new RunningVariance();
  let n = 0;
  let above = 1;
  let below = 1;
  let most = 1;
  for (const value of values) {
    if (!(value >= 0 && value <= 1)) throw invalidArgument(`a score in [0, 1] is needed, not ${value}`);
    n++;
    const bet = Math.sqrt((2 * logLimit) / (running.variance * n * Math.log(1 + n)));
    above *= 1 + Math.min(bet, LARGEST_LOSS / mean) * (value - mean);
    below *= 1 - Math.min(bet, LARGEST_LOSS / (1 - mean)) * (value - mean);
    most = Math.max(most, above, below);
    running.add(value);
  }
  return Math.min(1, 2 / most);
}
