import type { Column, PageIndex, ScoreColumn } from '../../src/rows/page-data.ts';
import { remember } from './remember.ts';
import type { RowFilter } from './row-filter.ts';
import { eachSample } from './row-order.ts';

/** The rows that answer a question about the samples, and in which order. */
export interface ListedRows {
  /** 1 for each row of the list. */
  readonly has: Uint8Array;
  readonly count: number;
  /** Ascending; null keeps the order of the samples. */
  readonly keys: Column | null;
  /** Of fixed and broken: what the candidate gained on the baseline, by row, above 0 for better. */
  readonly gains: Column | null;
}

/** Judges that are less sure than this of what they said are unsure: two of three would be. */
const SURE = 0.75;

/** Whichever way the score runs: smaller is better. */
export function costOf(better: ScoreColumn['better'], value: number): number {
  if (better === 'higher') return -value;
  return better === 'lower' ? value : Math.abs(value - better.target);
}

/** What `filter.list` asks for, worked out once for each column; null for all rows in their order. */
export function listRows(index: PageIndex, filter: RowFilter): ListedRows | null {
  const column = index.scores[filter.score];
  const { list, baseline, candidate } = filter;
  if (list === 'all') return null;
  if (list === 'noted' && index.noted === undefined)
    return { has: new Uint8Array(index.rows), count: 0, keys: null, gains: null };
  // A score that is still to be fetched has no row yet.
  const values = column?.values ?? null;
  const of =
    { longest: index.length, cut: index.cut, unsure: index.sureness, noted: index.noted }[list as string] ?? values;
  if (of === null) return { has: new Uint8Array(index.rows), count: 0, keys: null, gains: null };
  const isOfPair = list === 'fixed' || list === 'broken';
  return remember(of, `${list} ${isOfPair ? `${baseline} ${candidate}` : ''}`, () => {
    if (isOfPair) return changedRows(index, column!, filter);
    return list === 'disagree' ? disagreeing(index, column!) : simpleList(index, list, of);
  });
}

/** Plain loops: every list is counted when a page opens. */
function simpleList({ rows, state, states }: PageIndex, list: RowFilter['list'], of: Column): ListedRows {
  const has = new Uint8Array(rows);
  if (list === 'unscored') {
    const scored = states.indexOf('scored');
    for (let row = 0; row < rows; row++) has[row] = state[row] !== scored || Number.isNaN(of[row]) ? 1 : 0;
    return listOf(has, null);
  }
  if (list === 'unsure') {
    for (let row = 0; row < rows; row++) has[row] = of[row]! < SURE ? 1 : 0;
    return listOf(has, of);
  }
  const least = list === 'worst' ? -Infinity : 1;
  for (let row = 0; row < rows; row++) has[row] = of[row]! >= least ? 1 : 0;
  return listOf(has, list === 'longest' ? remember(of, 'longest first', () => of.map((length) => -length)) : null);
}

function listOf(has: Uint8Array, keys: Column | null, gains: Column | null = null): ListedRows {
  let count = 0;
  for (let row = 0; row < has.length; row++) count += has[row]!;
  return { has, count, keys, gains };
}

/** Rows of the candidate whose sample it answers better (or worse) than the baseline, the largest change first. */
function changedRows(index: PageIndex, { values, better }: ScoreColumn, filter: RowFilter): ListedRows {
  const sign = filter.list === 'fixed' ? 1 : -1;
  const has = new Uint8Array(index.rows);
  const keys = new Float64Array(index.rows);
  const gains = new Float64Array(index.rows);
  eachSample(index, (order, from, to) => {
    let before = Number.NaN;
    for (let at = from; at < to; at++) {
      const value = values![order[at]!]!;
      if (index.model[order[at]!] === filter.baseline && !Number.isNaN(value)) before = value;
    }
    if (Number.isNaN(before)) return;
    for (let at = from; at < to; at++) {
      const row = order[at]!;
      const value = values![row]!;
      if (Number.isNaN(value) || index.model[row] !== filter.candidate) continue;
      const gain = costOf(better, before) - costOf(better, value);
      gains[row] = gain;
      keys[row] = -Math.abs(gain);
      if (sign * gain > 0) has[row] = 1;
    }
  });
  return listOf(has, keys, gains);
}

/** Rows of the samples whose models have different scores, the widest apart first. */
function disagreeing(index: PageIndex, column: ScoreColumn): ListedRows {
  const keys = spreads(index, column);
  return listOf(
    Uint8Array.from(keys, (spread) => (spread < 0 ? 1 : 0)),
    keys,
  );
}

/** For each row, minus the spread of its sample's score over the models. */
export function spreads(index: PageIndex, { values }: ScoreColumn): Column {
  if (values === null) return new Float64Array(index.rows);
  return remember(values, 'spreads', () => {
    const found = new Float64Array(index.rows);
    eachSample(index, (order, from, to) => {
      let [low, high] = [Infinity, -Infinity];
      for (let at = from; at < to; at++) {
        const value = values[order[at]!]!;
        if (value < low) low = value;
        if (value > high) high = value;
      }
      if (high > low) for (let at = from; at < to; at++) found[order[at]!] = low - high;
    });
    return found;
  });
}
