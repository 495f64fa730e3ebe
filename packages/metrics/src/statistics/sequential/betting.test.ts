import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { logGamma } from '../special/log-gamma.ts';
import { betaBinomialSequence } from './beta-binomial-sequence.ts';
import { bettingSequenceSlow } from './betting-sequence.slow.ts';
import { bettingSequence } from './betting-sequence.ts';
import { bettingTest } from './betting-test.ts';
import { boundedSequence } from './bounded-sequence.ts';
import { empiricalBernsteinSequence } from './empirical-bernstein-sequence.ts';
import { FittedSlope } from './fitted-slope.ts';
import { PortfolioCapital } from './portfolio-capital.ts';
import { RunningVariance } from './running-variance.ts';
import { meetsStopRule } from './stop-rule.ts';
import { unitScale } from './unit-scale.ts';

test('the betting sequence is its slow twin', () => {
  const value = fc.oneof(fc.constantFrom(0, 1), fc.double({ min: 0, max: 1, noNaN: true }));
  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 40 }), (values) => {
      const sequence = bettingSequence({ confidence: 0.8, resolution: 20 });
      for (const each of values) sequence.add(each);
      // Where every mean is ruled out the sequence keeps its last.
      fc.pre(sequence.upper - sequence.lower > 3 / 20);
      const slow = bettingSequenceSlow(values, 0.8, 20);
      expect(sequence.lower).toBeCloseTo(slow.lower, 12);
      expect(sequence.upper).toBeCloseTo(slow.upper, 12);
    }),
  );
});

test('a sequence on another range is the unit one, stretched', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 40 }), (values) => {
      const unit = boundedSequence({ resolution: 100 });
      const wide = boundedSequence({ resolution: 100, range: [-2, 6] });
      for (const value of values) {
        unit.add(value);
        wide.add(-2 + 8 * value);
      }
      expect(wide.n).toBe(unit.n);
      expect(wide.lower).toBeCloseTo(-2 + 8 * unit.lower, 9);
      expect(wide.upper).toBeCloseTo(-2 + 8 * unit.upper, 9);
    }),
  );
});

test('a score outside its range, and a range without end, are refused', () => {
  expect(() => boundedSequence({ range: [0, 5] }).add(5.1)).toThrow('a score in [0, 5] is needed, not 5.1');
  expect(() => boundedSequence({ range: [0, Number.POSITIVE_INFINITY] })).toThrow(RangeError);
  expect(() => boundedSequence({ binary: true }).add(0.5)).toThrow(RangeError);
  expect(boundedSequence({ range: [0, 0.3] }).add(0.1 + 0.2).upper).toBeLessThanOrEqual(0.3);
});

test('a rule is met when the interval is narrow enough, or lies whole on one side of the value', () => {
  const interval = { lower: 0.4, upper: 0.6 };
  expect(meetsStopRule(interval, { halfWidth: 0.11 })).toBe(true);
  expect(meetsStopRule(interval, { halfWidth: 0.09 })).toBe(false);
  expect(meetsStopRule(interval, { decidedAgainst: 0.39 })).toBe(true);
  expect(meetsStopRule(interval, { decidedAgainst: 0.4 })).toBe(false);
  expect(meetsStopRule(interval, { decidedAgainst: 0.61 })).toBe(true);
});

describe('the betting test', () => {
  test('says at most α exactly where the slow twin rules the mean out', () => {
    const value = fc.oneof(fc.constantFrom(0, 1), fc.double({ min: 0, max: 1, noNaN: true }));
    fc.assert(
      fc.property(fc.array(value, { minLength: 5, maxLength: 40 }), (values) => {
        const { lower, upper } = bettingSequenceSlow(values, 0.7, 20);
        // The ends are one step of the grid outside of what stands.
        const isOut = 0.5 < lower + 0.04 || 0.5 > upper - 0.04;
        fc.pre(upper - lower > 3 / 20);
        expect(bettingTest(values, 0.5, { confidence: 0.7 }) <= 0.3 + 1e-12).toBe(isOut);
      }),
    );
  });

  test('finds a difference, knows nothing without values, and refuses what it cannot test', () => {
    expect(bettingTest(new Array(80).fill(0.9), 0.5)).toBeLessThan(0.001);
    expect(bettingTest([], 0.5)).toBe(1);
    expect(() => bettingTest([2], 0.5)).toThrow(RangeError);
    expect(() => bettingTest([1], 1)).toThrow(RangeError);
    expect(() => bettingTest([1], 0.5, { confidence: 1 })).toThrow(RangeError);
  });
});

const unit = fc.oneof(fc.constantFrom(0, 1), fc.double({ min: 0, max: 1, noNaN: true }));

test('the running mean and variance are those of the values after one at ½ of variance ¼', () => {
  fc.assert(
    fc.property(fc.array(unit, { maxLength: 30 }), (values) => {
      const running = new RunningVariance();
      let squares = 0.25;
      for (const [at, value] of values.entries()) {
        running.add(value);
        const mean = (0.5 + values.slice(0, at + 1).reduce((sum, each) => sum + each, 0)) / (at + 2);
        squares += (value - mean) ** 2;
        expect(running.mean).toBeCloseTo(mean, 12);
        expect(running.variance).toBeCloseTo(squares / (at + 2), 12);
      }
      if (values.length === 0) expect([running.mean, running.variance]).toEqual([0.5, 0.25]);
    }),
  );
});

test('the closed form is its formula, each interval within those before it', () => {
  fc.assert(
    fc.property(fc.array(unit, { minLength: 1, maxLength: 40 }), fc.constantFrom(0.8, 0.95), (values, confidence) => {
      const sequence = empiricalBernsteinSequence({ confidence });
      const threshold = Math.log(2 / (1 - confidence));
      const running = new RunningVariance();
      let [bets, weighted, penalty, lower, upper] = [0, 0, 0, 0, 1];
      for (const [at, value] of values.entries()) {
        const n = at + 1;
        const bet = Math.min(0.5, Math.sqrt((2 * threshold) / (running.variance * n * Math.log(n + 1))));
        bets += bet;
        weighted += bet * value;
        // 4 (x − μ̂)² ψ(λ) with ψ(λ) = (−ln(1 − λ) − λ) / 4.
        penalty += 4 * (value - running.mean) ** 2 * ((-Math.log(1 - bet) - bet) / 4);
        running.add(value);
        const [low, high] = [-1, 1].map((sign) => (weighted + sign * (threshold + penalty)) / bets);
        if (Math.max(lower, low!) <= Math.min(upper, high!))
          [lower, upper] = [Math.max(lower, low!), Math.min(upper, high!)];
        const found = sequence.add(value);
        expect(found.lower).toBeCloseTo(lower, 9);
        expect(found.upper).toBeCloseTo(upper, 9);
      }
      expect([sequence.n, sequence.lower, sequence.upper]).toEqual([
        values.length,
        expect.closeTo(lower, 9),
        expect.closeTo(upper, 9),
      ]);
    }),
  );
});

test('the mixture rules out what is less likely than it by more than α, whatever its prior', () => {
  const logBeta = (a: number, b: number) => logGamma(a) + logGamma(b) - logGamma(a + b);
  const prior = fc.constantFrom<readonly [number, number] | undefined>(undefined, [2, 1], [0.5, 4]);
  fc.assert(
    fc.property(fc.array(fc.boolean(), { minLength: 1, maxLength: 40 }), prior, (passes, own) => {
      const sequence = betaBinomialSequence({ confidence: 0.9, ...(own === undefined ? {} : { prior: own }) });
      const [a, b] = own ?? [0.5, 0.5];
      const isOut = Array.from({ length: 99 }, () => false);
      let [successes, failures] = [0, 0];
      for (const pass of passes) {
        sequence.add(Number(pass));
        if (pass) successes += 1;
        else failures += 1;
        const evidence = logBeta(a + successes, b + failures) - logBeta(a, b);
        for (const at of isOut.keys()) {
          const p = (at + 1) / 100;
          if (evidence - successes * Math.log(p) - failures * Math.log(1 - p) > -Math.log(0.1)) isOut[at] = true;
        }
      }
      for (const [at, out] of isOut.entries()) {
        const p = (at + 1) / 100;
        const gap = Math.min(Math.abs(p - sequence.lower), Math.abs(p - sequence.upper));
        if (gap > 1e-9) expect(p < sequence.lower || p > sequence.upper).toBe(out);
      }
      expect(sequence.n).toBe(passes.length);
    }),
  );
  for (const confidence of [0, 1, Number.NaN]) expect(() => betaBinomialSequence({ confidence })).toThrow('confidence');
});

test('without replacement a mean that the scores so far leave no room for is ruled out at once', () => {
  const sequence = bettingSequence({ resolution: 10, populationSize: 4 });
  sequence.add(1);
  // A score later it is seen that the other three may all be 0 or all be 1: 0.25 to 1, and a step of the grid more.
  expect([sequence.lower, sequence.upper]).toEqual([0, 1]);
  sequence.add(0);
  expect([sequence.lower, sequence.upper]).toEqual([0.2, 1]);
  sequence.add(0);
  expect([sequence.lower, sequence.upper]).toEqual([0.2, expect.closeTo(0.8, 12)]);
  sequence.add(0);
  expect([sequence.lower, sequence.upper]).toEqual([0.2, expect.closeTo(0.6, 12)]);
  expect(() => sequence.add(0)).toThrow('more than the 4 samples');
  for (const resolution of [1, 2.5, Number.NaN]) expect(() => bettingSequence({ resolution })).toThrow('resolution');
  expect(bettingSequence({ resolution: 2 }).upper).toBe(1);
  for (const confidence of [0, 1]) expect(() => bettingSequence({ confidence })).toThrow('confidence');
});

test('a scale takes its ends exactly, rounding past them, and nothing beyond', () => {
  const { shareOf, valueAt } = unitScale([0.1, 0.7]);
  expect([shareOf(0.1), shareOf(0.7), valueAt(0), valueAt(1)]).toEqual([0, 1, 0.1, 0.7]);
  expect([shareOf(0.1 - 1e-10), shareOf(0.7 + 1e-10)]).toEqual([0, 1]);
  expect(shareOf(0.4)).toBeCloseTo(0.5, 12);
  expect(valueAt(0.5)).toBeCloseTo(0.4, 12);
  for (const value of [0.1 - 1e-8, 0.7 + 1e-8, Number.NaN]) expect(() => shareOf(value)).toThrow('is needed');
  for (const range of [
    [1, 1],
    [2, 1],
    [0, Number.NaN],
  ] as const)
    expect(() => unitScale(range)).toThrow('range');
});

test('a rule is met at its border for a half-width, and only beyond it for a value', () => {
  const interval = { lower: 0.25, upper: 0.75 };
  expect(meetsStopRule(interval, { halfWidth: 0.25 })).toBe(true);
  expect(meetsStopRule(interval, { decidedAgainst: 0.75 })).toBe(false);
  expect(meetsStopRule(interval, { decidedAgainst: 0.5 })).toBe(false);
  expect(meetsStopRule(interval, { decidedAgainst: 0.76 })).toBe(true);
});

describe('the slope of scores on their predictions', () => {
  const slopeOf = (rows: readonly (readonly [prediction: number, score: number])[], all?: readonly number[]) => {
    const slope = new FittedSlope(Float64Array.from(all ?? rows.map(([prediction]) => prediction)));
    for (const [prediction, score] of rows) slope.add(prediction, score);
    return slope;
  };

  test('is shrunken by five observations of no slope, and at most 1', () => {
    const rows = Array.from({ length: 40 }, (_, at) => [at % 2, 0.2 + 0.5 * (at % 2)] as const);
    // Σ(x − x̄)² = 10, Σ(x − x̄)(y − ȳ) = 5, and the variance of all predictions 10 / 39.
    expect(slopeOf(rows).value).toBeCloseTo(5 / (10 + 5 * (10 / 39)), 12);
    expect(slopeOf(rows).meanPrediction).toBeCloseTo(0.5, 12);
    expect(slopeOf(rows, Array(9).fill(0.5)).value).toBeCloseTo(0.5, 12);
    expect(slopeOf(rows.map(([x, y]) => [x / 10, y] as const)).value).toBe(1);
  });

  test('is 0 of fewer than two, where nothing varies, and where predictions contradict or explain too little', () => {
    expect([slopeOf([]).value, slopeOf([[0, 0]], [0, 1]).value]).toEqual([0, 0]);
    const same = (x: number, y: number) =>
      slopeOf(
        [
          [0, 0],
          [x, y],
          [0, 0],
          [x, y],
        ],
        [0, 1, 0, 1],
      ).value;
    expect([same(0, 1), same(1, 0), same(1, -1)]).toEqual([0, 0, 0]);
    expect(same(1, 1)).toBeGreaterThan(0);
    // One score in eight turned: a squared correlation of 9 / 16, above a tenth and 2 / n from 5 rows on.
    const noisy = (n: number, turned: number) =>
      slopeOf(Array.from({ length: n }, (_, at) => [at % 2, at < turned ? 1 - (at % 2) : at % 2] as const)).value;
    expect(noisy(40, 4)).toBeGreaterThan(0);
    expect(noisy(40, 14)).toBe(0);
  });
});

test('money spread over all bets grows as the mixture of Krichevsky and Trofimov does', () => {
  const capital = new PortfolioCapital(3);
  expect(capital.of(1)).toBeCloseTo(1, 12);
  const logBeta = (a: number, b: number) => logGamma(a) + logGamma(b) - logGamma(a + b);
  let [high, low] = [0, 0];
  for (const score of [1, 1, 0, 1, 1, 0, 1, 1]) {
    capital.multiply(1, score, 0.3);
    if (score === 1) high += 1;
    else low += 1;
    const mixture = logBeta(0.5 + high, 0.5 + low) - logBeta(0.5, 0.5) - high * Math.log(0.3) - low * Math.log(0.7);
    expect(Math.log(capital.of(1))).toBeCloseTo(mixture, 6);
  }
  expect([capital.of(0), capital.of(2)]).toEqual([expect.closeTo(1, 12), expect.closeTo(1, 12)]);
  const copy = capital.copy();
  copy.multiply(1, 0.5, 0.5);
  expect(copy.of(1)).toBeCloseTo(capital.of(1), 10);
  copy.ruleOut(2);
  expect([copy.of(2), capital.of(2)]).toEqual([Number.POSITIVE_INFINITY, expect.closeTo(1, 12)]);
  capital.multiply(0, 0, 0);
  capital.multiply(2, 1, 1);
  expect([capital.of(0), capital.of(2)]).toEqual([expect.closeTo(0.5, 12), expect.closeTo(0.5, 12)]);
});
