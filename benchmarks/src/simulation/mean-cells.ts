import { bettingSequence, boundedMean, Moments, studentInterval } from '@assay/metrics';
import { binomial } from './binomial.ts';
import type { Cell, Outcome } from './cell.ts';
import { drawn, GRADED, percent, type Shape } from './shapes.ts';

const SIZES = [2, 5, 10, 20, 30, 50, 100, 300, 1000];
const BETTING_RUNS = 100;
const SHARES = [0.5, 0.7, 0.9, 0.95, 0.97, 0.99, 0.999];

/** Means of independent scores: 0/1 summed over every outcome, graded ones simulated. */
export function meanCells(): Cell[] {
  const exact = SHARES.flatMap((share) =>
    SIZES.map(
      (n): Cell => ({
        group: 'Means of 0/1 scores (exact)',
        shape: percent(share),
        size: `${n}`,
        measure: 'coverage',
        quick: n <= 30,
        exact: () => binaryCoverage(n, share),
      }),
    ),
  );
  const graded = GRADED.flatMap((shape) => SIZES.map((n) => gradedCell(shape, n)));
  const beside = GRADED.flatMap((shape) => [10, 30, 100, 300].map((n) => bettingCell(shape, n)));
  return [...exact, ...graded, ...beside];
}

/** The guaranteed rival: betting of Waudby-Smith and Ramdas, which asks for an order of the scores. */
function bettingCell(shape: Shape, n: number): Cell {
  return {
    group: 'Means of graded scores: the width, as a multiple of that by betting',
    shape: shape.name,
    size: `${n}`,
    measure: 'ratio',
    limits: [0, 1.05],
    first: BETTING_RUNS,
    most: BETTING_RUNS,
    once: (random) => {
      const values = drawn(n, () => shape.draw(random));
      const [low, high] = boundedMean(Moments.of(values))!.interval();
      const betting = bettingSequence({ resolution: 500 });
      for (const value of values) betting.add(value);
      return { good: true, width: (high - low) / (betting.upper - betting.lower) };
    },
  };
}

function gradedCell(shape: Shape, n: number): Cell {
  return {
    group: 'Means of graded scores',
    shape: shape.name,
    size: `${n}`,
    measure: 'coverage',
    quick: n === 10 || n === 100,
    once: (random) => {
      const values = drawn(n, () => shape.draw(random));
      return covers(Moments.of(values), shape);
    },
  };
}

function covers(moments: Moments, { mean, sd }: Shape): Outcome {
  const [low, high] = boundedMean(moments)!.interval();
  const oracle = (2 * 1.96 * sd) / Math.sqrt(moments.n);
  const student = studentInterval(moments.mean()!, moments.standardError() ?? 0, moments.n);
  return {
    good: low <= mean && mean <= high,
    width: (high - low) / oracle,
    widthBefore: (student[1] - student[0]) / oracle,
    before: student[0] <= mean && mean <= student[1],
  };
}

function binaryCoverage(n: number, share: number): number {
  let covered = 0;
  for (let x = 0; x <= n; x++) {
    const chance = binomial(x, n, share);
    if (chance < 1e-12) continue;
    const ones = Moments.of([...new Array<number>(x).fill(1), ...new Array<number>(n - x).fill(0)]);
    const [low, high] = boundedMean(ones)!.interval();
    if (low <= share && share <= high) covered += chance;
  }
  return covered;
}
