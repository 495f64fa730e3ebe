import type { PageIndex, ScoreColumn } from '../../src/rows/page-data.ts';
import type { RowFilter } from './row-filter.ts';

/** The rows that answer a question about the samples, and in which order. */
export interface ListedRows {
  /** 1 for each row of the list. */
  readonly has: Uint8Array;
  /** Ascending; null keeps the order of the samples. */
  readonly keys: Float64Array | null;
  /** Of fixed and broken: what the candidate gained on the baseline, by row, above 0 for better. */
  readonly gains: Float64Array | null;
}

/** Whichever way the score runs: smaller is better. */
export function costOf(better: ScoreColumn['better'], value: number): number {
  if (better === 'higher') return -value;
  return better === 'lower' ? value : Math.abs(value - better.target);
}

/** What `filter.list` asks for; null for all rows in their order. */
export function listRows(index: PageIndex, filter: RowFilter): ListedRows | null {
  const column = index.scores[filter.score];
  const pick = (is: (row: number) => boolean, keys: Float64Array | null = null): ListedRows => ({
    has: Uint8Array.from({ length: index.rows }, (_, row) => (is(row) ? 1 : 0)),
    keys,
    gains: null,
  });
  switch (filter.list) {
    case 'fixed':
    case 'broken':
      return column === undefined ? pick(() => false) : changedRows(index, column, filter);
    case 'disagree':
      return column === undefined ? pick(() => false) : disagreeing(index, column);
    case 'worst':
      return pick((row) => (column?.values[row] ?? null) !== null);
    case 'longest':
      return pick(
        (row) => (index.length[row] ?? 0) > 0,
        Float64Array.from(index.length, (length) => -length),
      );
    case 'cut': {
      const cut = new Set(index.cut);
      return pick((row) => cut.has(row));
    }
    case 'unscored': {
      const scored = index.states.indexOf('scored');
      return pick((row) => index.state[row] !== scored || (column?.values[row] ?? null) === null);
    }
    default:
      return null;
  }
}

/** Rows of the candidate whose sample it answers better (or worse) than the baseline, the largest change first. */
function changedRows(index: PageIndex, column: ScoreColumn, filter: RowFilter): ListedRows {
  const before = new Map<number, number>();
  column.values.forEach((value, row) => {
    if (value !== null && index.model[row] === filter.baseline) before.set(index.sample[row] ?? -1, value);
  });
  const sign = filter.list === 'fixed' ? 1 : -1;
  const has = new Uint8Array(index.rows);
  const keys = new Float64Array(index.rows);
  const gains = new Float64Array(index.rows);
  column.values.forEach((value, row) => {
    const old = before.get(index.sample[row] ?? -1);
    if (value === null || old === undefined || index.model[row] !== filter.candidate) return;
    const gain = costOf(column.better, old) - costOf(column.better, value);
    gains[row] = gain;
    keys[row] = -Math.abs(gain);
    if (sign * gain > 0) has[row] = 1;
  });
  return { has, keys, gains };
}

/** Rows of the samples whose models have different scores, the widest apart first. */
function disagreeing(index: PageIndex, column: ScoreColumn): ListedRows {
  const keys = spreads(index, column);
  return { has: Uint8Array.from(keys, (spread) => (spread < 0 ? 1 : 0)), keys, gains: null };
}

/** For each row, minus the spread of its sample's score over the models. */
export function spreads(index: PageIndex, column: ScoreColumn): Float64Array {
  const ends = new Map<number, [low: number, high: number]>();
  column.values.forEach((value, row) => {
    if (value === null) return;
    const sample = index.sample[row] ?? 0;
    const known = ends.get(sample);
    if (known === undefined) ends.set(sample, [value, value]);
    else {
      known[0] = Math.min(known[0], value);
      known[1] = Math.max(known[1], value);
    }
  });
  return Float64Array.from(index.sample, (sample) => {
    const [low, high] = ends.get(sample) ?? [0, 0];
    return low - high;
  });
}
