import type { PageIndex, ScoreColumn } from '../../src/rows/page-data.ts';
import { costOf, type ListedRows, listRows, spreads } from './list-rows.ts';
import type { RowFilter } from './row-filter.ts';

/** Distance from the best, so that smaller is better whichever way the score runs; rows without the score come last. */
function costs({ better, values }: ScoreColumn, sign: 1 | -1): Float64Array {
  return Float64Array.from(values, (value) =>
    value === null ? Number.POSITIVE_INFINITY : sign * costOf(better, value),
  );
}

/** An order that was asked for goes before the list's own. */
function sortKeys(index: PageIndex, filter: RowFilter, listed: ListedRows | null): Float64Array | null {
  const column = index.scores[filter.score];
  if (filter.order === 'slowest') return Float64Array.from(index.elapsedMs, (ms) => (ms === null ? 1 : -ms));
  if (filter.order === 'sample' && listed?.keys != null) return listed.keys;
  if (column === undefined) return null;
  if (filter.order === 'sample') return filter.list === 'worst' ? costs(column, -1) : null;
  if (filter.order === 'differ') return spreads(index, column);
  return costs(column, filter.order === 'best' ? 1 : -1);
}

export interface SelectedRows {
  readonly rows: Int32Array;
  /** Of fixed and broken: what the candidate gained, by row of the page. */
  readonly gains: Float64Array | null;
}

/**
 * The rows that pass the filter, in its order; equal ones by sample, then by model.
 * @param matches 1 for each row that has the filter's text; null while there is no text.
 */
export function selectRows(index: PageIndex, filter: RowFilter, matches: Uint8Array | null): SelectedRows {
  const { model, state, category, sample } = index;
  const values = index.scores[filter.score]?.values;
  const listed = listRows(index, filter);
  const rows = new Int32Array(index.rows);
  let count = 0;
  for (let row = 0; row < index.rows; row++) {
    if (listed !== null && listed.has[row] === 0) continue;
    if (filter.model >= 0 && model[row] !== filter.model) continue;
    if (filter.state >= 0 && state[row] !== filter.state) continue;
    if (filter.category >= 0 && category[row] !== filter.category) continue;
    if (filter.from !== null || filter.to !== null) {
      const value = values?.[row] ?? null;
      if (value === null || value < (filter.from ?? -Infinity) || value > (filter.to ?? Infinity)) continue;
    }
    if (matches !== null && matches[row] === 0) continue;
    rows[count++] = row;
  }
  const keys = sortKeys(index, filter, listed);
  const sorted = rows.subarray(0, count).sort((a, b) => {
    const byKey = keys === null ? 0 : (keys[a] ?? 0) - (keys[b] ?? 0);
    // Infinity − Infinity is NaN, and NaN is falsy.
    return byKey || (sample[a] ?? 0) - (sample[b] ?? 0) || (model[a] ?? 0) - (model[b] ?? 0);
  });
  return { rows: sorted, gains: listed?.gains ?? null };
}
