import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createGenerator } from '../../random/create-generator.ts';
import { Moments } from '../moments/moments.ts';
import { clopperPearsonInterval } from './clopper-pearson.ts';
import { clusterRobustMean, clusterTotals } from './cluster-robust.ts';
import { studentInterval } from './student.ts';
import { wilsonInterval, wilsonIntervalCorrected } from './wilson.ts';

const counts = fc
  .integer({ min: 1, max: 3000 })
  .chain((n) => fc.tuple(fc.integer({ min: 0, max: n }), fc.constant(n), fc.constantFrom(0.8, 0.95, 0.99)));

describe.each([
  ['wilsonInterval', wilsonInterval],
  ['wilsonIntervalCorrected', wilsonIntervalCorrected],
  ['clopperPearsonInterval', clopperPearsonInterval],
] as const)('%s', (_, interval) => {
  test('lies in [0, 1], holds the share, and mirrors when successes and failures change places', () => {
    fc.assert(
      fc.property(counts, ([successes, n, confidence]) => {
        const [lower, upper] = interval(successes, n, confidence);
        expect(lower).toBeGreaterThanOrEqual(0);
        expect(upper).toBeLessThanOrEqual(1);
        expect(lower).toBeLessThanOrEqual(successes / n);
        expect(upper).toBeGreaterThanOrEqual(successes / n);
        const [mirroredLower, mirroredUpper] = interval(n - successes, n, confidence);
        expect(mirroredLower).toBeCloseTo(1 - upper, 11);
        expect(mirroredUpper).toBeCloseTo(1 - lower, 11);
      }),
    );
  });

  test('grows with confidence', () => {
    expect(interval(3, 20, 0.99)[0]).toBeLessThan(interval(3, 20, 0.8)[0]);
    expect(interval(3, 20, 0.99)[1]).toBeGreaterThan(interval(3, 20, 0.8)[1]);
  });

  test('says nothing from nothing, and refuses impossible counts', () => {
    expect(interval(0, 0)).toEqual([0, 1]);
    expect(interval(0, 5)[0]).toBe(0);
    expect(interval(5, 5)[1]).toBe(1);
    expect(() => interval(6, 5)).toThrow(RangeError);
    expect(() => interval(-1, 5)).toThrow(RangeError);
    expect(() => interval(1, 5, 1)).toThrow(RangeError);
  });
});

test('Clopper and Pearson never cover less than they say', () => {
  const random = createGenerator(4);
  let covered = 0;
  for (let run = 0; run < 3000; run++) {
    let successes = 0;
    for (let i = 0; i < 15; i++) if (random.random() < 0.3) successes++;
    const [lower, upper] = clopperPearsonInterval(successes, 15, 0.9);
    if (lower <= 0.3 && 0.3 <= upper) covered++;
  }
  expect(covered).toBeGreaterThan(2700 - 5 * Math.sqrt(3000 * 0.09));
});

test('a Student interval is unbounded for one value and a point without spread', () => {
  expect(studentInterval(0.5, 0, 1)).toEqual([Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]);
  expect(studentInterval(0.5, 0, 10)).toEqual([0.5, 0.5]);
  expect(() => studentInterval(0.5, 0.1, 10, 0)).toThrow(RangeError);
});

describe('clusterRobustMean', () => {
  const values = [0.1, 0.3, 0.2, 0.9, 0.8, 0.4, 0.5, 0.4, 0.6, 0.2];
  const keys = [0, 0, 0, 1, 1, 2, 2, 2, 2, 3];

  test('agrees with statsmodels (OLS on a constant, cov_type="cluster")', () => {
    const result = clusterRobustMean(clusterTotals(values, keys))!;
    expect(result.mean).toBeCloseTo(0.44, 12);
    expect(result.standardError).toBeCloseTo(0.13002564, 8);
    expect([result.clusters, result.n]).toEqual([4, 10]);
    expect(result.interval).toEqual(studentInterval(result.mean, result.standardError!, 4));
  });

  test('with clusters of one is the usual standard error', () => {
    const result = clusterRobustMean(
      clusterTotals(
        values,
        values.map((_, i) => i),
      ),
    )!;
    expect(result.standardError).toBeCloseTo(Moments.of(values).standardError()!, 12);
  });

  test('knows nothing of no samples, and no spread of one cluster', () => {
    expect(clusterRobustMean([])).toBeNull();
    expect(clusterRobustMean([{ n: 0, sum: 0 }])).toBeNull();
    const three = [1, 2, 4].map((sum) => ({ n: 2, sum }));
    expect(clusterRobustMean([...three, { n: 0, sum: 0 }])).toEqual(clusterRobustMean(three));
    expect(clusterRobustMean([{ n: 3, sum: 1.5 }])).toMatchObject({ mean: 0.5, standardError: null, clusters: 1 });
    expect(() => clusterTotals([1], [])).toThrow(RangeError);
  });
});
