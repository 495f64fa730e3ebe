import { Moments, pairedDifference, pairedTTest, type RandomGenerator, studentInterval } from '@assay/metrics';
import { trinomial } from './binomial.ts';
import type { Cell, Outcome } from './cell.ts';
import { WEIGHTS } from './cluster-cells.ts';
import { drawn, normal, percent } from './shapes.ts';

/** A way in which differences of graded scores may be spread. */
interface Differences {
  readonly name: string;
  readonly mean: number;
  draw(random: RandomGenerator): number;
}

const rare = (share: number, loss: number): Differences => {
  const win = (share * loss) / (1 - share);
  return {
    name: `${percent(share)} lose ${loss}, the rest win ${win.toFixed(3)}`,
    mean: 0,
    draw: (random) => (random.random() < share ? -loss : win),
  };
};

const clipped = (value: number) => Math.min(1, Math.max(-1, value));

const NULLS: readonly Differences[] = [
  rare(0.05, 1),
  rare(0.02, 1),
  rare(0.01, 1),
  {
    name: '5 % lose 0.9, 20 % win 0.225',
    mean: 0,
    draw: (random) => {
      const at = random.random();
      return at < 0.05 ? -0.9 : at < 0.25 ? 0.225 : 0;
    },
  },
  {
    name: 'F1 of two like models',
    mean: 0,
    draw: (random) => (random.random() < 0.5 ? 0 : Math.round(8 * (random.random() - random.random())) / 8),
  },
  { name: 'normal, sd 0.2', mean: 0, draw: (random) => clipped(0.2 * normal(random)) },
];

/** Pairs on the same samples: 0/1 over every table, graded ones simulated; by the interval and by the test alike. */
export function pairCells(): Cell[] {
  return [...flips(), ...graded(), ...clustered(), ...weighted(), ...power()];
}

function flips(): Cell[] {
  const cases = [
    [0.01, 0.01],
    [0.03, 0.01],
    [0.05, 0.05],
    [0.2, 0.1],
    [0.15, 0.15],
    [0.25, 0.25],
  ] as const;
  return cases.flatMap(([win, loss]) =>
    [5, 10, 20, 30, 50, 100].map(
      (n): Cell => ({
        group: win === loss ? 'Pairs of 0/1 scores: false verdicts (exact)' : 'Pairs of 0/1 scores (exact)',
        shape: `${percent(win)} won, ${percent(loss)} lost`,
        size: `${n}`,
        measure: win === loss ? 'error' : 'coverage',
        quick: n <= 30,
        exact: () => flipsCoverage(n, win, loss),
      }),
    ),
  );
}

function flipsCoverage(n: number, win: number, loss: number): number {
  let covered = 0;
  for (let b = 0; b <= n; b++) {
    for (let c = 0; b + c <= n; c++) {
      const chance = trinomial(b, c, n, win, loss);
      if (chance < 1e-9) continue;
      const differences = new Float64Array(n).fill(1, 0, b).fill(-1, b, b + c);
      const [low, high] = pairedDifference(differences, { most: 1 })!.interval();
      if (low <= win - loss && win - loss <= high) covered += chance;
    }
  }
  return covered;
}

function graded(): Cell[] {
  return NULLS.flatMap((shape) =>
    [10, 30, 100, 300, 1000].map(
      (n): Cell => ({
        group: 'Pairs of graded scores: false verdicts',
        shape: shape.name,
        size: `${n}`,
        measure: 'error',
        quick: n === 30 || n === 100,
        once: (random) =>
          holds(
            drawn(n, () => shape.draw(random)),
            shape.mean,
          ),
      }),
    ),
  );
}

/** The verdict "no difference" where there is none; interval and test must say the same. */
function holds(differences: Float64Array, mean: number): Outcome {
  const found = pairedDifference(differences, { most: 1 })!;
  const [low, high] = found.interval();
  const isCovered = low <= mean && mean <= high;
  if (isCovered !== found.pvalue(mean) > 0.05) throw new Error('interval and test contradict one another');
  const moments = Moments.of(differences);
  const student = studentInterval(moments.mean()!, moments.standardError()!, moments.n);
  return { good: isCovered, before: student[0] <= mean && mean <= student[1] };
}

function clustered(): Cell[] {
  return [5, 10, 20, 50].map(
    (count): Cell => ({
      group: 'Pairs in clusters: false verdicts',
      shape: '0/1, 10 % of clusters differ, all of 4',
      size: `${count}`,
      measure: 'error',
      once: (random) => {
        const signs = Array.from({ length: count }, () => [-1, 1][Math.floor(20 * random.random())] ?? 0);
        const differences = signs.flatMap((sign) => [0, 1, 2, 3].map(() => (random.random() < 0.6 ? sign : 0)));
        const found = pairedDifference(differences, { most: 1, clusters: differences.map((_, i) => i >> 2) })!;
        return { good: found.pvalue() > 0.05 };
      },
    }),
  );
}

/** Weights that have nothing to do with the differences. */
function weighted(): Cell[] {
  const shape = NULLS[0]!;
  return WEIGHTS.flatMap(([name, draw]) =>
    [10, 30, 100, 300].map(
      (n): Cell => ({
        group: 'Pairs with weights: false verdicts',
        shape: `${shape.name}, ${name}`,
        size: `${n}`,
        measure: 'error',
        quick: n === 30,
        most: 4000,
        once: (random) => {
          const differences = drawn(n, () => shape.draw(random));
          const weights = differences.map(() => draw(random));
          const found = pairedDifference(differences, { most: 1, weights })!;
          return { good: found.pvalue() > 0.05 };
        },
      }),
    ),
  );
}

/** What a real difference costs: how often it is found. */
function power(): Cell[] {
  const cases: readonly (readonly [string, (random: RandomGenerator) => number])[] = [
    ['normal, mean 0.1, sd 0.3', (random) => clipped(0.1 + 0.3 * normal(random))],
    ['normal, mean 0.05, sd 0.2', (random) => clipped(0.05 + 0.2 * normal(random))],
    ['0/1, 20 % won, 10 % lost', (random) => ([1, 1, -1][Math.floor(10 * random.random())] ?? 0) as number],
  ];
  return cases.flatMap(([name, draw]) =>
    [30, 100, 300].map(
      (n): Cell => ({
        group: 'Pairs: power',
        shape: name,
        size: `${n}`,
        measure: 'power',
        once: (random) => {
          const differences = drawn(n, () => draw(random));
          const zeros = new Float64Array(n);
          return {
            good: pairedDifference(differences, { most: 1 })!.pvalue() <= 0.05,
            before: pairedTTest(differences, zeros).pvalue <= 0.05,
          };
        },
      }),
    ),
  );
}
