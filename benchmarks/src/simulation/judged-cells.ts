import {
  expectedHalfWidth,
  type JudgedTarget,
  judgedDifference,
  judgedMean,
  pairedDifference,
  publishedPpi,
  type RandomGenerator,
} from '@assay/metrics';
import { bridgedCells } from './bridged-cells.ts';
import type { Cell, Outcome } from './cell.ts';
import { drawJoint, type JointShare, merged } from './joint-shares.ts';
import { correlatedJudge, drawJudged, JUDGES, type JudgeShape } from './judge-shapes.ts';
import { judgedClusterCells } from './judged-cluster-cells.ts';

const SAMPLES = 5000;
const LABELS = [20, 50, 100, 200, 500];
/** Most cells lie well above their limit and are clear after these: they are told to a point. */
const FIRST = 500;
/** A mean of widths is known to half a per cent after so many. */
const WIDTHS = 250;
const CORRELATIONS = [0, 0.3, 0.5, 0.71, 0.85, 0.95];

/** Means and differences of human scores from few labels and a judge's many. */
export function judgedCells(): Cell[] {
  return [
    ...byCorrelation('process'),
    ...byCorrelation('run'),
    ...skewed(),
    ...hardJudges(),
    ...judgedClusterCells(),
    ...pairs(),
    ...bridgedCells(),
    ...savings(),
    ...plans(),
  ];
}

function byCorrelation(target: JudgedTarget): Cell[] {
  return CORRELATIONS.flatMap((correlation) => {
    const shape = correlatedJudge(0.5, correlation);
    return LABELS.map(
      (labels): Cell => ({
        page: 'judges',
        group: `Judged means, 50 % ones, ${target === 'run' ? 'of these samples' : 'of the process'}`,
        shape: `correlation ${correlation}`,
        size: `${labels} of ${SAMPLES}`,
        measure: 'coverage',
        quick: labels === 50 && (correlation === 0 || correlation === 0.71),
        first: FIRST,
        most: 2000,
        once: (random) => judgedOnce(random, shape, labels, SAMPLES, target),
      }),
    );
  });
}

function skewed(): Cell[] {
  const shape = correlatedJudge(0.8, 0.71);
  return LABELS.map((labels) => ({
    page: 'judges',
    group: 'Judged means, 80 % ones, of the process',
    shape: 'correlation 0.71',
    size: `${labels} of ${SAMPLES}`,
    measure: 'coverage',
    first: FIRST,
    most: 2000,
    once: (random) => judgedOnce(random, shape, labels, SAMPLES, 'process'),
  }));
}

function hardJudges(): Cell[] {
  return JUDGES.flatMap((shape) =>
    [20, 50, 100, 300, 500].map((labels): Cell => {
      const samples = labels === 500 ? 5000 : 2000;
      return {
        page: 'judges',
        group: 'Judged means, judges of every kind, of the process',
        shape: shape.name,
        size: `${labels} of ${samples}`,
        measure: 'coverage',
        quick: labels === 50 && /one-sided error of 2|guessing, 90|bent|contradicts/.test(shape.name),
        first: FIRST,
        most: 2000,
        once: (random) => judgedOnce(random, shape, labels, samples, 'process'),
      };
    }),
  );
}

/** Labels of the first samples only; width as a multiple of that of labels alone. */
function judgedOnce(
  random: RandomGenerator,
  shape: JudgeShape,
  labelled: number,
  samples: number,
  target: JudgedTarget,
): Outcome {
  const given = drawJudged(random, shape, labelled, samples);
  const truth = target === 'process' ? shape.mean : given.labelMean;
  const [low, high] = judgedMean(given, { target })!.interval();
  const alone = widthAlone(given.labels, samples, target);
  if (high - low > alone + 1e-12) throw new Error('wider than labels alone');
  const published = publishedPpi(given.labels, given.judged, given.judge.subarray(labelled)).interval;
  const width = (high - low) / alone;
  // A judge that says one thing only has no published estimate.
  const before = Number.isFinite(published[0]) ? { before: published[0] <= truth && truth <= published[1] } : {};
  return { good: low <= truth && truth <= high, width, ...before };
}

/** Widths of labels of 0 and 1, which only their number decides. */
const known = new Map<string, number>();

/** A judge that says one thing only leaves the labels alone. */
function widthAlone(labels: Float64Array, samples: number, target: JudgedTarget): number {
  const ones = labels.every((label) => label === 0 || label === 1)
    ? labels.reduce((sum, label) => sum + label, 0)
    : null;
  const key = `${ones} of ${labels.length} of ${samples} ${target}`;
  const found = ones === null ? undefined : known.get(key);
  if (found !== undefined) return found;
  // Of the process labels alone say the same, however many samples the judge saw.
  const judge = new Float64Array(target === 'process' ? labels.length : samples);
  const [low, high] = judgedMean({ labels, judged: judge.subarray(0, labels.length), judge }, { target })!.interval();
  if (ones !== null) known.set(key, high - low);
  return high - low;
}

/** Two models, the second with an accuracy of its own; the judge may favour the first. */
interface PairShape {
  readonly name: string;
  readonly second: number;
  readonly right: number;
  readonly favour: number;
}

const PAIRS: readonly PairShape[] = [
  { name: 'guessing, no gap', second: 0.7, right: 0.5, favour: 0 },
  { name: 'right on 90 %, no gap', second: 0.7, right: 0.9, favour: 0 },
  { name: 'right on 90 %, a gap of 10 points', second: 0.6, right: 0.9, favour: 0 },
  { name: 'right on 97 %, a gap of 10 points', second: 0.6, right: 0.97, favour: 0 },
  { name: 'favours the first by 15 points, no gap', second: 0.7, right: 0.9, favour: 0.15 },
];

function pairs(): Cell[] {
  return PAIRS.flatMap((shape) => {
    const shares = pairShares(shape);
    return [20, 50, 100, 300].map(
      (labels): Cell => ({
        page: 'judges',
        group: 'Judged differences of two models, 0/1',
        shape: shape.name,
        size: `${labels} of 2000`,
        measure: 'coverage',
        quick: labels === 50 && shape.favour > 0,
        first: FIRST,
        most: 2000,
        once: (random) => pairOnce(random, 0.7 - shape.second, shares, labels),
      }),
    );
  });
}

/** What the labels' difference and the judge's can be together. */
function pairShares({ second, right, favour }: PairShape): JointShare[] {
  const says = (label: number, extra: number) => {
    const one = label === 1 ? right : extra + (1 - extra) * (1 - right);
    return [
      [1, one],
      [0, 1 - one],
    ] as const;
  };
  const labels = (mean: number) =>
    [
      [1, mean],
      [0, 1 - mean],
    ] as const;
  return merged(
    labels(0.7).flatMap(([a, ofA]) =>
      labels(second).flatMap(([b, ofB]) =>
        says(a, favour / 0.3).flatMap(([saysA, ofSayingA]) =>
          says(b, 0).map(([saysB, ofSayingB]) => ({
            label: a - b,
            judge: saysA - saysB,
            share: ofA * ofB * ofSayingA * ofSayingB,
          })),
        ),
      ),
    ),
  );
}

function pairOnce(random: RandomGenerator, gap: number, shares: readonly JointShare[], labelled: number): Outcome {
  const given = drawJoint(random, shares, labelled, 2000);
  const found = judgedDifference(given)!;
  const [low, high] = found.interval();
  // Labels alone, whatever the judge says.
  const alone = pairedDifference(given.labels, { most: 1 })!.interval();
  const good = low <= gap && gap <= high;
  if (good !== found.pvalue(gap) > 0.05) throw new Error('interval and test contradict one another');
  return { good, width: (high - low) / (alone[1] - alone[0]) };
}

/** The width with a judge of correlation 0.71 and 60 % of the labels, as a multiple of that of all labels alone. */
function savings(): Cell[] {
  const shape = correlatedJudge(0.5, 0.71);
  return [100, 200, 500].map((labels) => ({
    page: 'judges',
    group: 'Judged means: the width from 60 % of the labels, correlation 0.71',
    shape: 'as a multiple of all labels alone',
    size: `${labels} for ${Math.round(labels / 0.6)}`,
    measure: 'ratio',
    limits: [0, 1],
    quick: labels === 100,
    most: WIDTHS,
    once: (random) => {
      const all = drawJudged(random, shape, Math.round(labels / 0.6), SAMPLES);
      const few = { ...all, labels: all.labels.subarray(0, labels), judged: all.judged.subarray(0, labels) };
      const [low, high] = judgedMean(few)!.interval();
      return { good: true, width: (high - low) / widthAlone(all.labels, SAMPLES, 'process') };
    },
  }));
}

/** The half-width that comes out, as a multiple of the one that was planned. */
function plans(): Cell[] {
  return (['process', 'run'] as const).flatMap((target) =>
    [0, 0.3, 0.5, 0.71, 0.85].flatMap((correlation) => {
      const shape = correlatedJudge(0.5, correlation);
      return [50, 100, 200, 500].map(
        (labels): Cell => ({
          page: 'judges',
          group: 'Judged means: the half-width, as a multiple of the planned one',
          shape: `correlation ${correlation}, ${target === 'run' ? 'these samples' : 'process'}`,
          size: `${labels} of ${SAMPLES}`,
          measure: 'ratio',
          limits: [0.9, 1.1],
          quick: labels === 100 && correlation === 0.71,
          most: WIDTHS,
          once: (random) => {
            const given = drawJudged(random, shape, labels, SAMPLES);
            const [low, high] = judgedMean(given, { target })!.interval();
            const plan = { samples: SAMPLES, correlation, target };
            return { good: true, width: (high - low) / 2 / expectedHalfWidth(labels, plan) };
          },
        }),
      );
    }),
  );
}
