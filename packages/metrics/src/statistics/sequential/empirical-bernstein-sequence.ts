import { invalidArgument } from '../invalid-argument.ts';
import type { ConfidenceSequence, SequenceOptions } from './confidence-sequence.ts';
import { RunningVariance } from './running-variance.ts';

/**
 * Confidence sequence of the mean of scores in [0, 1] in closed form (predictable plug-in empirical Bernstein):
 * Σλx/Σλ ± (ln(2/α) + Σ 4(x − μ̂)² ψ(λ)) / Σλ, ψ(λ) = (−ln(1−λ) − λ)/4.
 * O(1) time and memory. Up to twice as wide as {@link bettingSequence} for few scores or a small variance,
 * about as wide after some thousands.
 * @see https://doi.org/10.1093/jrsssb/qkad009 theorem 2
 */
export function empiricalBernsteinSequence(options: SequenceOptions = {}): ConfidenceSequence {
  const { confidence = 0.95 } = options;
  if (!(confidence > 0 && confidence < 1)) throw invalidArgument(`confidence is ${confidence}`);
  const threshold = Math.log(2 / (1 - confidence));
  const running = new RunningVariance();
  let n = 0;
  let bets = 0;
  let weighted = 0;
  let penalty = 0;
  let lower = 0;
  let upper = 1;
  const add = (value: number) => {
    if (!(value >= 0 && value <= 1)) throw invalidArgument(`a score in [0, 1] is needed, not ${value}`);
    n++;
    const bet = Math.min(0.5, Math.sqrt((2 * threshold) / (running.variance * n * Math.log(1 + n))));
    bets += bet;
    weighted += bet * value;
    penalty += (value - running.mean) ** 2 * (-Math.log1p(-bet) - bet);
    running.add(value);
    const margin = (threshold + penalty) / bets;
    const low = Math.max(lower, weighted / bets - margin);
    const high = Math.min(upper, weighted / bets + margin);
    // An empty intersection happens with probability below α; the last interval then stands.
    if (low <= high) [lower, upper] = [low, high];
    return { lower, upper };
  };
  return {
    add,
    get n() {
      return n;
    },
    get lower() {
      return lower;
    },
    get upper() {
      return upper;
    },
  };
}
