import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createGenerator } from '../../random/create-generator.ts';
import type { RandomGenerator } from '../../random/random-generator.ts';
import { wilsonInterval } from '../intervals/wilson.ts';
import { betaBinomialSequence } from './beta-binomial-sequence.ts';
import { bettingSequence } from './betting-sequence.ts';
import type { ConfidenceSequence } from './confidence-sequence.ts';
import { empiricalBernsteinSequence } from './empirical-bernstein-sequence.ts';

const CONFIDENCE = 0.9;
const makers: [string, () => ConfidenceSequence][] = [
  ['bettingSequence', () => bettingSequence({ confidence: CONFIDENCE, resolution: 100 })],
  ['empiricalBernsteinSequence', () => empiricalBernsteinSequence({ confidence: CONFIDENCE })],
  ['betaBinomialSequence', () => betaBinomialSequence({ confidence: CONFIDENCE })],
];

/** Whether the interval ever excludes the mean in the first `n` looks. */
function everWrong(sequence: ConfidenceSequence, draw: () => number, mean: number, n: number): boolean {
  for (let i = 0; i < n; i++) {
    const { lower, upper } = sequence.add(draw());
    if (mean < lower || mean > upper) return true;
  }
  return false;
}

/** At most α of the runs may be wrong at any time; five standard deviations of luck are allowed. */
function expectCoverage(wrong: number, runs: number): void {
  const alpha = 1 - CONFIDENCE;
  expect(wrong).toBeLessThan(runs * alpha + 5 * Math.sqrt(runs * alpha * (1 - alpha)));
}

describe.each(makers)('%s', (_, make) => {
  test.each([0.05, 0.5, 0.83])('holds a pass rate of %d at all times with the stated probability', (rate) => {
    const random = createGenerator(`coverage ${rate}`);
    let wrong = 0;
    for (let run = 0; run < 700; run++) {
      if (everWrong(make(), () => (random.random() < rate ? 1 : 0), rate, 100)) wrong++;
    }
    expectCoverage(wrong, 700);
  });

  test('never widens, stays in [0, 1] and counts', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(0, 1), { maxLength: 60 }), (values) => {
        const sequence = make();
        let [lower, upper] = [sequence.lower, sequence.upper];
        expect([lower, upper]).toEqual([0, 1]);
        for (const value of values) {
          const next = sequence.add(value);
          expect(next.lower >= lower && next.upper <= upper && next.lower <= next.upper).toBe(true);
          [lower, upper] = [next.lower, next.upper];
        }
        expect([sequence.n, sequence.lower, sequence.upper]).toEqual([values.length, lower, upper]);
      }),
    );
  });

  test('closes in on the mean', () => {
    const random = createGenerator(3);
    const sequence = make();
    for (let i = 0; i < 3000; i++) sequence.add(random.random() < 0.7 ? 1 : 0);
    expect(sequence.lower).toBeGreaterThan(0.6);
    expect(sequence.upper).toBeLessThan(0.8);
    const [lower, upper] = wilsonInterval(2100, 3000, CONFIDENCE);
    // Looking all the time costs width.
    expect(sequence.upper - sequence.lower).toBeGreaterThan(upper - lower);
  });

  test('refuses scores outside its range', () => {
    for (const value of [-0.1, 1.1, Number.NaN]) expect(() => make().add(value)).toThrow(RangeError);
  });
});

describe('scores between 0 and 1', () => {
  const draws: [string, (random: RandomGenerator) => number, number][] = [
    ['uniform', (random) => random.random(), 0.5],
    ['skewed', (random) => random.random() ** 4, 0.2],
    ['nearly constant', (random) => 0.9 + 0.05 * random.random(), 0.925],
  ];
  test.each(draws)('are held at all times with the stated probability: %s', (name, draw, mean) => {
    for (const [, make] of makers.slice(0, 2)) {
      const random = createGenerator(name);
      let wrong = 0;
      for (let run = 0; run < 400; run++) if (everWrong(make(), () => draw(random), mean, 80)) wrong++;
      expectCoverage(wrong, 400);
    }
  });

  test('the betting sequence is no wider than the closed form but for its grid, and gains from a small variance', () => {
    const widths = (draw: (random: RandomGenerator) => number) =>
      makers.slice(0, 2).map(([, make]) => {
        const random = createGenerator(1);
        const sequence = make();
        for (let i = 0; i < 500; i++) sequence.add(draw(random));
        return sequence.upper - sequence.lower;
      });
    const [betting, bernstein] = widths((random) => random.random());
    expect(betting! - 0.02).toBeLessThan(bernstein!);
    const [narrow] = widths((random) => 0.5 + 0.1 * random.random());
    expect(narrow!).toBeLessThan(betting! / 2);
  });
});

describe('without replacement', () => {
  const population = Array.from({ length: 150 }, (_, i) => ((i * 37) % 101) / 101);
  const mean = population.reduce((sum, value) => sum + value, 0) / population.length;
  const make = () => bettingSequence({ confidence: CONFIDENCE, resolution: 100, populationSize: population.length });

  test('the mean over exactly these samples is held at all times with the stated probability', () => {
    const random = createGenerator(6);
    let wrong = 0;
    for (let run = 0; run < 500; run++) {
      const order = random.permutation(population.length);
      if (everWrong(make(), () => population[order.pop()!]!, mean, population.length)) wrong++;
    }
    expectCoverage(wrong, 500);
  });

  test('nothing is left open once every sample has been seen', () => {
    const sequence = make();
    for (const index of createGenerator(2).permutation(population.length)) sequence.add(population[index]!);
    expect(sequence.upper - sequence.lower).toBeLessThanOrEqual(0.03);
    expect(sequence.lower <= mean && mean <= sequence.upper).toBe(true);
    expect(() => sequence.add(0.5)).toThrow(RangeError);
  });
});

test('a confidence of 0 or 1 is refused', () => {
  for (const confidence of [0, 1, Number.NaN]) {
    expect(() => bettingSequence({ confidence })).toThrow(RangeError);
    expect(() => empiricalBernsteinSequence({ confidence })).toThrow(RangeError);
    expect(() => betaBinomialSequence({ confidence })).toThrow(RangeError);
  }
  expect(() => bettingSequence({ resolution: 1 })).toThrow(RangeError);
});
