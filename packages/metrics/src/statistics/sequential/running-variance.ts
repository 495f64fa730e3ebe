/**
 * The shrunken running mean and variance that predictable bets are made from:
 * mean (½ + Σx)/(t + 1), variance (¼ + Σ(x − mean)²)/(t + 1).
 * @see https://doi.org/10.1093/jrsssb/qkad009 equation 15
 */
export class RunningVariance {
  #t = 0;
  #sum = 0.5;
  #squares = 0.25;

  /** Of the values so far; ½ at the start. */
  get mean(): number {
    return this.#sum / (this.#t + 1);
  }

  /** ¼ at the start. */
  get variance(): number {
    return this.#squares / (this.#t + 1);
  }

  add(x: number): void {
    this.#t++;
    this.#sum += x;
    this.#squares += (x - this.mean) ** 2;
  }
}
