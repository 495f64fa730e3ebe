import {
  type CountedClass,
  classQuantile,
  Moments,
  quantileEstimate,
  type RandomGenerator,
  studentInterval,
} from '@assay/metrics';
import type { Cell } from './cell.ts';
import { WEIGHTS } from './cluster-cells.ts';
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
  return [...SOURCES.flatMap((source) => [2, 10, 30, 100, 300].map((n) => medianCell(source, n))), ...classCells()];
}

function medianCell([shape, median, mean, draw]: (typeof SOURCES)[number], n: number): Cell {
  return {
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
  };
}

/** A sample's, or a cluster's, scores. */
type Drawn = (random: RandomGenerator) => Omit<CountedClass, 'cluster'>;

const [, MEDIAN, , LATENCY] = SOURCES[0]!;

const CLASSES: readonly (readonly [string, isClustered: boolean, Drawn])[] = [
  ...WEIGHTS.map(([name, weight]): readonly [string, boolean, Drawn] => [
    name,
    false,
    (random) => ({ weight: weight(random), counted: [[LATENCY(random), 1]] }),
  ]),
  [
    'clusters of 1 to 8, half of them one value',
    true,
    (random) => {
      const own = LATENCY(random);
      const size = 1 + Math.floor(8 * random.random());
      return {
        counted: Array.from({ length: size }, () => [random.random() < 0.7 ? own : LATENCY(random), 1] as const),
      };
    },
  ],
];

/** The same by weights that have nothing to do with the scores, and by clusters. */
function classCells(): Cell[] {
  return CLASSES.flatMap(([shape, isClustered, draw]) =>
    [10, 30, 100].map(
      (n): Cell => ({
        group: 'Scores without bounds, by weights or clusters: the median',
        shape,
        size: `${n}`,
        measure: 'coverage',
        quick: n === 30,
        first: 600,
        most: 1200,
        once: (random) => {
          const classes = Array.from({ length: n }, (_, at) => ({
            ...draw(random),
            ...(isClustered ? { cluster: at } : {}),
          }));
          const interval = classQuantile(classes)!.interval();
          return { good: interval === null ? null : interval[0] <= MEDIAN && MEDIAN <= interval[1] };
        },
      }),
    ),
  );
}
