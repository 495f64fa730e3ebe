import { boundedMean, clusterRobustMean, Moments, type RandomGenerator, weightedMean } from '@assay/metrics';
import type { Cell, Outcome } from './cell.ts';
import { drawn, GRADED, normal, percent, type Shape, urn } from './shapes.ts';

/** How large clusters are. */
const SIZES: Readonly<Record<string, (random: RandomGenerator) => number>> = {
  'all of 4': () => 4,
  'of 1 to 16': (random) => 1 + Math.floor(16 * random.random() ** 2),
};

/** Samples in clusters, repeats of samples, and weights. */
export function clusterCells(): Cell[] {
  return [...binaryClusters(), ...gradedClusters(), ...repeats(), ...weights(), ...oneCluster()];
}

function binaryClusters(): Cell[] {
  return [0.5, 0.95, 0.99].flatMap((share) =>
    Object.entries(SIZES).flatMap(([sizes, size]) =>
      [2, 3, 5, 10, 20, 50].map(
        (count): Cell => ({
          group: 'Clusters',
          shape: `0/1, ${percent(share)} ones, correlation 0.2, ${sizes}`,
          size: `${count}`,
          measure: 'coverage',
          quick: count === 5 || count === 20,
          once: (random) => covers(count, share, () => urnMoments(random, size(random), share, 0.2)),
        }),
      ),
    ),
  );
}

/** By samples and hits: many clusters are alike. */
const known = new Map<number, Moments>();
const MOST_SIZE = 100;

/** The chance of a success is the cluster's own. */
function urnMoments(random: RandomGenerator, n: number, share: number, correlation: number): Moments {
  const draw = urn(random, share, correlation);
  let hits = 0;
  for (let i = 0; i < n; i++) hits += draw();
  const key = MOST_SIZE * n + hits;
  const made = known.get(key) ?? Moments.of(new Float64Array(n).fill(1, 0, hits));
  known.set(key, made);
  return made;
}

function gradedClusters(): Cell[] {
  const shapes = GRADED.filter(({ name }) => /F1|98 % ones|3 % high/.test(name));
  return shapes.flatMap((shape) =>
    [0, 0.5].flatMap((copied) =>
      [3, 5, 10, 20, 50].map(
        (count): Cell => ({
          group: 'Clusters',
          shape: `${shape.name}, correlation ${copied}, of 1 to 16`,
          size: `${count}`,
          measure: 'coverage',
          once: (random) => covers(count, shape.mean, () => copies(random, shape, copied)),
        }),
      ),
    ),
  );
}

/** Each score is the cluster's own with this chance, else a fresh one: their correlation is its square. */
function copies(random: RandomGenerator, shape: Shape, correlation: number): Moments {
  const own = shape.draw(random);
  const chance = Math.sqrt(correlation);
  const moments = new Moments();
  for (let left = SIZES['of 1 to 16']!(random); left > 0; left--) {
    moments.add(random.random() < chance ? own : shape.draw(random));
  }
  return moments;
}

function covers(count: number, mean: number, cluster: () => Moments): Outcome {
  const clusters = Array.from({ length: count }, cluster);
  const all = new Moments();
  for (const each of clusters) all.merge(each);
  const [low, high] = boundedMean(all, [0, 1], clusters)!.interval();
  const before = clusterRobustMean(clusters.map((each) => ({ n: each.n, sum: each.sum() })))!.interval;
  return { good: low <= mean && mean <= high, before: before[0] <= mean && mean <= before[1] };
}

/** Several answers to each sample. */
function repeats(): Cell[] {
  return [0.5, 0.9, 0.97].flatMap((share) =>
    [5, 10, 30, 100].map(
      (samples): Cell => ({
        group: 'Repeats',
        shape: `five answers each, 0/1, ${percent(share)} ones, correlation 0.8`,
        size: `${samples}`,
        measure: 'coverage',
        quick: samples === 10,
        once: (random) => covers(samples, share, () => urnMoments(random, 5, share, 0.8)),
      }),
    ),
  );
}

/** Weights that have nothing to do with the scores. */
export const WEIGHTS: readonly (readonly [string, (random: RandomGenerator) => number])[] = [
  ['lognormal weights', (random) => Math.exp(0.7 * normal(random))],
  ['one in ten counts ten times', (random) => (random.random() < 0.1 ? 10 : 1)],
];

function weights(): Cell[] {
  const rare = {
    name: '5 % lose all',
    mean: 0.5,
    draw: (random: RandomGenerator) => (random.random() < 0.05 ? 0 : 0.5 / 0.95),
  };
  return [GRADED[0]!, rare].flatMap((shape) =>
    WEIGHTS.flatMap(([name, draw]) =>
      [5, 20, 100, 300].map(
        (n): Cell => ({
          group: 'Weights',
          shape: `${shape.name}, ${name}`,
          size: `${n}`,
          measure: 'coverage',
          quick: n === 20,
          most: 4000,
          once: (random) => {
            const values = drawn(n, () => shape.draw(random));
            const own = drawn(n, () => draw(random));
            const [low, high] = weightedMean(values, own)!.interval();
            return { good: low <= shape.mean && shape.mean <= high };
          },
        }),
      ),
    ),
  );
}

/** One cluster has no interval but the whole range: an answer that says that there is none. */
function oneCluster(): Cell[] {
  return [
    {
      group: 'Clusters',
      shape: 'one cluster alone',
      size: '1',
      measure: 'coverage',
      quick: true,
      once: (random) => {
        const scores = Moments.of(Array.from({ length: 30 }, () => random.random()));
        return { good: boundedMean(scores, [0, 1], [scores])!.method === 'one-cluster' ? null : false };
      },
      most: 100,
    },
  ];
}
