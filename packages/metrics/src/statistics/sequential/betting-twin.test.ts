import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { betaBinomialSequence } from './beta-binomial-sequence.ts';
import { bettingSequence } from './betting-sequence.ts';
import { bettingTest } from './betting-test.ts';
import { boundedSequence } from './bounded-sequence.ts';
import { empiricalBernsteinSequence } from './empirical-bernstein-sequence.ts';
import { HedgedCapital } from './hedged-capital.ts';

const scores = fc.array(fc.constantFrom<number>(0, 0.1, 0.5, 0.75, 1, 1), { minLength: 1, maxLength: 30 });

/** What the t-th of these scores is bet on: √(2 ln(2/α) / (σ̂² t ln(1 + t))), σ̂² from the scores before. */
function betBefore(values: readonly number[], at: number, confidence: number): number {
  let squares = 0.25;
  for (let t = 1; t <= at; t++) {
    const mean = (0.5 + values.slice(0, t).reduce((sum, each) => sum + each, 0)) / (t + 1);
    squares += (values[t - 1]! - mean) ** 2;
  }
  const [variance, t] = [squares / (at + 1), at + 1];
  return Math.sqrt((2 * Math.log(2 / (1 - confidence))) / (variance * t * Math.log(1 + t)));
}

/** Both gamblers' money after each score against a mean; `expected` is what the next score is held to be. */
function slowMoney(
  values: readonly number[],
  confidence: number,
  expected: (at: number) => number,
): [number, number][] {
  let [above, below] = [1, 1];
  return values.map((value, at) => {
    const [mean, bet] = [expected(at), betBefore(values, at, confidence)];
    if (mean < 0) above = Number.POSITIVE_INFINITY;
    else if (mean > 1) below = Number.POSITIVE_INFINITY;
    else {
      above *= 1 + (mean === 0 ? bet : Math.min(bet, 0.5 / mean)) * (value - mean);
      below *= 1 - (mean === 1 ? bet : Math.min(bet, 0.5 / (1 - mean))) * (value - mean);
    }
    return [above, below];
  });
}

test('the betting test is 2 over the most money that either gambler ever had', () => {
  const means = fc.constantFrom(0.1, 0.5, 0.8);
  fc.assert(
    fc.property(scores, means, fc.constantFrom(undefined, 0.8, 0.99), (values, mean, confidence) => {
      const most = Math.max(1, ...slowMoney(values, confidence ?? 0.95, () => mean).flat());
      const found = bettingTest(values, mean, confidence === undefined ? {} : { confidence });
      expect(found).toBeCloseTo(Math.min(1, 2 / most), 12);
    }),
    { numRuns: 60 },
  );
  for (const value of [-0.01, 1.01, Number.NaN]) expect(() => bettingTest([value], 0.5)).toThrow('a score in [0, 1]');
  for (const mean of [0, 1, -1, Number.NaN]) expect(() => bettingTest([1], mean)).toThrow('mean is');
  for (const confidence of [0, 1, Number.NaN])
    expect(() => bettingTest([1], 0.5, { confidence })).toThrow('confidence');
});

test('money against the candidates of a population is that of the definition', () => {
  fc.assert(
    fc.property(scores, (values) => {
      const capital = new HedgedCapital(6, 0.9);
      const rows = values.length + 2;
      for (const [at, value] of values.entries()) {
        const seen = values.slice(0, at).reduce((sum, each) => sum + each, 0);
        capital.bet(
          1,
          5,
          () => value,
          (k) => ((k / 5) * rows - seen) / (rows - at),
        );
        capital.learn(value);
      }
      for (const k of [1, 2, 3, 4, 5]) {
        const held = slowMoney(values, 0.9, (at) => {
          const seen = values.slice(0, at).reduce((sum, each) => sum + each, 0);
          return ((k / 5) * rows - seen) / (rows - at);
        }).at(-1)!;
        for (const [side, money] of [capital.above[k]!, capital.below[k]!].entries()) {
          if (Number.isFinite(held[side]!)) expect(money / held[side]!).toBeCloseTo(1, 9);
          else expect(money).toBe(Number.POSITIVE_INFINITY);
        }
        expect(capital.of(k)).toBe((capital.above[k]! + capital.below[k]!) / 2);
      }
      expect([capital.above[0], capital.below[0], capital.of(0)]).toEqual([1, 1, 1]);
    }),
    { numRuns: 40 },
  );
});

test('the betting sequence without replacement is its slow twin', () => {
  fc.assert(
    fc.property(scores, fc.integer({ min: 0, max: 30 }), (values, more) => {
      const populationSize = values.length + more;
      const sequence = bettingSequence({ confidence: 0.8, resolution: 20, populationSize });
      const isOut = Array.from({ length: 21 }, (_, k) => {
        const money = slowMoney(values, 0.8, (at) => {
          const seen = values.slice(0, at).reduce((sum, each) => sum + each, 0);
          return ((k / 20) * populationSize - seen) / (populationSize - at);
        });
        return { above: money.some(([above]) => above >= 10), below: money.some(([, below]) => below >= 10) };
      });
      for (const value of values) sequence.add(value);
      const [first, last] = [isOut.findIndex(({ above }) => !above), isOut.findLastIndex(({ below }) => !below)];
      // Where all are out the sequence keeps its last.
      fc.pre(last - first > 1);
      expect(sequence.lower).toBeCloseTo(Math.max(0, (first - 1) / 20), 12);
      expect(sequence.upper).toBeCloseTo(Math.min(1, (last + 1) / 20), 12);
      expect(sequence.n).toBe(values.length);
    }),
    { numRuns: 60 },
  );
});

test('over many scores, where bets have become small, all keep to their definition', () => {
  const values = Array.from({ length: 150 }, (_, at) => [1, 0, 1, 0.75, 0][at % 5]!);
  const bets = values.map((_, at) => betBefore(values, at, 0.9));
  expect(bets.at(-1)).toBeLessThan(0.25);
  const bernstein = empiricalBernsteinSequence({ confidence: 0.9 });
  const threshold = Math.log(2 / 0.1);
  let [weights, weighted, penalty, seen, lower, upper] = [0, 0, 0, 0.5, 0, 1];
  for (const [at, value] of values.entries()) {
    const bet = Math.min(0.5, bets[at]!);
    weights += bet;
    weighted += bet * value;
    penalty += (value - seen / (at + 1)) ** 2 * (-Math.log(1 - bet) - bet);
    seen += value;
    lower = Math.max(lower, (weighted - threshold - penalty) / weights);
    upper = Math.min(upper, (weighted + threshold + penalty) / weights);
    expect(bernstein.add(value)).toEqual({ lower: expect.closeTo(lower, 12), upper: expect.closeTo(upper, 12) });
  }
  expect([lower > 0.3, upper < 0.8]).toEqual([true, true]);
  const money = slowMoney(values, 0.9, () => 0.4);
  const most = Math.max(1, ...money.flat());
  expect(bettingTest(values, 0.4, { confidence: 0.9 })).toBeCloseTo(2 / most, 12);
  const capital = new HedgedCapital(1, 0.9);
  for (const value of values) {
    capital.bet(
      0,
      0,
      () => value,
      () => 0.4,
    );
    capital.learn(value);
  }
  const [above, below] = money.at(-1)!;
  expect([capital.above[0], capital.below[0]]).toEqual([expect.closeTo(above, 9), expect.closeTo(below, 9)]);
});

describe('what sequences say at the border of what they take', () => {
  test('the closed form takes 0 and 1, the mixture nothing else', () => {
    const bernstein = empiricalBernsteinSequence();
    expect([bernstein.add(0), bernstein.add(1), bernstein.n]).toEqual([
      { lower: 0, upper: 1 },
      { lower: 0, upper: 1 },
      2,
    ]);
    const mixture = betaBinomialSequence();
    for (const value of [0.5, -1, 2, Number.NaN]) expect(() => mixture.add(value)).toThrow('made of 0 and 1');
    expect(mixture.n).toBe(0);
  });

  test('two values of any range are a pass rate, at the confidence that is asked for', () => {
    const [rate, scaled] = [
      betaBinomialSequence({ confidence: 0.8 }),
      boundedSequence({ confidence: 0.8, binary: true, range: [-1, 3] }),
    ];
    for (const pass of [1, 1, 0, 1, 1, 1, 1, 1, 1, 1]) {
      const { lower, upper } = rate.add(pass);
      expect(scaled.add(-1 + 4 * pass)).toEqual({ lower: -1 + 4 * lower, upper: upper === 1 ? 3 : -1 + 4 * upper });
    }
    expect([scaled.n, scaled.lower, scaled.upper]).toEqual([10, -1 + 4 * rate.lower, upper(rate.upper)]);
    const graded = boundedSequence({ confidence: 0.8, resolution: 10 });
    const own = bettingSequence({ confidence: 0.8, resolution: 10 });
    for (const value of [1, 1, 0.9, 1, 1, 1, 1]) expect(graded.add(value)).toEqual(own.add(value));
    expect(graded.lower).toBeGreaterThan(0);
  });

  const upper = (share: number) => (share === 1 ? 3 : -1 + 4 * share);
});
