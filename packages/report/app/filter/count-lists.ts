import type { PageIndex } from '../../src/rows/page-data.ts';
import { listRows } from './list-rows.ts';
import { type RowFilter, SAMPLE_LISTS, type SampleList } from './row-filter.ts';

/** How many rows each list has, whatever else narrows it. */
export function countLists(index: PageIndex, filter: RowFilter): Record<SampleList, number> {
  const counts = SAMPLE_LISTS.map((list) => [list, listRows(index, { ...filter, list })?.count ?? index.rows] as const);
  return Object.fromEntries(counts) as Record<SampleList, number>;
}
