import { type PackedColumn, unpackColumn } from '../../src/rows/packed-column.ts';
import { type Column, type PackedIndex, type PageIndex, ROW_COLUMNS } from '../../src/rows/page-data.ts';

/** A column of as many rows. @throws Error for any other */
export function checkedColumn(json: unknown, rows: number): Column {
  const values = unpackColumn(json as PackedColumn);
  if (values.length !== rows) throw new Error('a column has another number of rows');
  return values;
}

/** An index with its columns, held against what they stand for. @throws Error for what is none */
export function checkedIndex(text: string): PageIndex {
  const packed = JSON.parse(text) as PackedIndex;
  const { rows, models, states, categories, chunkStarts, chunkCharacters } = packed;
  const columns = Object.fromEntries(ROW_COLUMNS.map((name) => [name, checkedColumn(packed[name], rows)])) as Record<
    (typeof ROW_COLUMNS)[number],
    Column
  >;
  const fits =
    arePlaces(packed.model, columns.model, models, 0) &&
    arePlaces(packed.state, columns.state, states, 0) &&
    arePlaces(packed.category, columns.category, categories, -1) &&
    chunkStarts.length === chunkCharacters.length &&
    chunkStarts.every((start, at) => start < rows && start >= (chunkStarts[at - 1] ?? 0));
  if (!fits) throw new Error('an index that does not fit its columns');
  const scores = packed.scores.map(({ values, ...score }) => ({
    ...score,
    values: values === undefined ? null : checkedColumn(values, rows),
  }));
  return { ...packed, ...columns, scores };
}

/** Whether all are places in a list, or `least`. Of runs their ends say it: a look at each row is felt when a page opens. */
function arePlaces(packed: PackedColumn, values: Column, list: readonly string[], least: number): boolean {
  const isPlace = (value: number) => Number.isInteger(value) && value >= least && value < list.length;
  if (!('runs' in packed)) return values.every(isPlace);
  return packed.runs.every(
    ([first, step, rows]) =>
      first !== null && Number.isInteger(step) && isPlace(first) && isPlace(first + step * (rows - 1)),
  );
}
