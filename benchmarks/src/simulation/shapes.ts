import { createGenerator, normalQuantile, type RandomGenerator } from '@assay/metrics';

/** A way in which scores in [0, 1] may be spread, with its true mean and standard deviation. */
export interface Shape {
  readonly name: string;
  readonly mean: number;
  readonly sd: number;
  draw(random: RandomGenerator): number;
}

/** Scores that are one of a few values, or uniform between two, with given shares. */
function mixture(name: string, parts: readonly (readonly [share: number, from: number, to: number])[]): Shape {
  const mean = parts.reduce((sum, [share, from, to]) => sum + (share * (from + to)) / 2, 0);
  const square = parts.reduce((sum, [share, from, to]) => sum + (share * (from * from + from * to + to * to)) / 3, 0);
  return {
    name,
    mean,
    sd: Math.sqrt(square - mean ** 2),
    draw: (random) => {
      let left = random.random();
      for (const [share, from, to] of parts) {
        if (left < share) return from === to ? from : from + (to - from) * random.random();
        left -= share;
      }
      return parts.at(-1)![2];
    },
  };
}

/** Graded scores: spikes at 0 and 1, near the ceiling, rare highs, uniform, skewed, ratings, two points. */
export const GRADED: readonly Shape[] = [
  mixture('F1, 30 % zeros, 30 % ones', [
    [0.3, 0, 0],
    [0.4, 0.1, 0.9],
    [0.3, 1, 1],
  ]),
  mixture('90 % ones', [
    [0.9, 1, 1],
    [0.1, 0, 0.9],
  ]),
  mixture('98 % ones', [
    [0.98, 1, 1],
    [0.02, 0, 0.9],
  ]),
  mixture('sparse F1, 5 % above 0', [
    [0.95, 0, 0],
    [0.05, 0.1, 1],
  ]),
  mixture('toxicity, 3 % high', [
    [0.97, 0, 0.02],
    [0.03, 0.5, 1],
  ]),
  mixture('toxicity, 1 % high', [
    [0.99, 0, 0.02],
    [0.01, 0.5, 1],
  ]),
  mixture('uniform', [[1, 0, 1]]),
  mixture('skewed', [
    [0.1, 0, 0.4],
    [0.3, 0.4, 0.8],
    [0.6, 0.8, 1],
  ]),
  mixture('ratings', [
    [0.03, 0, 0],
    [0.07, 0.25, 0.25],
    [0.2, 0.5, 0.5],
    [0.4, 0.75, 0.75],
    [0.3, 1, 1],
  ]),
  mixture('two points, 0.53 and 10 % zeros', [
    [0.1, 0, 0],
    [0.9, 0.53, 0.53],
  ]),
];

/** 0 or 1. */
export function binary(share: number): Shape {
  return {
    name: `0/1, ${percent(share)} ones`,
    mean: share,
    sd: Math.sqrt(share * (1 - share)),
    draw: (random) => Number(random.random() < share),
  };
}

export function percent(share: number): string {
  return `${Number((100 * share).toPrecision(4))} %`;
}

/** A standard normal number, by inversion. */
export function normal(random: RandomGenerator): number {
  return normalQuantile(Math.max(random.random(), Number.EPSILON));
}

/** n draws in an array. */
export function drawn(n: number, draw: () => number): Float64Array {
  const values = new Float64Array(n);
  for (let i = 0; i < n; i++) values[i] = draw();
  return values;
}

const POOL = 4096;

/** Values that are dear to draw, drawn once and then each as often as the others: their mean is known exactly. */
export function pool(seed: string, make: (random: RandomGenerator) => number): Omit<Shape, 'name' | 'sd'> {
  const maker = createGenerator(seed);
  const values = drawn(POOL, () => make(maker));
  return {
    mean: values.reduce((sum, value) => sum + value, 0) / POOL,
    draw: (random) => values[Math.floor(POOL * random.random())]!,
  };
}

/**
 * 0 or 1, one after the other, each with a chance of their own that is drawn from a beta distribution: Pólya's urn, which never
 * draws that chance.
 * @param correlation of two of them, in [0, 1)
 */
export function urn(random: RandomGenerator, share: number, correlation: number): () => number {
  if (correlation === 0) return () => Number(random.random() < share);
  const balls = 1 / correlation - 1;
  let [ones, all] = [share * balls, balls];
  return () => {
    const drawn = Number(random.random() * all < ones);
    ones += drawn;
    all += 1;
    return drawn;
  };
}

/** Beta(a, b) from two gamma draws. */
export function beta(random: RandomGenerator, a: number, b: number): number {
  const x = gamma(random, a);
  return x / (x + gamma(random, b));
}

/** Gamma(shape, 1) after Marsaglia and Tsang (2000). */
export function gamma(random: RandomGenerator, shape: number): number {
  if (shape < 1) return gamma(random, shape + 1) * (1 - random.random()) ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const z = normal(random);
    const v = (1 + c * z) ** 3;
    if (v > 0 && Math.log(1 - random.random()) < (z * z) / 2 + d - d * v + d * Math.log(v)) return d * v;
  }
}
