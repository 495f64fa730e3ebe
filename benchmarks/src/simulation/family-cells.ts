import { compareFamily, correlationMatrix, pairedDifference, type RandomGenerator } from '@assay/metrics';
import type { Cell } from './cell.ts';
import { normal } from './shapes.ts';

/** How a family's differences of one sample come about, from two things that vary: seven scores, three of them one. */
type Rows = (random: RandomGenerator, shift: number) => number[];

const clipped = (value: number) => Math.min(1, Math.max(-1, value));

const NORMAL: Rows = (random, shift) => {
  const shared = normal(random);
  const near = () => 0.95 * shared + Math.sqrt(1 - 0.95 ** 2) * normal(random);
  return [shared, shared, shared, near(), near(), normal(random), normal(random)].map((z, j) =>
    clipped(0.2 * z + (j < 5 ? shift : 0)),
  );
};

const BINARY: Rows = (random, shift) => {
  const flip = (bias: number) => (random.random() < 0.3 ? (random.random() < 0.5 + bias ? 1 : -1) : 0);
  const shared = flip(shift);
  const near = () => (random.random() < 0.9 ? shared : flip(shift));
  return [shared, shared, shared, near(), near(), flip(0), flip(0)];
};

/** Seven scores compared together: how often any is called different that is not. */
export function familyCells(): Cell[] {
  const cases: readonly (readonly [string, Rows, number])[] = [
    ['normal, none differs', NORMAL, 0],
    ['normal, five differ', NORMAL, 0.1],
    ['0/1, none differs', BINARY, 0],
    ['0/1, five differ', BINARY, 0.3],
  ];
  const error = cases.flatMap(([name, rows, shift]) =>
    [50, 200].map(
      (n): Cell => ({
        group: 'Families of seven scores: any false verdict',
        shape: name,
        size: `${n}`,
        measure: 'error',
        quick: n === 50 && shift === 0,
        most: 600,
        once: (random) => ({
          good: !verdicts(random, rows, n, shift).some((rejected, j) => rejected && (shift === 0 || j > 4)),
        }),
      }),
    ),
  );
  return [...error, identical()];
}

function verdicts(random: RandomGenerator, rows: Rows, n: number, shift: number): boolean[] {
  const samples = Array.from({ length: n }, () => rows(random, shift));
  const columns = samples[0]!.map((_, j) => samples.map((sample) => sample[j]!));
  const differences = columns.map((column) => pairedDifference(column, { most: 1 })!);
  const family = compareFamily(differences, { correlation: correlationMatrix(columns) });
  for (const { interval, rejected, open } of family) {
    const excludes = interval[0] > 0 || interval[1] < 0 || (open && interval.includes(0));
    if (excludes !== rejected) throw new Error('interval and verdict contradict one another');
  }
  return family.map(({ rejected }) => rejected);
}

/** Five copies of a score: each must be called different exactly where the score alone would be. */
function identical(): Cell {
  return {
    group: 'Families of seven scores: any false verdict',
    shape: 'five copies lose power against one',
    size: '50',
    measure: 'error',
    quick: true,
    most: 400,
    once: (random) => {
      const column = Array.from({ length: 50 }, () => BINARY(random, 0.3)[0]!);
      const one = pairedDifference(column, { most: 1 })!;
      const columns = new Array<number[]>(5).fill(column);
      const family = compareFamily(new Array(5).fill(one), { correlation: correlationMatrix(columns) });
      return { good: family.every(({ rejected }) => rejected === one.pvalue() <= 0.05) };
    },
  };
}
