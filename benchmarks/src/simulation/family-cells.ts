import {
  compareFamily,
  correlationMatrix,
  endsAt,
  pairedDifference,
  type RandomGenerator,
  singleLevel,
} from '@assay/metrics';
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

/** Each score has rare losses of its own, at the size that is hardest to exclude; the mean of each is 0. */
const RARE =
  (share: number): Rows =>
  (random) =>
    Array.from({ length: 7 }, () => (random.random() < share ? -1 : share / (1 - share)));

/** Families of seven scores of two models, and of two scores of several models. */
export function familyCells(): Cell[] {
  return [...scoreCells(), ...modelCells(), identical()];
}

/** Seven scores compared together: how often any is called different that is not. */
function scoreCells(): Cell[] {
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
  const rare = [50, 200].map(
    (n): Cell => ({
      group: 'Families of seven scores: any false verdict',
      shape: 'rare losses, each of its own',
      size: `${n}`,
      measure: 'error',
      quick: n === 50,
      most: 800,
      once: (random) => ({ good: !verdicts(random, RARE(4.6 / n), n, 0).some(Boolean) }),
    }),
  );
  return [...error, ...rare];
}

/** Every pair of several models by a 0/1 and a graded score that go together; the first model may be better. */
function modelCells(): Cell[] {
  return [3].flatMap((models) =>
    [0, 0.15].flatMap((gain) =>
      [50, 200].map(
        (n): Cell => ({
          group: 'Families of three models or more, two scores each: any false verdict',
          shape: `${models} models, ${gain === 0 ? 'none differs' : 'one is better'}`,
          size: `${n}`,
          measure: 'error',
          quick: n === 50,
          most: 500,
          once: (random) => ({ good: !falseVerdict(random, models, n, gain) }),
        }),
      ),
    ),
  );
}

function falseVerdict(random: RandomGenerator, models: number, n: number, gain: number): boolean {
  const samples = Array.from({ length: n }, () => {
    const ease = random.random();
    return Array.from({ length: models }, (_, model) => {
      const graded = Math.min(1, Math.max(0, ease + 0.25 * normal(random) + (model === 0 ? gain : 0)));
      return [Number(graded > 0.5), graded] as const;
    });
  });
  const pairs = Array.from({ length: models }, (_, a) => a).flatMap((a) =>
    Array.from({ length: models - a - 1 }, (_, b) => [a, a + b + 1] as const),
  );
  const asked = pairs.flatMap(([a, b]) => ([0, 1] as const).map((score) => ({ a, b, score })));
  const columns = asked.map(({ a, b, score }) => samples.map((sample) => sample[b]![score] - sample[a]![score]));
  return family(columns).some((isRejected, at) => isRejected && (gain === 0 || asked[at]!.a !== 0));
}

function verdicts(random: RandomGenerator, rows: Rows, n: number, shift: number): boolean[] {
  const samples = Array.from({ length: n }, () => rows(random, shift));
  return family(samples[0]!.map((_, j) => samples.map((sample) => sample[j]!)));
}

function family(columns: readonly (readonly number[])[]): boolean[] {
  const correlation = correlationMatrix(columns);
  const level = singleLevel(correlation, columns.length);
  const differences = columns.map((column) => pairedDifference(column, { most: 1, ends: endsAt(level) })!);
  const members = compareFamily(differences, { correlation, level });
  for (const { interval, rejected, open } of members) {
    const excludes = interval[0] > 0 || interval[1] < 0 || (open && interval.includes(0));
    if (excludes !== rejected) throw new Error('interval and verdict contradict one another');
  }
  return members.map(({ rejected }) => rejected);
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
