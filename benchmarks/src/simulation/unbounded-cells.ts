import { Moments, quantileEstimate, type RandomGenerator, studentInterval } from '@assay/metrics';
import type { Cell } from './cell.ts';
import { drawn, normal } from './shapes.ts';

const SOURCES: readonly (readonly [string, number, number, (random: RandomGenerator) => number])[] = [
  ['lognormal, σ 0.6', 1, Math.exp(0.18), (random) => Math.exp(0.6 * normal(random))],
  ['lognormal, σ 1.5', 1, Math.exp(1.125), (random) => Math.exp(1.5 * normal(random))],
  ['Pareto, tail 2.2', 2 ** (1 / 2.2), 2.2 / 1.2, (random) => (1 - random.random()) ** (-1 / 2.2)],
  [
    '1 % fifty times the rest',
    // The median of the whole is the 0.5 / 0.99 quantile of the usual ones.
    1 + 0.2 * 0.012659,
    1.49,
    (random) => (random.random() < 0.01 ? 50 : 1) * (1 + 0.2 * normal(random)),
  ],
];

/** Scores without bounds: the median is answered; the mean is refused, for Student's interval of it does not cover. */
export function unboundedCells(): Cell[] {
  return SOURCES.flatMap(([shape, median, mean, draw]) =>
    [2, 10, 30, 100, 300].map(
      (n): Cell => ({
        group: 'Scores without bounds: the median (before: Student’s interval of the mean)',
        shape,
        size: `${n}`,
        measure: 'coverage',
        quick: n === 30,
        most: 4000,
        once: (random) => {
          const values = drawn(n, () => draw(random));
          const interval = quantileEstimate(Array.from(values, (value) => [value, 1] as const))!.interval();
          const moments = Moments.of(values);
          const student = studentInterval(moments.mean()!, moments.standardError()!, n);
          const before = student[0] <= mean && mean <= student[1];
          return { good: interval === null ? null : interval[0] <= median && median <= interval[1], before };
        },
      }),
    ),
  );
}
