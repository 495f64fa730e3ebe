import type { Column, PageIndex, ScoreColumn } from '../../src/rows/page-data.ts';
import { costOf, type ListedRows, listRows, spreads } from './list-rows.ts';
import { remember } from './remember.ts';
import type { RowFilter } from './row-filter.ts';
import { naturalOrder, orderBy } from './row-order.ts';

/** Distance from the best, so that smaller is better whichever way the score runs; rows without the score have NaN. */
function costs({ better, values }: ScoreColumn, sign: 1 | -1): Column | null {
  if (values === null) return null;
  return remember(values, `costs ${sign}`, () => {
    const found = new Float64Array(values.length);
    for (let row = 0; row < found.length; row++) found[row] = sign * costOf(better, values[row]!);
    return found;
  });
}

/** Works out the orders by a score before anybody asks for them. */
export function prepareOrders(index: PageIndex, { score }: Pick<RowFilter, 'score'>): void {
  const column = index.scores[score];
  if (column === undefined) return;
  for (const keys of [costs(column, -1), costs(column, 1)]) if (keys !== null) orderBy(index, keys);
}

/** An order that was asked for goes before the list's own. */
function sortKeys(index: PageIndex, filter: RowFilter, listed: ListedRows | null): Column | null {
  const column = index.scores[filter.score];
  if (filter.order === 'slowest') return remember(index.elapsedMs, 'slowest', () => index.elapsedMs.map((ms) => -ms));
  if (filter.order === 'sample' && listed?.keys != null) return listed.keys;
  if (column === undefined) return null;
  if (filter.order === 'sample') return filter.list === 'worst' ? costs(column, -1) : null;
  if (filter.order === 'differ') return spreads(index, column);
  return costs(column, filter.order === 'best' ? 1 : -1);
}

export interface SelectedRows {
  readonly rows: Int32Array;
  /** Of fixed and broken: what the candidate gained, by row of the page. */
  readonly gains: Column | null;
}

/**
 * The rows that pass the filter, in its order; equal ones by sample, then by model. Orders and lists are worked out once for
 * each column, so that a filter is one pass over the rows.
 * @param matches 1 for each row that has the filter's text; null while there is no text.
 */
export function selectRows(index: PageIndex, filter: RowFilter, matches: Uint8Array | null): SelectedRows {
  const { model, state, category } = index;
  const { from, to } = filter;
  const hasRange = from !== null || to !== null;
  const values = index.scores[filter.score]?.values ?? null;
  const listed = listRows(index, filter);
  const has = listed?.has ?? null;
  const keys = sortKeys(index, filter, listed);
  const order = keys === null ? naturalOrder(index) : orderBy(index, keys);
  const rows = new Int32Array(index.rows);
  let count = 0;
  for (const row of order) {
    if (has !== null && has[row] === 0) continue;
    if (filter.model >= 0 && model[row] !== filter.model) continue;
    if (filter.state >= 0 && state[row] !== filter.state) continue;
    if (filter.category >= 0 && category[row] !== filter.category) continue;
    // Not `<` and `>`: a row without the score is in no range.
    if (hasRange && !(values !== null && values[row]! >= (from ?? -Infinity) && values[row]! <= (to ?? Infinity)))
      continue;
    if (matches !== null && matches[row] === 0) continue;
    rows[count++] = row;
  }
  return { rows: rows.subarray(0, count), gains: listed?.gains ?? null };
}
