import { describe, expect, test } from 'vitest';
import { createGenerator, hashSeed } from '../../index.ts';
import { judgedMean } from './judged-mean.ts';
import { labelsNeeded } from './judged-plan.ts';

const SAMPLES = 5000;
const RUNS = 40;

/** Mean half-width of so many labels of 0/1 samples, with a judge of this correlation. */
function reached(ones: number, correlation: number, labels: number): number {
  const random = createGenerator(hashSeed('planned', `${ones}`, `${correlation}`, `${labels}`));
  let total = 0;
  for (let run = 0; run < RUNS; run++) {
    const human = Float64Array.from({ length: SAMPLES }, () => Number(random.random() < ones));
    const judge = human.map((label) =>
      Number(random.random() < (label === 1 ? ones + correlation * (1 - ones) : ones * (1 - correlation))),
    );
    const samples = { labels: human.slice(0, labels), judged: judge.slice(0, labels), judge };
    const [low, high] = judgedMean(samples)!.interval();
    total += (high - low) / 2;
  }
  return total / RUNS;
}

describe.each([0.5, 0.8])(
  'of labels of which %d are 1, the half-width that was planned is reached within 10 %%',
  (ones) => {
    test.each([0, 0.3, 0.5, 0.71, 0.85, 0.95])('by a judge of correlation %d', (correlation) => {
      const deviation = Math.sqrt(ones * (1 - ones));
      for (const half of [0.1, 0.05, 0.03]) {
        const labels = labelsNeeded(half, { samples: SAMPLES, correlation, deviation })!;
        const ratio = reached(ones, correlation, labels) / half;
        expect(ratio, `± ${half} by ${labels} labels`).toBeGreaterThan(0.9);
        expect(ratio, `± ${half} by ${labels} labels`).toBeLessThan(1.1);
      }
    });
  },
);
