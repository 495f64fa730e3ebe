import { judgedMean, type RandomGenerator } from '@assay/metrics';
import type { Cell, Outcome } from './cell.ts';
import { beta } from './shapes.ts';

const CLUSTERS = 400;

interface ClusterShape {
  readonly name: string;
  /** Correlation of the labels within a cluster. */
  readonly labels: number;
  /** Of the judge's being right. */
  readonly errors: number;
  readonly right: number;
}

const SHAPES: readonly ClusterShape[] = [
  { name: 'labels 0.1, errors 0', labels: 0.1, errors: 0, right: 0.85 },
  { name: 'labels 0.3, errors 0.1', labels: 0.3, errors: 0.1, right: 0.85 },
  { name: 'labels 0.5, errors 0.3', labels: 0.5, errors: 0.3, right: 0.85 },
  { name: 'labels 0.3, errors 0.1, 97 % right', labels: 0.3, errors: 0.1, right: 0.97 },
];

/** Whole clusters are labelled, of 1 to 9 samples each. */
export function judgedClusterCells(): Cell[] {
  return SHAPES.flatMap((shape) =>
    [8, 15, 40, 100].map(
      (count): Cell => ({
        page: 'judges',
        group: 'Judged means in clusters, by correlation within them',
        shape: shape.name,
        size: `${count} of ${CLUSTERS}`,
        measure: 'coverage',
        quick: count === 15 && shape.errors === 0.3,
        first: 500,
        most: 2000,
        once: (random) => clusteredOnce(random, shape, count),
      }),
    ),
  );
}

function clusteredOnce(random: RandomGenerator, shape: ClusterShape, count: number): Outcome {
  const [labels, judge, keys] = [[] as number[], [] as number[], [] as number[]];
  let labelled = 0;
  for (let cluster = 0; cluster < CLUSTERS; cluster++) {
    const [one, right] = [ownChance(random, 0.7, shape.labels), ownChance(random, shape.right, shape.errors)];
    for (let left = 1 + Math.floor(9 * random.random()); left > 0; left--) {
      const label = Number(random.random() < one);
      labels.push(label);
      judge.push(random.random() < right ? label : 1 - label);
      keys.push(cluster);
    }
    if (cluster === count - 1) labelled = labels.length;
  }
  const known = { labels: labels.slice(0, labelled), clusters: keys.slice(0, labelled) };
  const given = { ...known, judged: judge.slice(0, labelled), judge, judgeClusters: keys };
  const [low, high] = judgedMean(given)!.interval();
  const nothing = new Float64Array(labelled);
  const alone = judgedMean({ ...known, judged: nothing, judge: nothing })!.interval();
  return { good: low <= 0.7 && 0.7 <= high, width: (high - low) / (alone[1] - alone[0]) };
}

/** A cluster's own chance, so that two of its samples correlate. */
function ownChance(random: RandomGenerator, mean: number, correlation: number): number {
  if (correlation === 0) return mean;
  const total = 1 / correlation - 1;
  return beta(random, mean * total, (1 - mean) * total);
}
