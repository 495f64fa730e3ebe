import type { RandomGenerator } from '@assay/metrics';
import { drawJoint, type JointShare, type JudgedDraw, merged } from './joint-shares.ts';
import { beta, normal, pool } from './shapes.ts';

/** A human label in [0, 1] and what a judge says of the same sample. */
export type Judged = readonly [label: number, judge: number];

/** A judge that is right or wrong in its own way, on labels of a known mean. */
export interface JudgeShape {
  readonly name: string;
  /** The true mean of the labels. */
  readonly mean: number;
  /** Where label and judge are one of few pairs. */
  readonly shares?: readonly JointShare[];
  draw(random: RandomGenerator): Judged;
}

/** As many samples, of which humans labelled the first. */
export function drawJudged(random: RandomGenerator, shape: JudgeShape, labelled: number, samples: number): JudgedDraw {
  if (shape.shares !== undefined) return drawJoint(random, shape.shares, labelled, samples);
  const labels = new Float64Array(labelled);
  const judge = new Float64Array(samples);
  let total = 0;
  for (let i = 0; i < samples; i++) {
    const [label, said] = shape.draw(random);
    total += label;
    if (i < labelled) labels[i] = label;
    judge[i] = said;
  }
  return { labels, judged: judge.subarray(0, labelled), judge, labelMean: total / samples };
}

/** 0/1 labels and a judge that says 1 with these chances where the label is 1, and where it is 0. */
function binaryJudge(name: string, mean: number, onOnes: number, onZeros: number): JudgeShape {
  const pairs = [1, 0].flatMap((label) => {
    const says = label === 1 ? onOnes : onZeros;
    const own = label === 1 ? mean : 1 - mean;
    return [
      { label, judge: 1, share: own * says },
      { label, judge: 0, share: own * (1 - says) },
    ];
  });
  return {
    name,
    mean,
    shares: merged(pairs),
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
  const chances = pool(`calibrated ${mean}`, (random) => beta(random, 4 * mean, 4 * (1 - mean)));
  return {
    name: `calibrated probabilities, ${100 * mean} % ones`,
    mean: chances.mean,
    draw: (random) => {
      const chance = chances.draw(random);
      return [Number(random.random() < chance), chance];
    },
  };
}

const RATINGS = [0.05, 0.1, 0.2, 0.35, 0.3];

/** Labels of five levels; the judge misses by a level, both ways or upwards, and may bend the scale. */
function ratings(name: string, judge: (missed: number) => number): JudgeShape {
  const pairs = RATINGS.flatMap((own, level) =>
    [
      [-0.25, 0.2],
      [0.25, 0.2],
      [0, 0.6],
    ].map(([step, chance]) => ({
      label: level / 4,
      judge: Math.min(1, Math.max(0, judge(level / 4 + step!))),
      share: own * chance!,
    })),
  );
  const shares = merged(pairs);
  return {
    name,
    mean: meanRating(),
    shares,
    draw: (random) => {
      const { labels, judge: said } = drawJoint(random, shares, 1, 1);
      return [labels[0]!, said[0]!];
    },
  };
}

/** The judge speaks on a tenth of the scale, and is never sure. */
function squeezed(name: string): JudgeShape {
  const labelOf = (random: RandomGenerator) => {
    let left = random.random();
    for (let level = 0; level < RATINGS.length - 1; level++) {
      left -= RATINGS[level]!;
      if (left < 0) return level / 4;
    }
    return 1;
  };
  return {
    name,
    mean: meanRating(),
    draw: (random) => {
      const label = labelOf(random);
      return [label, Math.min(1, Math.max(0, 0.45 + 0.1 * label + 0.01 * normal(random)))];
    },
  };
}

function meanRating(): number {
  return RATINGS.reduce((sum, share, level) => sum + (share * level) / 4, 0);
}

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
  ratings('ratings', (missed) => missed),
  ratings('ratings, a level too high', (missed) => missed + 0.25),
  ratings('ratings, bent', (missed) => missed ** 3),
  squeezed('ratings, squeezed'),
];
