import { expect, test } from 'vitest';
import { pearson } from '../correlation/pearson.ts';
import { corpusEstimate } from './corpus-interval.ts';
import { correlationRow, correlationScore } from './correlation-score.ts';

/** Uniform in [0, 1) by seed (mulberry32). */
function uniform(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
}

function pairs(n: number, r: number, next: () => number): [x: number, y: number][] {
  const normal = () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  return Array.from({ length: n }, () => {
    const x = normal();
    return [x, r * x + Math.sqrt(1 - r * r) * normal()];
  });
}

test('the statistic of the sums is Pearson’s r', () => {
  const drawn = pairs(40, 0.6, uniform(3));
  const sums = drawn.map(([x, y]) => correlationRow(x, y)).reduce((a, b) => a.map((value, at) => value + b[at]!));
  const { coefficient } = pearson(
    drawn.map(([x]) => x),
    drawn.map(([, y]) => y),
  );
  expect(correlationScore().statistic(sums)).toBeCloseTo(coefficient, 12);
});

test('the best samples lie one deviation from both means on the same side, the worst on opposite ones', () => {
  // Three samples: x 1, 2, 6 and y 2, 4, 3.
  const sums = [1, 2, 6]
    .map((x, at) => correlationRow(x, [2, 4, 3][at]!))
    .reduce((a, b) => a.map((each, i) => each + b[i]!));
  const [x, y] = [Math.sqrt(14 / 3), Math.sqrt(2 / 3)];
  const places = correlationScore()
    .pseudoRows(sums)
    .map((pair) => pair.map(([, a, b]) => [a, b]));
  const expected = [
    [
      [3 + x, 3 + y],
      [3 + x, 3 - y],
    ],
    [
      [3 - x, 3 - y],
      [3 - x, 3 + y],
    ],
  ];
  for (const [at, pair] of expected.entries())
    for (const [side, [a, b]] of pair.entries()) {
      expect(places[at]![side]![0]).toBeCloseTo(a!, 12);
      expect(places[at]![side]![1]).toBeCloseTo(b!, 12);
    }
});

test.each([
  [10, 0],
  [10, 0.8],
  [50, 0],
  [50, 0.8],
  [50, 0.95],
])('intervals of %i pairs hold a correlation of %s at least 94 times in 100', (n, r) => {
  const next = uniform(n * 100 + r * 10);
  let held = 0;
  const trials = 1500;
  for (let trial = 0; trial < trials; trial++) {
    const rows = pairs(n, r, next).map(([x, y]) => ({ row: correlationRow(x, y) }));
    const [low, high] = corpusEstimate(rows, correlationScore())!.interval();
    expect(high - low).toBeGreaterThan(0);
    if (low <= r && r <= high) held += 1;
  }
  expect(held / trials).toBeGreaterThanOrEqual(0.94);
});
