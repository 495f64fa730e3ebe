import { Moments } from '../moments/moments.ts';

/** Distinct differences that are told apart; whole steps up, down and none are three. */
const MOST_STEPS = 8;

/** Wins, losses and all pairs where every difference is a whole step up, down or none. */
export interface FlipCounts {
  readonly wins: number;
  readonly losses: number;
  readonly n: number;
}

/**
 * What paired differences (candidate − baseline) of independent samples add up to, in memory that does not grow with their
 * number: {@link summedDifference} needs no more of them. Exact, so that no order changes a bit.
 */
export class DifferenceSums {
  readonly moments: Moments = new Moments();
  /** Differences above 0. */
  wins = 0;
  /** Differences below 0. */
  losses = 0;
  /** How often each difference came; null where there are too many to tell apart. */
  #steps: Map<number, number> | null = new Map();

  static of(differences: Iterable<number>): DifferenceSums {
    const sums = new DifferenceSums();
    for (const difference of differences) sums.add(difference);
    return sums;
  }

  /** @throws RangeError METRIC_NOT_FINITE */
  add(difference: number): void {
    this.moments.add(difference);
    if (difference > 0) this.wins += 1;
    else if (difference < 0) this.losses += 1;
    if (this.#steps === null) return;
    this.#steps.set(difference, (this.#steps.get(difference) ?? 0) + 1);
    if (this.#steps.size > MOST_STEPS) this.#steps = null;
  }

  /** null where a difference is neither 0 nor ±most. @param most above 0 */
  flips(most: number): FlipCounts | null {
    if (this.#steps === null) return null;
    for (const step of this.#steps.keys()) if (step !== 0 && Math.abs(step) !== most) return null;
    return { wins: this.wins, losses: this.losses, n: this.moments.n };
  }
}
