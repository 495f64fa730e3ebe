import { neededPairs } from '@assay/metrics';
import { expect, test } from 'vitest';
import { testMean } from './mean-test.ts';

/** Differences of `sizes` samples in clusters whose members are equal: n/size independent values. */
function pairsOf(values: readonly number[], size: number) {
  const differences = values.flatMap((value) => Array.from({ length: size }, () => value));
  const clusters = Int32Array.from(differences, (_, at) => Math.floor(at / size));
  return {
    baseline: new Float64Array(differences.length),
    candidate: Float64Array.from(differences),
    clusters: size === 1 ? null : clusters,
  };
}

const VALUES = Array.from({ length: 40 }, (_, at) => 0.05 + 0.3 * Math.sin(at * 2.7));
const sdOf = (values: readonly number[]): number => {
  const mean = values.reduce((sum, value) => sum + value) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
};

test('clusters of equal samples need as many clusters as independent samples need samples', () => {
  const alone = testMean(pairsOf(VALUES, 1), 'x', 0.95);
  const together = testMean(pairsOf(VALUES, 5), 'x', 0.95);
  expect(together.difference).toBeCloseTo(alone.difference, 12);
  const needed = neededPairs(alone.difference, sdOf(VALUES), { alpha: 0.05 });
  expect(alone.neededSamples(0.05)).toBeCloseTo(needed, 6);
  // The robust error of k clusters corrects by k/(k − 1) as the plain one does.
  expect(together.neededSamples(0.05) / (5 * needed)).toBeCloseTo(1, 1);
});

test('the smaller the level, the more samples are needed', () => {
  const { neededSamples } = testMean(pairsOf(VALUES, 5), 'x', 0.95);
  expect(neededSamples(0.01)).toBeGreaterThan(neededSamples(0.05));
});

test('differences that do not vary need no number of samples', () => {
  const same = Array.from({ length: 10 }, () => 0);
  expect(testMean(pairsOf(same, 1), 'x', 0.95).neededSamples(0.05)).toBe(Number.POSITIVE_INFINITY);
  expect(testMean(pairsOf(same, 2), 'x', 0.95).neededSamples(0.05)).toBe(Number.POSITIVE_INFINITY);
});
