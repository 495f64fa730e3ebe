import { invalidArgument } from '../invalid-argument.ts';
import type { ConfidenceSequence, SequenceOptions } from './confidence-sequence.ts';
import { HedgedCapital } from './hedged-capital.ts';

export interface BettingOptions extends SequenceOptions {
  /** How many candidate means are followed: the interval's ends are rounded outwards to 1/resolution. @default 1000 */
  readonly resolution?: number;
  /**
   * How many samples the whole dataset has, when they are drawn without replacement and the interval is to hold
   * the mean over exactly these. It then narrows to that mean. Without it the mean is that of the source of samples.
   */
  readonly populationSize?: number;
}

/**
 * Confidence sequence of the mean of scores in [0, 1] by betting: against each candidate mean m a gambler bets on
 * the next score being higher, another on its being lower, K ← K · (1 ± λ(x − m)); m is ruled out when one of them
 * has multiplied his money by 2/α. λ = √(2 ln(2/α) / (σ̂² t ln(1 + t))), from the scores before.
 * O(resolution) time a value, about 15 µs while all of 1,000 candidates stand, 1 µs once few do.
 * @see https://doi.org/10.1093/jrsssb/qkad009 theorem 3; without replacement section 5
 */
export function bettingSequence(options: BettingOptions = {}): ConfidenceSequence {
  const { confidence = 0.95, resolution = 1000, populationSize } = options;
  if (!(confidence > 0 && confidence < 1)) throw invalidArgument(`confidence is ${confidence}`);
  if (!(Number.isInteger(resolution) && resolution >= 2)) throw invalidArgument(`resolution is ${resolution}`);
  const limit = 2 / (1 - confidence);
  const capital = new HedgedCapital(resolution + 1, confidence);
  // Candidates first … last stand; capitals are monotone in m, so they fall from the ends.
  let first = 0;
  let last = resolution;
  let n = 0;
  let total = 0;
  const bounds = () => ({
    lower: Math.max(0, (first - 1) / resolution),
    upper: Math.min(1, (last + 1) / resolution),
  });
  const add = (value: number) => {
    if (!(value >= 0 && value <= 1)) throw invalidArgument(`a score in [0, 1] is needed, not ${value}`);
    if (populationSize !== undefined && n >= populationSize) {
      throw invalidArgument(`more than the ${populationSize} samples of the population`);
    }
    n++;
    const left = populationSize === undefined ? 0 : populationSize - n + 1;
    // Mean of what is still to be drawn, if the candidate is the mean of all.
    const expected = (k: number) => (left === 0 ? k / resolution : ((k / resolution) * populationSize! - total) / left);
    capital.bet(first, last, () => value, expected);
    capital.learn(value);
    total += value;
    while (first < last && capital.above[first]! >= limit) first++;
    while (last > first && capital.below[last]! >= limit) last--;
    return bounds();
  };
  return {
    add,
    get n() {
      return n;
    },
    get lower() {
      return bounds().lower;
    },
    get upper() {
      return bounds().upper;
    },
  };
}
