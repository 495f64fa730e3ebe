import { invalidArgument } from '../invalid-argument.ts';
import type { ScoreRange } from '../means/score-range.ts';
import type { ConfidenceSequence, SequenceOptions } from './confidence-sequence.ts';
import { FittedSlope } from './fitted-slope.ts';
import { HedgedCapital } from './hedged-capital.ts';
import { PortfolioCapital } from './portfolio-capital.ts';
import { unitScale } from './unit-scale.ts';

export interface PredictedSequenceOptions extends SequenceOptions {
  /** A prediction within the range for every row of the dataset, in the random order in which rows are asked. */
  readonly predictions: ArrayLike<number>;
  /** Least and greatest possible score; both finite. @default [0, 1] */
  readonly range?: ScoreRange;
  /** Scores are one of the two ends of the range and nothing between. @default false */
  readonly binary?: boolean;
  /** Candidate means: the interval's ends are rounded outwards to 1/resolution. @default 1000 */
  readonly resolution?: number;
}

/** A confidence sequence that is told of rows without a score, too. */
export interface PredictedSequence extends ConfidenceSequence {
  readonly estimate: number | null;
  /** The next row has no score. */
  skip(): void;
}

/** Share of the capital that bets as a sequence without predictions would: what keeps bad predictions from costing much. */
const PLAIN = 0.9;
/** What an expected mean may lie beyond its range. */
const ROUNDING = 1e-12;

/**
 * Confidence sequence of the mean over exactly the rows of a dataset, whose scores in [0, 1] earlier runs predict. Rows come
 * in a random order without replacement; of each score the predicted part is taken off, by a slope that the scores before
 * it fit, and the mean of that part over the rows to come is known. What is left is bet on with a capital spread over all
 * bets (a universal portfolio with the weights of Krichevsky and Trofimov; on 0/1 scores without predictions Robbins'
 * beta-binomial mixture). Nine tenths of the capital bet without predictions, as {@link boundedSequence} does: a candidate
 * that this rules out at 1 − 0.9 α is out, whatever the predictions, which can so widen it by a few per cent at most.
 * Valid at any stop whatever the predictions are worth; rows without a score are left out of the mean. O(resolution × 256)
 * time a row while all candidates stand.
 * @throws RangeError METRIC_INVALID_ARGUMENT for a prediction or a score outside [0, 1], or more scores than rows
 * @see F. Orabona, K.-S. Jun (2023), arXiv 2110.14099; I. Waudby-Smith, A. Ramdas (2024), section 5;
 *   S. Shekhar et al. (2023), arXiv 2305.06884, for the same idea with unequal chances
 */
export function predictedSequence(options: PredictedSequenceOptions): PredictedSequence {
  const { confidence = 0.95, resolution = 1000, range = [0, 1], binary = false } = options;
  if (!(confidence > 0 && confidence < 1)) throw invalidArgument(`confidence is ${confidence}`);
  if (!(Number.isInteger(resolution) && resolution >= 2)) throw invalidArgument(`resolution is ${resolution}`);
  const { shareOf, valueAt } = unitScale(range);
  const inner = new Sequence(Float64Array.from(options.predictions, shareOf), confidence, resolution, binary);
  const bounds = () => ({ lower: valueAt(inner.lower), upper: valueAt(inner.upper) });
  return {
    add: (value) => {
      inner.add(shareOf(value));
      return bounds();
    },
    skip: () => inner.skip(),
    get n() {
      return inner.n;
    },
    get lower() {
      return bounds().lower;
    },
    get upper() {
      return bounds().upper;
    },
    get estimate() {
      return inner.estimate === null ? null : valueAt(inner.estimate);
    },
  };
}

class Sequence {
  readonly #predictions: Float64Array;
  /** Least, greatest and sum of the predictions from each row on. */
  readonly #ahead: readonly [Float64Array, Float64Array, Float64Array];
  readonly #limit: number;
  readonly #resolution: number;
  /** Without predictions, of scores that are not 0 or 1. */
  readonly #hedged: HedgedCapital | undefined;
  readonly #portfolio: PortfolioCapital;
  /** Where the predicted part is taken off; from the first slope above 0. */
  #predicted: PortfolioCapital | undefined;
  readonly #slope: FittedSlope;
  #asked = 0;
  #missing = 0;
  #total = 0;
  // Candidates first … last stand.
  #first = 0;
  #last: number;

  constructor(predictions: Float64Array, confidence: number, resolution: number, binary: boolean) {
    this.#predictions = predictions;
    this.#ahead = suffixes(predictions);
    this.#limit = 1 / (1 - confidence);
    this.#resolution = resolution;
    this.#last = resolution;
    this.#hedged = binary ? undefined : new HedgedCapital(resolution + 1, confidence);
    this.#portfolio = new PortfolioCapital(resolution + 1);
    this.#slope = new FittedSlope(predictions);
  }

  get n(): number {
    return this.#asked - this.#missing;
  }

  get #isWhole(): boolean {
    return this.#asked === this.#predictions.length && this.n > 0;
  }

  get lower(): number {
    return this.#isWhole ? this.#total / this.n : Math.max(0, (this.#first - 1) / this.#resolution);
  }

  get upper(): number {
    return this.#isWhole ? this.#total / this.n : Math.min(1, (this.#last + 1) / this.#resolution);
  }

  get estimate(): number | null {
    return this.n === 0 ? null : Math.min(this.upper, Math.max(this.lower, this.#middle()));
  }

  /** As scores and predictions have it, wherever the interval lies. */
  #middle(): number {
    const mean = this.#total / this.n;
    const left = this.#predictions.length - this.#asked;
    if (left === 0) return mean;
    const toCome = mean + this.#slope.value * (this.#ahead[2][this.#asked]! / left - this.#slope.meanPrediction);
    return (this.#total + left * toCome) / (this.n + left);
  }

  add(value: number): void {
    this.#bet(value);
    this.#slope.add(this.#predictions[this.#asked]!, value);
    this.#hedged?.learn(value);
    this.#asked += 1;
    this.#total += value;
    this.#ruleOut();
  }

  skip(): void {
    // A row without a score counts for each candidate as the candidate itself: the mean of the others stays its mean.
    this.#bet(undefined);
    this.#asked += 1;
    this.#missing += 1;
    this.#ruleOut();
  }

  #bet(value: number | undefined): void {
    if (this.#asked >= this.#predictions.length) {
      throw invalidArgument(`more than the ${this.#predictions.length} rows that there are`);
    }
    const slope = this.#slope.value;
    if (slope > 0) this.#predicted ??= this.#portfolio.copy();
    // The portfolio without predictions is what 0/1 scores fall back to, and what the other begins with.
    if (this.#hedged === undefined || this.#predicted === undefined) this.#betOn(this.#portfolio, value, 0);
    if (this.#predicted !== undefined) this.#betOn(this.#predicted, value, slope);
    this.#hedged?.bet(
      this.#first,
      this.#last,
      (k) => value ?? k / this.#resolution,
      (k) => this.#expected(k),
    );
  }

  /** Mean of the rows to come where the k-th candidate is the mean of all; a row without a score counts as the candidate. */
  #expected(k: number): number {
    const candidate = k / this.#resolution;
    const rows = this.#predictions.length;
    const mean = (rows * candidate - this.#total - this.#missing * candidate) / (rows - this.#asked);
    if (mean < 0) return mean < -ROUNDING ? mean : 0;
    return mean > 1 && mean <= 1 + ROUNDING ? 1 : mean;
  }

  #betOn(capital: PortfolioCapital, value: number | undefined, slope: number): void {
    const at = this.#asked;
    const [least, greatest, sums] = this.#ahead;
    const mean = sums[at]! / (this.#predictions.length - at);
    const low = -slope * (greatest[at]! - mean);
    const width = 1 + slope * (mean - least[at]!) - low;
    const predicted = slope * (this.#predictions[at]! - mean);
    for (let k = this.#first; k <= this.#last; k++) {
      const expected = this.#expected(k);
      const score = value ?? k / this.#resolution;
      if (expected < 0 || expected > 1) capital.ruleOut(k);
      else capital.multiply(k, (score - predicted - low) / width, (expected - low) / width);
    }
  }

  /** From either end, up to the mean as it seems: where all candidates are out, it lies between two of them. */
  #ruleOut(): void {
    if (this.n === 0) return;
    const middle = this.#middle() * this.#resolution;
    while (this.#first < this.#last && this.#first < middle && this.#isOut(this.#first)) this.#first++;
    while (this.#last > this.#first && this.#last > middle && this.#isOut(this.#last)) this.#last--;
  }

  #isOut(candidate: number): boolean {
    const plain = (this.#hedged ?? this.#portfolio).of(candidate);
    const predicted = (this.#predicted ?? this.#portfolio).of(candidate);
    return !(PLAIN * plain + (1 - PLAIN) * predicted < this.#limit);
  }
}

function suffixes(values: Float64Array): readonly [Float64Array, Float64Array, Float64Array] {
  const least = new Float64Array(values.length + 1).fill(Number.POSITIVE_INFINITY);
  const greatest = new Float64Array(values.length + 1).fill(Number.NEGATIVE_INFINITY);
  const sums = new Float64Array(values.length + 1);
  for (let at = values.length - 1; at >= 0; at--) {
    least[at] = Math.min(least[at + 1]!, values[at]!);
    greatest[at] = Math.max(greatest[at + 1]!, values[at]!);
    sums[at] = sums[at + 1]! + values[at]!;
  }
  return [least, greatest, sums];
}
