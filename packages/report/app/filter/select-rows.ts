import type { PageIndex, ScoreColumn } from '../../src/rows/page-data.ts';
import type { RowFilter } from './row-filter.ts';

/** Distance from the best, so that smaller is better whichever way the score runs; rows without the score come last. */
function costs(column: ScoreColumn, sign: 1 | -1): Float64Array {
  const { better, values } = column;
  return Float64Array.from(values, (value) => {
    if (value === null) return Number.POSITIVE_INFINITY;
    const cost = better === 'higher' ? -value : better === 'lower' ? value : Math.abs(value - better.target);
    return sign * cost;
  });
}

/** For each row, minus the spread of its sample's score over the models. */
function spreads(index: PageIndex, column: ScoreColumn): Float64Array {
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

function sortKeys(index: PageIndex, filter: RowFilter): Float64Array | null {
  const column = index.scores[filter.score];
  if (filter.order === 'slowest') return Float64Array.from(index.elapsedMs, (ms) => (ms === null ? 1 : -ms));
  if (filter.order === 'sample' || column === undefined) return null;
  if (filter.order === 'differ') return spreads(index, column);
  return costs(column, filter.order === 'best' ? 1 : -1);
}

/**
 * The rows that pass the filter, in its order; equal ones by sample, then by model.
 * @param matches 1 for each row that has the filter's text; null while there is no text.
 */
export function selectRows(index: PageIndex, filter: RowFilter, matches: Uint8Array | null): Int32Array {
  const { model, state, category, sample } = index;
  const values = index.scores[filter.score]?.values;
  const rows = new Int32Array(index.rows);
  let count = 0;
  for (let row = 0; row < index.rows; row++) {
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
  const keys = sortKeys(index, filter);
  return rows.subarray(0, count).sort((a, b) => {
    const byKey = keys === null ? 0 : (keys[a] ?? 0) - (keys[b] ?? 0);
    // Infinity − Infinity is NaN, and NaN is falsy.
    return byKey || (sample[a] ?? 0) - (sample[b] ?? 0) || (model[a] ?? 0) - (model[b] ?? 0);
  });
}
