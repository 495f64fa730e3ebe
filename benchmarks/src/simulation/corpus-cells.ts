import {
  aucDifference,
  aucEstimate,
  bleuCorpusScore,
  type CorpusRow,
  type CorpusScore,
  chrfCorpusScore,
  corpusDifference,
  corpusEstimate,
  kappaScore,
  macroF1Score,
  meanClassRate,
  normalCdf,
  type RandomGenerator,
  ratioScore,
} from '@assay/metrics';
import type { Cell } from './cell.ts';
import { BLEU, CHRF, type CorpusSource, classes, RATIO, raters, TER, truth } from './corpus-rows.ts';
import { normal } from './shapes.ts';

const RARE = [0.05, 0.45, 0.5];
const EVEN = [1 / 3, 1 / 3, 1 / 3];
const SIZES = [10, 30, 100, 300];

const SCORES: readonly (readonly [CorpusSource, CorpusScore])[] = [
  [BLEU, bleuCorpusScore()],
  [CHRF, chrfCorpusScore()],
  [TER, ratioScore()],
  [RATIO, ratioScore([0, 1])],
  [classes('macro F1, a class of 5 %', RARE, 0.75, 'f1'), macroF1Score(3)],
  [classes('macro F1, even', EVEN, 0.75, 'f1'), macroF1Score(3)],
  [classes('balanced accuracy, a class of 5 %', RARE, 0.75, 'recall'), meanClassRate(3)],
  [classes('balanced accuracy, even', EVEN, 0.75, 'recall'), meanClassRate(3)],
  [raters(0.5), kappaScore(2)],
  [raters(0.1), kappaScore(2)],
];

/** Scores over the corpus: alone, in clusters, of two models; and areas under the ROC curve. */
export function corpusCells(): Cell[] {
  return [
    ...SCORES.flatMap(alone),
    ...SCORES.slice(0, 6).flatMap(paired),
    ...SCORES.slice(2, 8).flatMap(inClusters),
    ...areas(),
    ...pairedAreas(),
  ];
}

function alone([source, score]: (typeof SCORES)[number]): Cell[] {
  const mean = () => truth(source, score.statistic);
  return SIZES.map(
    (n): Cell => ({
      group: 'Corpus and class scores',
      shape: source.name,
      size: `${n}`,
      measure: 'coverage',
      quick: n === 30,
      most: 4000,
      once: (random) => {
        const rows = Array.from({ length: n }, () => ({ row: draw(random, source) }));
        const interval = corpusEstimate(rows, score)?.interval();
        return { good: interval === undefined ? null : interval[0] <= mean() && mean() <= interval[1] };
      },
    }),
  );
}

/** Both models alike: how often one is called better. */
function paired([source, score]: (typeof SCORES)[number]): Cell[] {
  return SIZES.map(
    (n): Cell => ({
      group: 'Corpus scores of two like models: false verdicts',
      shape: source.name,
      size: `${n}`,
      measure: 'error',
      quick: n === 30,
      most: 4000,
      once: (random) => {
        const pairs = Array.from({ length: n }, () => {
          const sample = source.sample(random) as never;
          return { baseline: source.row(random, sample), candidate: source.row(random, sample) };
        });
        const found = corpusDifference(pairs, score);
        return { good: found === null ? null : found.pvalue() > 0.05 };
      },
    }),
  );
}

/** Clusters of four samples that share what makes them hard. */
function inClusters([source, score]: (typeof SCORES)[number]): Cell[] {
  const mean = () => truth(source, score.statistic);
  return [3, 10, 30].map(
    (count): Cell => ({
      group: 'Corpus and class scores in clusters of 4',
      shape: source.name,
      size: `${count}`,
      measure: 'coverage',
      most: 4000,
      once: (random) => {
        const rows = Array.from({ length: count }, () => cluster(random, source));
        const interval = corpusEstimate(rows, score)?.interval();
        return { good: interval === undefined ? null : interval[0] <= mean() && mean() <= interval[1] };
      },
    }),
  );
}

function cluster(random: RandomGenerator, source: CorpusSource): CorpusRow {
  const sample = source.sample(random) as never;
  const row = source.row(random, sample);
  for (let i = 1; i < 4; i++) {
    for (const [column, value] of source.row(random, sample).entries()) row[column]! += value;
  }
  return { row, size: 4 };
}

function areas(): Cell[] {
  const cases = [
    ['area under the ROC curve, even', 0.5, 1.53],
    ['area under the ROC curve, 10 % positive', 0.1, 1.53],
    ['area under the ROC curve, near 1', 0.5, 2.9],
  ] as const;
  return cases.flatMap(([name, share, distance]) =>
    SIZES.map(
      (n): Cell => ({
        group: 'Corpus and class scores',
        shape: name,
        size: `${n}`,
        measure: 'coverage',
        quick: n === 30,
        most: 4000,
        once: (random) => {
          const [negative, positive]: [number[], number[]] = [[], []];
          for (let i = 0; i < n; i++) {
            if (random.random() < share) positive.push(distance + normal(random));
            else negative.push(normal(random));
          }
          const area = normalCdf(distance / Math.SQRT2);
          const interval = aucEstimate(negative, positive)?.interval();
          return { good: interval === undefined ? null : interval[0] <= area && area <= interval[1] };
        },
      }),
    ),
  );
}

/** Two models whose ranks go together and are as good. */
function pairedAreas(): Cell[] {
  const cases = [
    ['area under the ROC curve, even', 0.5],
    ['area under the ROC curve, 10 % positive', 0.1],
  ] as const;
  return cases.flatMap(([name, share]) =>
    SIZES.map(
      (n): Cell => ({
        group: 'Corpus scores of two like models: false verdicts',
        shape: name,
        size: `${n}`,
        measure: 'error',
        quick: n === 30,
        most: 4000,
        once: (random) => {
          const pairs = Array.from({ length: n }, () => {
            const isPositive = random.random() < share;
            const shared = normal(random) + (isPositive ? 1.53 : 0);
            const own = () => shared + 0.6 * normal(random);
            return { isPositive, baseline: own(), candidate: own() };
          });
          const found = aucDifference(pairs);
          return { good: found === null ? null : found.pvalue() > 0.05 };
        },
      }),
    ),
  );
}

function draw(random: RandomGenerator, source: CorpusSource): Float64Array {
  return source.row(random, source.sample(random) as never);
}
