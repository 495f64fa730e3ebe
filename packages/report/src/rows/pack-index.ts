import { scriptSafeJson } from '../page/json-block.ts';
import { packColumn } from './pack-column.ts';
import { type PackedIndex, type PageIndex, ROW_COLUMNS, scoresName } from './page-data.ts';

/** JSON by name. */
export type Block = readonly [name: string, json: string];

/**
 * An index as script-safe JSON: one block, or where `isApart` one with what every page needs and one for each score, so
 * that a page of a million rows fetches what it shows.
 */
export function packIndex(index: PageIndex, isApart: boolean): Block[] {
  const columns = Object.fromEntries(ROW_COLUMNS.map((name) => [name, packColumn(index[name])])) as Pick<
    PackedIndex,
    (typeof ROW_COLUMNS)[number]
  >;
  const apart: Block[] = [];
  const scores = index.scores.map(({ values, ...score }, place) => {
    const packed = packColumn(values ?? new Float64Array());
    if (!isApart) return { ...score, values: packed };
    apart.push([scoresName(place), scriptSafeJson(packed)]);
    return score;
  });
  const packed: PackedIndex = { ...index, ...columns, scores };
  return [['index', scriptSafeJson(packed)], ...apart];
}
