import type { RandomGenerator } from '@assay/metrics';
import { beta, normal } from './shapes.ts';

/** A human label in [0, 1] and what a judge says of the same sample. */
export type Judged = readonly [label: number, judge: number];

/** A judge that is right or wrong in its own way, on labels of a known mean. */
export interface JudgeShape {
  readonly name: string;
  /** The true mean of the labels. */
  readonly mean: number;
  draw(random: RandomGenerator): Judged;
}

/** 0/1 labels and a judge that says 1 with these chances where the label is 1, and where it is 0. */
function binaryJudge(name: string, mean: number, onOnes: number, onZeros: number): JudgeShape {
  return {
    name,
    mean,
    draw: (random) => {
      const label = Number(random.random() < mean);
      return [label, Number(random.random() < (label === 1 ? onOnes : onZeros))];
    },
  };
}

/** A 0/1 judge of given correlation that says 1 as often as the labels are. */
export function correlatedJudge(mean: number, correlation: number): JudgeShape {
  const name = `correlation ${correlation}`;
  return binaryJudge(name, mean, mean + correlation * (1 - mean), mean * (1 - correlation));
}

/** This share of all samples is 0 where the judge says 1; on all others they agree. */
function oneSided(share: number): JudgeShape {
  const mean = 0.7 * (1 - share);
  return binaryJudge(`one-sided error of ${100 * share} %`, mean, 1, share / (1 - mean));
}

/** The judge knows each sample's own chance of a 1. */
function calibrated(mean: number): JudgeShape {
  return {
    name: `calibrated probabilities, ${100 * mean} % ones`,
    mean,
    draw: (random) => {
      const chance = beta(random, 4 * mean, 4 * (1 - mean));
      return [Number(random.random() < chance), chance];
    },
  };
}

const RATINGS = [0.05, 0.1, 0.2, 0.35, 0.3];

/** Labels of five levels; the judge misses by a level, both ways or upwards, and may bend or squeeze the scale. */
function ratings(name: string, judge: (label: number, random: RandomGenerator) => number): JudgeShape {
  return {
    name,
    mean: RATINGS.reduce((sum, share, level) => sum + (share * level) / 4, 0),
    draw: (random) => {
      let left = random.random();
      const level = RATINGS.findIndex((share) => {
        left -= share;
        return left < 0;
      });
      const label = (level < 0 ? RATINGS.length - 1 : level) / 4;
      return [label, Math.min(1, Math.max(0, judge(label, random)))];
    },
  };
}

const step = (random: RandomGenerator) => ([-0.25, 0.25][Math.floor(5 * random.random())] ?? 0) as number;

/** Judges that wobble, lean to one side, guess, contradict, are near perfect, or speak on a scale of their own. */
export const JUDGES: readonly JudgeShape[] = [
  binaryJudge('guessing, 50 % ones', 0.5, 0.5, 0.5),
  binaryJudge('guessing, 90 % ones', 0.9, 0.9, 0.9),
  binaryJudge('weak', 0.6, 0.7, 0.43),
  binaryJudge('biased upwards', 0.6, 0.97, 0.5),
  binaryJudge('biased downwards', 0.6, 0.5, 0.03),
  binaryJudge('near perfect, 99 %', 0.5, 0.99, 0.01),
  binaryJudge('near perfect, 99.7 %, 90 % ones', 0.9, 0.997, 0.003),
  oneSided(0.02),
  oneSided(0.05),
  oneSided(0.1),
  oneSided(0.5),
  binaryJudge('2 % ones', 0.02, 0.8, 0.02),
  binaryJudge('contradicts', 0.5, 0.35, 0.65),
  binaryJudge('perfect, 90 % ones', 0.9, 1, 0),
  binaryJudge('says 1 only', 0.7, 1, 1),
  calibrated(0.7),
  calibrated(0.95),
  ratings('ratings', (label, random) => label + step(random)),
  ratings('ratings, a level too high', (label, random) => label + 0.25 + step(random)),
  ratings('ratings, bent', (label, random) => (label + step(random)) ** 3),
  ratings('ratings, squeezed', (label, random) => 0.45 + 0.1 * label + 0.01 * normal(random)),
];
