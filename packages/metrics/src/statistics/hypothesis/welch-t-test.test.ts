import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createGenerator } from '../../random/create-generator.ts';
import { mean, variance } from '../moments/array-moments.ts';
import { type SampleSpread, welchTTest } from './welch-t-test.ts';

const spread = (values: readonly number[]): SampleSpread => ({
  n: values.length,
  mean: mean(values) ?? Number.NaN,
  variance: variance(values) ?? Number.NaN,
});

test('Welch’s test gives the published figures of its textbook example', () => {
  // https://en.wikipedia.org/wiki/Welch%27s_t-test#Examples (the first)
  const x = [27.5, 21.0, 19.0, 23.6, 17.0, 17.9, 16.9, 20.1, 21.9, 22.6, 23.1, 19.6, 19.0, 21.7, 21.4];
  const y = [27.1, 22.0, 20.8, 23.4, 23.4, 23.5, 25.8, 22.0, 24.8, 20.2, 21.9, 22.1, 22.9, 20.5, 24.4];
  const { statistic, df, pvalue, interval } = welchTTest(spread(x), spread(y));
  expect(statistic).toBeCloseTo(-2.46, 2);
  expect(df).toBeCloseTo(25.0, 1);
  expect(pvalue).toBeCloseTo(0.021, 3);
  expect(interval[1]).toBeLessThan(0);
});

test('the interval holds zero exactly when the p-value is above its level, and sides may be swapped', () => {
  const value = fc.double({ min: -10, max: 10, noNaN: true }).map((v) => Math.round(v * 100) / 100);
  const values = fc.array(value, { minLength: 2, maxLength: 30 });
  fc.assert(
    fc.property(values, values, (x, y) => {
      const there = welchTTest(spread(x), spread(y));
      const back = welchTTest(spread(y), spread(x));
      if (Number.isNaN(there.pvalue)) return;
      expect(back.pvalue).toBeCloseTo(there.pvalue, 9);
      expect(back.interval[0]).toBeCloseTo(-there.interval[1], 9);
      const holdsZero = there.interval[0] <= 0 && there.interval[1] >= 0;
      if (Math.abs(there.pvalue - 0.05) > 1e-6) expect(holdsZero).toBe(there.pvalue > 0.05);
    }),
  );
});

test('two samples of one distribution with unequal sizes are told apart in about 5 % of trials', () => {
  const random = createGenerator('welch false alarms');
  const normal = () => Math.sqrt(-2 * Math.log(1 - random.random())) * Math.cos(2 * Math.PI * random.random());
  const trials = 4000;
  let alarms = 0;
  for (let i = 0; i < trials; i++) {
    const x = Array.from({ length: 8 }, () => 3 * normal());
    const y = Array.from({ length: 40 }, normal);
    if (welchTTest(spread(x), spread(y)).pvalue < 0.05) alarms += 1;
  }
  expect(alarms / trials).toBeGreaterThan(0.038);
  expect(alarms / trials).toBeLessThan(0.062);
});

test('without spread or with a single value nothing is known', () => {
  for (const [x, y] of [
    [
      [1, 1],
      [2, 2],
    ],
    [[1], [2, 3]],
  ] as const) {
    const { pvalue, interval } = welchTTest(spread(x), spread(y));
    expect([pvalue, ...interval]).toEqual([Number.NaN, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]);
  }
});
