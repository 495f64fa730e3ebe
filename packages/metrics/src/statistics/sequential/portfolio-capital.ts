/** Bets that the capital is spread over. */
const BETS = 128;
/** Shares of the capital that stand on a high score: nodes of the weights of Krichevsky and Trofimov. */
const SHARES = Float64Array.from({ length: BETS }, (_, k) => Math.sin(((2 * k + 1) * Math.PI) / (4 * BETS)) ** 2);
/** And on a low one. */
const OTHERS = SHARES.map((share) => 1 - share);

/** The money of a gambler who spreads it over all bets against each candidate mean: a universal portfolio. */
export class PortfolioCapital {
  /** Of each candidate, for each bet. */
  readonly #money: Float64Array;

  constructor(candidates: number, money?: Float64Array) {
    this.#money = money ?? new Float64Array(candidates * BETS).fill(1 / BETS);
  }

  copy(): PortfolioCapital {
    return new PortfolioCapital(0, this.#money.slice());
  }

  /**
   * @param share of its range that what is bet on takes, in [0, 1]
   * @param expected the same of its mean under the candidate
   */
  multiply(candidate: number, share: number, expected: number): void {
    const up = share <= 0 ? 0 : share / expected;
    const down = share >= 1 ? 0 : (1 - share) / (1 - expected);
    const money = this.#money;
    const start = candidate * BETS;
    for (let k = 0; k < BETS; k++) money[start + k]! *= SHARES[k]! * up + OTHERS[k]! * down;
  }

  ruleOut(candidate: number): void {
    this.#money[candidate * BETS] = Number.POSITIVE_INFINITY;
  }

  of(candidate: number): number {
    let sum = 0;
    for (let at = candidate * BETS; at < (candidate + 1) * BETS; at++) sum += this.#money[at]!;
    return sum;
  }
}
