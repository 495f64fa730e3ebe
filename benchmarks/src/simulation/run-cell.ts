import { createGenerator, hashSeed } from '@assay/metrics';
import type { Cell, Found } from './cell.ts';

/** Nominal 95 %: what a cell may fall to, noise apart. */
const LEAST_COVERAGE = 0.94;
/** Half a point of noise. */
const NOISE = 0.005;
const MOST_ERROR = 0.055;
const FIRST_RUNS = 1000;
const MOST_RUNS = 8000;

/** Of what only some outcomes say. */
class Mean {
  #sum = 0;
  #n = 0;

  add(figure: number | boolean | undefined): void {
    if (figure === undefined) return;
    this.#sum += Number(figure);
    this.#n += 1;
  }

  get value(): number | null {
    return this.#n === 0 ? null : this.#sum / this.#n;
  }
}

/**
 * Simulates a cell from a seed of its own name, so that no other cell changes it. Cells near their limit run on, doubling,
 * until three standard errors lie between or the most runs are done.
 */
export function runCell(cell: Cell, quick: boolean): Found {
  if (cell.exact !== undefined) return found(cell, { good: cell.exact() });
  const random = createGenerator(hashSeed('simulate', cell.group, cell.shape, cell.size));
  const most = quick ? 400 : (cell.most ?? MOST_RUNS);
  let [runs, good, refused] = [0, 0, 0];
  const [width, widthBefore, before] = [new Mean(), new Mean(), new Mean()];
  for (let until = Math.min(most, cell.first ?? FIRST_RUNS); runs < most; until = Math.min(most, 2 * until)) {
    for (; runs < until; runs++) {
      const outcome = cell.once!(random);
      if (outcome.good === null) refused++;
      else if (outcome.good) good++;
      width.add(outcome.width);
      widthBefore.add(outcome.widthBefore);
      before.add(outcome.before);
    }
    if (isClear(cell, good, runs - refused)) break;
  }
  if (cell.measure === 'ratio') return ratioFound(cell, width.value!, runs);
  const answered = runs - refused;
  const share = answered === 0 ? null : good / answered;
  return found(
    cell,
    { good: share, refused: refused / runs, runs, before: before.value },
    { width: width.value, widthBefore: widthBefore.value },
    quick ? 3 * standardError(share ?? 1, answered) : 0,
  );
}

function ratioFound(cell: Cell, value: number, runs: number): Found {
  const [least, most] = cell.limits!;
  return { cell, value, refused: 0, runs, ...NO_WIDTHS, before: null, passes: least <= value && value <= most };
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

const NO_WIDTHS = { width: null, widthBefore: null };

/** Shares of outcomes. */
interface Shares {
  readonly good: number | null;
  readonly refused?: number;
  readonly runs?: number;
  readonly before?: number | null;
}

function found(
  cell: Cell,
  { good, refused = 0, runs = 0, before = null }: Shares,
  widths: Pick<Found, 'width' | 'widthBefore'> = NO_WIDTHS,
  noise: number = 0,
): Found {
  const isError = cell.measure === 'error';
  const passes =
    cell.measure === 'power' ||
    good === null ||
    (isError ? 1 - good <= MOST_ERROR + noise : good >= LEAST_COVERAGE - NOISE - noise);
  const told = (share: number | null) => (share !== null && isError ? 1 - share : share);
  return { cell, value: told(good), refused, runs, ...widths, before: told(before), passes };
}
