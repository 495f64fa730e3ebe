import { boundedMean, Moments, studentInterval } from '@assay/metrics';
import { binomial } from './binomial.ts';
import type { Cell, Outcome } from './cell.ts';
import { drawn, GRADED, percent, type Shape } from './shapes.ts';

const SIZES = [2, 5, 10, 20, 30, 50, 100, 300, 1000];
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
  return [...exact, ...graded];
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
