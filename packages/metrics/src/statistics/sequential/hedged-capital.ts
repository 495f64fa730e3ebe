import { RunningVariance } from './running-variance.ts';

/** Share of the capital that a bet may lose at most. */
const LARGEST_LOSS = 0.5;

/**
 * The money of two gamblers against each candidate mean m of scores in [0, 1]: one bets on the next score being higher,
 * another on its being lower, K ← K · (1 ± λ(x − m)), λ = √(2 ln(2/α) / (σ̂² t ln(1 + t))) from the scores before.
 * @see https://doi.org/10.1093/jrsssb/qkad009 theorem 3; without replacement section 5
 */
export class HedgedCapital {
  readonly above: Float64Array;
  readonly below: Float64Array;
  readonly #running = new RunningVariance();
  readonly #logLimit: number;
  #t = 0;

  constructor(candidates: number, confidence: number) {
    this.above = new Float64Array(candidates).fill(1);
    this.below = new Float64Array(candidates).fill(1);
    this.#logLimit = Math.log(2 / (1 - confidence));
  }

  /**
   * Bets on the next score against candidates `first` … `last`.
   * @param scoreUnder the score where the k-th candidate holds: the same for all, but of a row without one
   * @param expectedUnder mean of what is still to be drawn where the k-th holds; beyond [0, 1] it cannot hold
   */
  bet(
    first: number,
    last: number,
    scoreUnder: (candidate: number) => number,
    expectedUnder: (candidate: number) => number,
  ): void {
    this.#t++;
    const bet = Math.sqrt((2 * this.#logLimit) / (this.#running.variance * this.#t * Math.log(1 + this.#t)));
    for (let k = first; k <= last; k++) {
      const m = expectedUnder(k);
      // The scores seen already sum to more, or leave more, than this mean allows.
      if (m < 0) this.above[k] = Number.POSITIVE_INFINITY;
      else if (m > 1) this.below[k] = Number.POSITIVE_INFINITY;
      else {
        const gain = scoreUnder(k) - m;
        this.above[k]! *= 1 + (m > 0 ? Math.min(bet, LARGEST_LOSS / m) : bet) * gain;
        this.below[k]! *= 1 - (m < 1 ? Math.min(bet, LARGEST_LOSS / (1 - m)) : bet) * gain;
      }
    }
  }

  /** What the next bets are sized by. */
  learn(score: number): void {
    this.#running.add(score);
  }

  /** Of both gamblers, who began with a half each. */
  of(candidate: number): number {
    return (this.above[candidate]! + this.below[candidate]!) / 2;
  }
}
