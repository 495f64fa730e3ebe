import { boundedMean, judgedMean, Moments, momentsByKey, type RandomGenerator } from '@assay/metrics';
import type { Cell, Outcome } from './cell.ts';
import { urn } from './shapes.ts';

const CLUSTERS = 400;
const MOST_SAMPLES = 9;

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
  const labels = new Float64Array(CLUSTERS * MOST_SAMPLES);
  const judge = new Float64Array(CLUSTERS * MOST_SAMPLES);
  const keys = new Int32Array(CLUSTERS * MOST_SAMPLES);
  let [samples, labelled] = [0, 0];
  for (let cluster = 0; cluster < CLUSTERS; cluster++) {
    const [one, right] = [urn(random, 0.7, shape.labels), urn(random, shape.right, shape.errors)];
    for (let left = 1 + Math.floor(MOST_SAMPLES * random.random()); left > 0; left--) {
      const label = one();
      labels[samples] = label;
      judge[samples] = right() === 1 ? label : 1 - label;
      keys[samples] = cluster;
      samples += 1;
    }
    if (cluster === count - 1) labelled = samples;
  }
  const clusters = keys.subarray(0, labelled);
  const given = {
    labels: labels.subarray(0, labelled),
    clusters,
    judged: judge.subarray(0, labelled),
    judge: judge.subarray(0, samples),
    judgeClusters: keys.subarray(0, samples),
  };
  const [low, high] = judgedMean(given)!.interval();
  const alone = boundedMean(Moments.of(given.labels), [0, 1], momentsByKey(given.labels, clusters))!.interval();
  return { good: low <= 0.7 && 0.7 <= high, width: (high - low) / (alone[1] - alone[0]) };
}
