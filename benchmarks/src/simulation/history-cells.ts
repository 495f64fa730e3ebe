import { boundedSequence, predictedSequence, type RandomGenerator } from '@assay/metrics';
import type { Cell } from './cell.ts';

/** Rows of a dataset, of which half are asked. */
const ROWS = 300;
const ASKED = 150;

/** Rows of one that is large beside what is asked: there predictions can cost most. */
const MANY = 5000;

/** Of a row in earlier runs, from the chance in this one. */
type Earlier = (own: number, random: RandomGenerator) => number;

const HISTORIES: readonly (readonly [string, Earlier])[] = [
  ['predicts', (own) => own],
  ['tells nothing', (_own, random) => chanceOf(random)],
  ['misleads', (own) => 1 - own],
  ['tells half of the rows', (own, random) => (random.random() < 0.5 ? own : chanceOf(random))],
];

/** Runs that earlier runs of the same data predict: how often the interval misses, and how much wider than plain's it gets. */
export function historyCells(): Cell[] {
  const kinds = HISTORIES.flatMap(([history, earlier]) =>
    [true, false].map((isBinary) => ({
      shape: isBinary ? '0/1' : 'graded',
      size: `history ${history}`,
      quick: isBinary && history === 'predicts',
      measure: 'error' as const,
      rowsOf: (random: RandomGenerator, count: number) => dataset(random, count, earlier, isBinary),
      isBinary,
    })),
  );
  return [
    ...kinds.map(({ rowsOf, isBinary, ...cell }): Cell => {
      const group = 'Early stop with earlier runs: intervals that miss at any time (×: width by the one without)';
      return { ...cell, group, most: 600, once: (random) => held(rowsOf(random, ROWS), isBinary) };
    }),
    ...kinds.map(({ rowsOf, isBinary, ...cell }): Cell => {
      const group =
        'Early stop with earlier runs: wider than without them by more than 5 %, at any time while that holds the truth';
      return {
        ...cell,
        group,
        most: 100,
        once: (random) => ({ good: widest(rowsOf(random, MANY), isBinary) <= 1.05 }),
      };
    }),
  ];
}

/** Two rows in three are nearly sure, the others open. */
function chanceOf(random: RandomGenerator): number {
  const at = random.random();
  if (at < 0.35) return 0.97;
  return at < 0.65 ? 0.03 : 0.25 + 0.5 * random.random();
}

interface Row {
  readonly score: number;
  readonly prediction: number;
}

function dataset(random: RandomGenerator, count: number, earlier: Earlier, isBinary: boolean): Row[] {
  const scoreOf = (chance: number) =>
    isBinary ? Number(random.random() < chance) : Math.min(1, Math.max(0, chance + 0.3 * (random.random() - 0.5)));
  return Array.from({ length: count }, () => {
    const own = chanceOf(random);
    const before = earlier(own, random);
    const answers = Array.from({ length: 5 }, () => scoreOf(before));
    return { score: scoreOf(own), prediction: answers.reduce((sum, each) => sum + each, 0) / answers.length };
  });
}

/** With half the rounding for the predicted one, as a run has them. */
function sequences(rows: readonly Row[], binary: boolean, resolution: number) {
  const predictions = rows.map(({ prediction }) => prediction);
  return {
    plain: boundedSequence({ binary, resolution }),
    predicted: predictedSequence({ predictions, binary, resolution: 2 * resolution }),
  };
}

function held(rows: readonly Row[], isBinary: boolean) {
  const truth = rows.reduce((sum, { score }) => sum + score, 0) / rows.length;
  const { plain, predicted } = sequences(rows, isBinary, 100);
  let isHeld = true;
  for (const { score } of rows.slice(0, ASKED)) {
    plain.add(score);
    const { lower, upper } = predicted.add(score);
    isHeld &&= lower <= truth && truth <= upper;
  }
  const width = plain.upper - plain.lower;
  // A plain sequence whose ends have met has no width to compare with.
  return { good: isHeld, ...(width > 0 ? { width: (predicted.upper - predicted.lower) / width } : {}) };
}

/**
 * The greatest width by plain's, at any time from the first decision on while plain's holds the truth: one that has missed
 * goes on to rule out every candidate, and nothing is narrower than nothing.
 */
function widest(rows: readonly Row[], isBinary: boolean): number {
  const { plain, predicted } = sequences(rows, isBinary, 1000);
  const truth = rows.reduce((sum, { score }) => sum + score, 0) / rows.length;
  let most = 0;
  for (const [at, { score }] of rows.slice(0, ASKED).entries()) {
    plain.add(score);
    predicted.add(score);
    if (truth < plain.lower || truth > plain.upper) break;
    if (at >= 29) most = Math.max(most, (predicted.upper - predicted.lower) / (plain.upper - plain.lower));
  }
  return most;
}
