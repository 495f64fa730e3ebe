import { createGenerator, hashSeed } from '@assay/metrics';
import type { Cell, Found } from './cell.ts';

/** Nominal 95 %: what a cell may fall to, noise apart. */
const LEAST_COVERAGE = 0.94;
/** Half a point of noise. */
const NOISE = 0.005;
const MOST_ERROR = 0.055;
const FIRST_RUNS = 1000;
const MOST_RUNS = 8000;

/**
 * Simulates a cell from a seed of its own name, so that no other cell changes it. Cells near their limit run on, doubling,
 * until three standard errors lie between or the most runs are done.
 */
export function runCell(cell: Cell, quick: boolean): Found {
  if (cell.exact !== undefined) return found(cell, cell.exact(), 0, 0, null, null, 0);
  const random = createGenerator(hashSeed('simulate', cell.group, cell.shape, cell.size));
  const most = quick ? 400 : (cell.most ?? MOST_RUNS);
  let [runs, good, refused, width, wide, before, compared] = [0, 0, 0, 0, 0, 0, 0];
  for (let until = Math.min(most, cell.first ?? FIRST_RUNS); runs < most; until = Math.min(most, 2 * until)) {
    for (; runs < until; runs++) {
      const outcome = cell.once!(random);
      if (outcome.good === null) refused++;
      else if (outcome.good) good++;
      if (outcome.width !== undefined) {
        width += outcome.width;
        wide++;
      }
      if (outcome.before !== undefined) {
        before += Number(outcome.before);
        compared++;
      }
    }
    if (isClear(cell, good, runs - refused)) break;
  }
  const answered = runs - refused;
  if (cell.measure === 'ratio') return ratioFound(cell, width / wide, runs);
  const value = answered === 0 ? null : good / answered;
  const noise = quick ? 3 * standardError(value ?? 1, answered) : 0;
  return found(
    cell,
    value,
    refused / runs,
    runs,
    wide === 0 ? null : width / wide,
    compared === 0 ? null : before / compared,
    noise,
  );
}

function ratioFound(cell: Cell, value: number, runs: number): Found {
  const [least, most] = cell.limits!;
  return { cell, value, refused: 0, runs, width: null, before: null, passes: least <= value && value <= most };
}

function isClear({ measure }: Cell, good: number, answered: number): boolean {
  if (answered === 0 || measure === 'power' || measure === 'ratio') return true;
  const share = good / answered;
  const limit = measure === 'coverage' ? LEAST_COVERAGE - NOISE : 1 - MOST_ERROR;
  return Math.abs(share - limit) > 3 * standardError(limit, answered);
}

function standardError(share: number, runs: number): number {
  return Math.sqrt(Math.max(share * (1 - share), 0.01) / Math.max(1, runs));
}

function found(
  cell: Cell,
  good: number | null,
  refused: number,
  runs: number,
  width: number | null,
  before: number | null,
  noise: number,
): Found {
  const isError = cell.measure === 'error';
  const passes =
    cell.measure === 'power' ||
    good === null ||
    (isError ? 1 - good <= MOST_ERROR + noise : good >= LEAST_COVERAGE - NOISE - noise);
  const value = good === null ? null : isError ? 1 - good : good;
  return { cell, value, refused, runs, width, before: before === null ? null : isError ? 1 - before : before, passes };
}
