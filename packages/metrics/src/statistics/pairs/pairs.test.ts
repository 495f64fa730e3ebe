import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createGenerator } from '../../random/create-generator.ts';
import { mcnemarTest } from '../hypothesis/mcnemar.ts';
import { endsAt } from '../means/ends-estimate.ts';
import { equivalencePvalue, noninferiorityPvalue } from './equivalence.ts';
import { flipsInterval, flipsPvalue } from './flips.ts';
import { pairedDifference } from './paired-difference.ts';
import { tangoInterval, tangoScore } from './tango.ts';

const step = fc.oneof(fc.constantFrom(-1, 0, 0, 1), fc.double({ min: -1, max: 1, noNaN: true }));
const anyPairs = fc.oneof(
  fc.array(fc.constantFrom(-1, 0, 1), { minLength: 1, maxLength: 50 }),
  fc.array(step, { minLength: 1, maxLength: 50 }),
);
const excludes = ([low, high]: readonly [number, number], border: number) => border < low || border > high;

describe('pairedDifference', () => {
  test('p is at most α exactly where the 1 − α interval excludes the border', () => {
    const clusters = fc.option(fc.integer({ min: 1, max: 9 }), { nil: undefined });
    fc.assert(
      fc.property(
        anyPairs,
        clusters,
        fc.constantFrom(0.01, 0.05, 0.0123, 0.2),
        fc.oneof(fc.constant(0), fc.double({ min: -0.9, max: 0.9, noNaN: true })),
        (differences, groups, alpha, border) => {
          const keys = groups === undefined ? {} : { clusters: differences.map((_, i) => i % groups) };
          const found = pairedDifference(differences, { most: 1, ...keys })!;
          const pvalue = found.pvalue(border);
          if (Math.abs(pvalue - alpha) < 1e-9) return;
          expect(pvalue <= alpha).toBe(excludes(found.interval(1 - alpha), border));
          if (pvalue <= alpha) expect(found.side(border)).toBe(found.interval(1 - alpha)[0] > border ? 1 : -1);
        },
      ),
      { numRuns: 500 },
    );
  });

  test('changes sign with the sides, and no bit with the order', () => {
    fc.assert(
      fc.property(anyPairs, fc.nat(), (differences, seed) => {
        const random = createGenerator(seed);
        const shuffled = differences
          .map((value) => ({ value, at: random.random() }))
          .sort((a, b) => a.at - b.at)
          .map(({ value }) => value);
        const found = pairedDifference(differences, { most: 1 })!;
        expect(pairedDifference(shuffled, { most: 1 })!.interval()).toEqual(found.interval());
        const mirrored = pairedDifference(
          differences.map((value) => -value),
          { most: 1 },
        )!;
        expect(mirrored.interval()[0]).toBeCloseTo(-found.interval()[1], 12);
        expect(mirrored.pvalue()).toBeCloseTo(found.pvalue(), 12);
      }),
    );
  });

  test('is never of zero width, and knows nothing of one pair or one cluster', () => {
    fc.assert(
      fc.property(anyPairs, (differences) => {
        const [low, high] = pairedDifference(differences, { most: 1 })!.interval();
        expect(high).toBeGreaterThan(low);
      }),
    );
    expect(pairedDifference([], { most: 1 })).toBeNull();
    expect(pairedDifference([1], { most: 1 })!.interval()).toEqual([-1, 1]);
    const one = pairedDifference([1, 1, 0.5], { most: 1, clusters: [7, 7, 7] })!;
    expect([one.method, one.pvalue(), one.interval()]).toEqual(['one-cluster', 1, [-1, 1]]);
  });

  test('a narrower range that the user vouches for narrows the interval, and is held to', () => {
    const differences = Array.from({ length: 40 }, (_, i) => (i % 3 === 0 ? 0.1 : 0.05));
    const wide = pairedDifference(differences, { most: 1 })!;
    const narrow = pairedDifference(differences, { most: 0.2 })!;
    expect(narrow.pvalue()).toBeLessThan(wide.pvalue());
    expect(() => pairedDifference([0.3], { most: 0.2 })).toThrow(
      expect.objectContaining({ code: 'METRIC_OUT_OF_RANGE' }),
    );
  });

  test('values of methods.md: no discordant pair of 30, ten wins, five wins of ten', () => {
    const zeros = new Array<number>(30).fill(0);
    expect(pairedDifference(zeros, { most: 1 })!.interval()[1]).toBeCloseTo(0.124, 3);
    expect(flipsInterval({ wins: 10, losses: 0, n: 10 })[0]).toBeCloseTo(0.32, 2);
    expect(flipsPvalue({ wins: 10, losses: 0, n: 10 })).toBeCloseTo(0.012, 3);
    expect(flipsPvalue({ wins: 5, losses: 0, n: 10 })).toBeCloseTo(0.052, 3);
  });
});

describe('flips', () => {
  test('verdict and interval agree for every table of up to 14 pairs at three levels', () => {
    let checked = 0;
    for (let n = 2; n <= 14; n++) {
      for (let wins = 0; wins <= n; wins++) {
        for (let losses = 0; wins + losses <= n; losses++) {
          for (const alpha of [0.01, 0.05, 0.1]) {
            const flips = { wins, losses, n };
            expect(flipsPvalue(flips) <= alpha).toBe(excludes(flipsInterval(flips, 1 - alpha), 0));
            checked++;
          }
        }
      }
    }
    expect(checked).toBeGreaterThan(2000);
  });

  test('Tango’s statistic falls as the difference rises, and at 0 is McNemar’s', () => {
    fc.assert(
      fc.property(fc.nat(30), fc.nat(30), fc.nat(60), (wins, losses, ties) => {
        const flips = { wins, losses, n: wins + losses + ties + 1 };
        const scores = [-0.9, -0.4, -0.1, 0, 0.1, 0.4, 0.9].map((difference) => tangoScore(flips, difference));
        for (let i = 1; i < scores.length; i++) expect(scores[i]!).toBeLessThanOrEqual(scores[i - 1]! + 1e-9);
        const { statistic } = mcnemarTest(wins, losses, 'chi-squared');
        if (wins + losses > 0) expect(tangoScore(flips, 0) ** 2).toBeCloseTo(statistic, 9);
      }),
    );
  });

  test('the airway example of Fagerland, Lydersen and Laake (2014): −0.517 to −0.026', () => {
    const [low, high] = tangoInterval({ wins: 1, losses: 7, n: 21 }, 1.959963984540054);
    expect([low, high]).toEqual([expect.closeTo(-0.5172, 4), expect.closeTo(-0.026, 4)]);
  });
});

test('equivalence and non-inferiority read off the interval', () => {
  fc.assert(
    fc.property(anyPairs, fc.double({ min: 0.01, max: 0.9, noNaN: true }), (differences, margin) => {
      const found = pairedDifference(differences, { most: 1 })!;
      const [low, high] = found.interval(0.95);
      const [worse, apart] = [noninferiorityPvalue(found, margin), equivalencePvalue(found, margin)];
      if (Math.abs(worse - 0.05) > 1e-9) expect(worse <= 0.05).toBe(low > -margin);
      if (Math.abs(apart - 0.05) > 1e-9) expect(apart <= 0.05).toBe(low > -margin && high < margin);
    }),
  );
  const found = pairedDifference([0, 1], { most: 1 })!;
  for (const margin of [0, -1, Number.NaN]) expect(() => equivalencePvalue(found, margin)).toThrow('margin');
});

test('at a small level more pseudo-observations keep a rare loss that was not seen from being excluded', () => {
  // Everyone wins what a loss of everything with chance p would take: the mean is 0, and no loss in n pairs is as rare as this.
  const [n, level] = [400, 0.001];
  const unseenWhereRejected = (ends?: number) => {
    for (let p = 1e-4; p < 0.1; p *= 1.01) {
      const found = pairedDifference(new Array(n).fill(p / (1 - p)), {
        most: 1,
        ...(ends === undefined ? {} : { ends }),
      })!;
      if (found.pvalue() <= level) return (1 - p) ** n;
    }
    return 0;
  };
  expect(endsAt(0.05)).toBe(1.25);
  expect(unseenWhereRejected(endsAt(level))).toBeLessThan(level);
  expect(unseenWhereRejected()).toBeGreaterThan(3 * level);
});

test('weighted pairs: equal weights are none, and interval and verdict are one inversion', () => {
  const part = fc.record({ difference: fc.constantFrom(-1, -0.5, 0, 0.5, 1), weight: fc.constantFrom(0.5, 1, 4) });
  fc.assert(
    fc.property(
      fc.array(part, { minLength: 2, maxLength: 40 }),
      fc.double({ min: 0.001, max: 0.4, noNaN: true }),
      (all, level) => {
        const [differences, weights] = [all.map(({ difference }) => difference), all.map(({ weight }) => weight)];
        const found = pairedDifference(differences, { most: 1, weights })!;
        const [low, high] = found.interval(1 - level);
        for (const border of [0, 0.2, -0.3]) {
          const p = found.pvalue(border);
          if (Math.abs(p - level) > 1e-9) expect(p <= level).toBe(low > border || high < border);
        }
        const plain = pairedDifference(differences, { most: 1 })!;
        expect(pairedDifference(differences, { most: 1, weights: Array.from(weights, () => 3) })!.interval()).toEqual(
          plain.interval(),
        );
        const total = weights.reduce<number>((sum, weight) => sum + weight, 0);
        const mean = differences.reduce<number>((sum, value, at) => sum + value * weights[at]!, 0) / total;
        expect(found.difference).toBeCloseTo(mean, 12);
      },
    ),
  );
  expect(pairedDifference([1, 0, 1], { most: 1, weights: [1, 2, 1] })!.method).toBe('paired-weighted-ends');
  expect(() => pairedDifference([1, 0], { most: 1, weights: [0, 0] })).toThrow(
    expect.objectContaining({ code: 'METRIC_INVALID_WEIGHTS' }),
  );
});

test('a margin that is none is refused by both questions', () => {
  const found = pairedDifference([0, 1], { most: 1 })!;
  for (const ask of [equivalencePvalue, noninferiorityPvalue]) {
    for (const margin of [0, -0.1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => ask(found, margin)).toThrow(expect.objectContaining({ code: 'METRIC_INVALID_ARGUMENT' }));
    }
  }
  // A difference that lies on the margin itself is not above it.
  const onIt = pairedDifference([-0.5, -0.5, -0.5, 0.5, -1, -1], { most: 1 })!;
  const margin = -2 * (onIt.interval()[0] + onIt.interval()[1]) * 0.25;
  expect(noninferiorityPvalue(onIt, margin)).toBeGreaterThan(0.9);
});

test('whole steps of a wider range: borders in its units, none beyond it, and one pair alone says nothing', () => {
  const differences = [5, 5, 5, 5, 5, 0, 0, -5];
  const wide = pairedDifference(differences, { most: 5 })!;
  const unit = pairedDifference(
    differences.map((difference) => difference / 5),
    { most: 1 },
  )!;
  expect(wide.pvalue(2)).toBeCloseTo(unit.pvalue(0.4), 12);
  expect(wide.pvalue(0)).toBeCloseTo(unit.pvalue(0), 12);
  expect([wide.side(4.9), wide.side(0), wide.side(-4.9)]).toEqual([-1, 1, 1]);
  expect([wide.pvalue(5.1), wide.pvalue(-5.1), wide.pvalue(4.9)]).toEqual([0, 0, expect.any(Number)]);
  expect(wide.pvalue(4.9)).toBeGreaterThan(0);
  expect(pairedDifference([5], { most: 5 })!.side(0)).toBe(0);
  expect(flipsPvalue({ wins: 2, losses: 0, n: 2 })).toBeLessThan(1);
});

test('all pairs lost end at −1, all won at 1', () => {
  expect(tangoInterval({ wins: 0, losses: 12, n: 12 }, 1.96)[0]).toBe(-1);
  expect(tangoInterval({ wins: 12, losses: 0, n: 12 }, 1.96)[1]).toBe(1);
});

test('graded differences of a side fill the range to both sides', () => {
  // −most as the lower end: losses of nearly all are as far from it as wins are from the upper one.
  const lost = pairedDifference([-0.9, -0.8, -0.95, -0.7], { most: 1 })!;
  const won = pairedDifference([0.9, 0.8, 0.95, 0.7], { most: 1 })!;
  expect(lost.interval()).toEqual(
    won
      .interval()
      .map((end) => expect.closeTo(-end, 12))
      .toReversed(),
  );
});

test('a border that both statistics lie on different sides of is not excluded at any level', () => {
  const flips = { wins: 3, losses: 2, n: 6 };
  const between = (3 / 6 - 2 / 6 + (3 - 2) / 7) / 2;
  expect(tangoScore(flips, between) * tangoScore({ wins: 3.5, losses: 2.5, n: 7 }, between)).toBeLessThan(0);
  expect(flipsPvalue(flips, between)).toBe(1);
});

test('weighted differences of a side fill the range to both sides, in units of any range', () => {
  const weights = [1, 2, 3, 1];
  const of = (differences: readonly number[], most: number) => pairedDifference(differences, { most, weights })!;
  const won = of([0.9, 0.2, 0.95, 0.7], 1);
  const lost = of([-0.9, -0.2, -0.95, -0.7], 1);
  expect(won.interval().every(Number.isFinite)).toBe(true);
  expect(lost.interval()).toEqual(
    won
      .interval()
      .map((end) => expect.closeTo(-end, 12))
      .toReversed(),
  );
  expect(of([9, 2, 9.5, 7], 10).interval()).toEqual(won.interval().map((end) => expect.closeTo(10 * end, 10)));
});
