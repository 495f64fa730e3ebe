import { Moments } from '../moments/moments.ts';

/** Pseudo-observations of no slope: few scores say little of what predictions are worth. */
const NONE = 5;
/** Share of the variance that predictions must explain to be used: below it they would widen more than they narrow. */
const LEAST_SHARE = 0.1;

/** How far scores follow their predictions, from the scores so far: a slope in [0, 1], and 0 where they explain too little. */
export class FittedSlope {
  readonly #spread: number;
  #n = 0;
  #sumX = 0;
  #sumY = 0;
  #sumXX = 0;
  #sumXY = 0;
  #sumYY = 0;

  /** @param predictions of all rows */
  constructor(predictions: Float64Array) {
    this.#spread = Moments.of(predictions).variance() ?? 0;
  }

  get meanPrediction(): number {
    return this.#sumX / this.#n;
  }

  get value(): number {
    const n = this.#n;
    if (n < 2) return 0;
    const together = this.#sumXY - (this.#sumX * this.#sumY) / n;
    const predicted = this.#sumXX - this.#sumX ** 2 / n;
    const scored = this.#sumYY - this.#sumY ** 2 / n;
    if (!(together > 0 && predicted > 0 && scored > 0)) return 0;
    if (together ** 2 / (predicted * scored) < LEAST_SHARE + 2 / n) return 0;
    return Math.min(1, together / (predicted + NONE * this.#spread));
  }

  add(prediction: number, score: number): void {
    this.#n += 1;
    this.#sumX += prediction;
    this.#sumY += score;
    this.#sumXX += prediction ** 2;
    this.#sumXY += prediction * score;
    this.#sumYY += score ** 2;
  }
}
