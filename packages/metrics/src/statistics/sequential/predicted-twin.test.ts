import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FittedSlope } from './fitted-slope.ts';
import { predictedSequence } from './predicted-sequence.ts';
import { RunningVariance } from './running-variance.ts';

/** Scores by row, undefined where a row has none; and what earlier runs predict of each. */
interface Case {
  readonly scores: readonly (number | undefined)[];
  readonly predictions: readonly number[];
}

const NODES = 512;

/** Money of one gambler spread over all bets on what lies within [0, 1], by fine quadrature of the arcsine weights. */
class SlowPortfolio {
  readonly #money: number[];

  constructor(money: readonly number[] = Array.from({ length: NODES }, () => 1 / NODES)) {
    this.#money = [...money];
  }

  copy(): SlowPortfolio {
    return new SlowPortfolio(this.#money);
  }

  bet(share: number, expected: number): void {
    for (const k of this.#money.keys()) {
      const onHigh = Math.sin(((2 * k + 1) * Math.PI) / (4 * NODES)) ** 2;
      const [up, down] = [share <= 0 ? 0 : share / expected, share >= 1 ? 0 : (1 - share) / (1 - expected)];
      this.#money[k]! *= onHigh * up + (1 - onHigh) * down;
    }
  }

  get sum(): number {
    return this.#money.reduce((total, each) => total + each, 0);
  }
}

interface Candidate {
  readonly mean: number;
  readonly plain: SlowPortfolio;
  predicted: SlowPortfolio | undefined;
  above: number;
  below: number;
  isImpossible: boolean;
}

/** The slow twin: every candidate by itself, from the definition. @returns after each row the interval and the estimate */
function slowSequence({ scores, predictions }: Case, limit: number, resolution: number, binary: boolean) {
  const rows = predictions.length;
  const candidates = Array.from({ length: resolution + 1 }, (_, k): Candidate => {
    const money = { plain: new SlowPortfolio(), predicted: undefined, above: 1, below: 1 };
    return { mean: k / resolution, isImpossible: false, ...money };
  });
  const slope = new FittedSlope(Float64Array.from(predictions));
  const variance = new RunningVariance();
  let [first, last, total, n, bets] = [0, resolution, 0, 0, 0];
  let isPredicting = false;
  return scores.map((score, at) => {
    const ahead = predictions.slice(at);
    const mean = ahead.reduce((sum, each) => sum + each, 0) / ahead.length;
    const own = slope.value;
    bets += 1;
    const bet = Math.sqrt((2 * Math.log(2 * limit)) / (variance.variance * bets * Math.log(1 + bets)));
    if (own > 0) isPredicting = true;
    const missing = at - n;
    for (const candidate of candidates.slice(first, last + 1)) {
      if (isPredicting) candidate.predicted ??= candidate.plain.copy();
      const expected = (rows * candidate.mean - total - missing * candidate.mean) / (rows - at);
      const value = score ?? candidate.mean;
      if (expected < -1e-12 || expected > 1 + 1e-12) {
        candidate.isImpossible = true;
        continue;
      }
      const within = Math.min(1, Math.max(0, expected));
      if (binary || !isPredicting) candidate.plain.bet(value, within);
      // What is left of a score once the predicted part is off, as a share of what it may be.
      const low = -own * (Math.max(...ahead) - mean);
      const width = 1 + own * (mean - Math.min(...ahead)) - low;
      candidate.predicted?.bet((value - own * (predictions[at]! - mean) - low) / width, (within - low) / width);
      candidate.above *= 1 + (within > 0 ? Math.min(bet, 0.5 / within) : bet) * (value - within);
      candidate.below *= 1 - (within < 1 ? Math.min(bet, 0.5 / (1 - within)) : bet) * (value - within);
    }
    if (score !== undefined) {
      slope.add(predictions[at]!, score);
      variance.add(score);
      total += score;
      n += 1;
    }
    const isOut = ({ plain, predicted, above, below, isImpossible }: Candidate) => {
      const unaided = binary ? plain.sum : (above + below) / 2;
      return isImpossible || 0.9 * unaided + 0.1 * (predicted ?? plain).sum >= limit;
    };
    const left = rows - at - 1;
    const toCome =
      left === 0
        ? 0
        : total / n +
          slope.value * (predictions.slice(at + 1).reduce((a, b) => a + b, 0) / left - slope.meanPrediction);
    const middle = left === 0 ? total / n : (total + left * toCome) / (n + left);
    if (n > 0) {
      while (first < last && first < middle * resolution && isOut(candidates[first]!)) first += 1;
      while (last > first && last > middle * resolution && isOut(candidates[last]!)) last -= 1;
    }
    if (left === 0 && n > 0) return { lower: total / n, upper: total / n, estimate: total / n };
    const [lower, upper] = [Math.max(0, (first - 1) / resolution), Math.min(1, (last + 1) / resolution)];
    return { lower, upper, estimate: n === 0 ? null : Math.min(upper, Math.max(lower, middle)) };
  });
}

const rows = (score: fc.Arbitrary<number>): fc.Arbitrary<Case> =>
  fc
    .array(
      fc.record({
        score: fc.option(score, { nil: undefined, freq: 8 }),
        noise: fc.constantFrom(0, 0, 0, 0.3, 1),
      }),
      { minLength: 1, maxLength: 26 },
    )
    .map((all) => ({
      scores: all.map((each) => each.score),
      // Mostly near the score: some turn it round.
      predictions: all.map((each) => Math.abs((each.score ?? 0.5) - each.noise)),
    }));

test.each([
  ['0/1 scores', true, fc.constantFrom(0, 1, 1)],
  ['graded scores', false, fc.constantFrom(0, 0.2, 0.5, 0.9, 1)],
] as const)('the predicted sequence is its slow twin: %s', (_, binary, score) => {
  fc.assert(
    fc.property(rows(score), fc.constantFrom(0.6, 0.9), (given, confidence) => {
      const sequence = predictedSequence({ predictions: given.predictions, confidence, resolution: 12, binary });
      const slow = slowSequence(given, 1 / (1 - confidence), 12, binary);
      for (const [at, value] of given.scores.entries()) {
        if (value === undefined) sequence.skip();
        else sequence.add(value);
        expect(sequence.lower).toBeCloseTo(slow[at]!.lower, 9);
        expect(sequence.upper).toBeCloseTo(slow[at]!.upper, 9);
        if (slow[at]!.estimate === null) expect(sequence.estimate).toBeNull();
        else expect(sequence.estimate).toBeCloseTo(slow[at]!.estimate!, 9);
      }
      expect(sequence.n).toBe(given.scores.filter((value) => value !== undefined).length);
    }),
    { numRuns: 25 },
  );
});

test('predictions and scores are held to their range, and rows to their number', () => {
  expect(() => predictedSequence({ predictions: [0.5], resolution: 1 })).toThrow('resolution');
  expect(() => predictedSequence({ predictions: [0.5], resolution: 2.5 })).toThrow('resolution');
  expect(() => predictedSequence({ predictions: [0.5], confidence: 0 })).toThrow('confidence');
  const one = predictedSequence({ predictions: [0.5] });
  expect([one.n, one.lower, one.upper, one.estimate]).toEqual([0, 0, 1, null]);
  expect(one.add(0.25)).toEqual({ lower: 0.25, upper: 0.25 });
  expect(() => one.skip()).toThrow('more than the 1 rows');
  const none = predictedSequence({ predictions: [0.5, 0.5] });
  none.skip();
  none.skip();
  expect([none.n, none.lower, none.upper, none.estimate]).toEqual([0, 0, 1, null]);
});
