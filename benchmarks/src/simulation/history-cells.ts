import { boundedSequence, predictedSequence, type RandomGenerator } from '@assay/metrics';
import type { Cell } from './cell.ts';

/** Rows of a dataset, of which half are asked. */
const ROWS = 300;
const ASKED = 150;

/** What earlier runs have to do with this one: their chance on a row, from this run's. */
const HISTORIES: readonly (readonly [string, (own: number, random: RandomGenerator) => number])[] = [
  ['predicts', (own) => own],
  ['tells nothing', (_own, random) => chanceOf(random)],
  ['misleads', (own) => 1 - own],
];

/** Runs that earlier runs of the same data predict: how often the interval misses at any time, and its width beside plain's. */
export function historyCells(): Cell[] {
  return HISTORIES.flatMap(([history, earlier]) =>
    [true, false].map(
      (isBinary): Cell => ({
        group: 'Early stop with earlier runs: intervals that miss at any time (×: width by the one without)',
        shape: isBinary ? '0/1' : 'graded',
        size: `history ${history}`,
        measure: 'error',
        quick: isBinary && history === 'predicts',
        most: 1200,
        once: (random) => once(random, earlier, isBinary),
      }),
    ),
  );
}

/** Two rows in three are nearly sure, the others open. */
function chanceOf(random: RandomGenerator): number {
  const at = random.random();
  if (at < 0.35) return 0.97;
  return at < 0.65 ? 0.03 : 0.25 + 0.5 * random.random();
}

function once(random: RandomGenerator, earlier: (own: number, random: RandomGenerator) => number, isBinary: boolean) {
  const scoreOf = (chance: number) =>
    isBinary ? Number(random.random() < chance) : Math.min(1, Math.max(0, chance + 0.3 * (random.random() - 0.5)));
  const rows = Array.from({ length: ROWS }, () => {
    const own = chanceOf(random);
    const before = earlier(own, random);
    const answers = Array.from({ length: 5 }, () => scoreOf(before));
    return { score: scoreOf(own), prediction: answers.reduce((sum, each) => sum + each, 0) / answers.length };
  });
  const truth = rows.reduce((sum, { score }) => sum + score, 0) / ROWS;
  const options = { resolution: 200 };
  const plain = boundedSequence({ binary: isBinary, ...options });
  const predicted = predictedSequence({ predictions: rows.map(({ prediction }) => prediction), ...options });
  let isHeld = true;
  for (const { score } of rows.slice(0, ASKED)) {
    plain.add(score);
    const { lower, upper } = predicted.add(score);
    isHeld &&= lower <= truth && truth <= upper;
  }
  return { good: isHeld, width: (predicted.upper - predicted.lower) / (plain.upper - plain.lower) };
}
