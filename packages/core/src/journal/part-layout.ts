import { z } from 'zod';

/** Where a column of a part lies in its file: the reader of our own needs neither page headers nor the footer. */
const COLUMN_LAYOUT = z.object({
  /** Distinct values, where the rows name them: from which byte, and how many. */
  dictionary: z.tuple([z.int().nonnegative(), z.int().nonnegative()]).readonly().optional(),
  /** Which rows have a value, one bit each; absent where all have, and where none has. */
  levels: z.int().nonnegative().optional(),
  /** The rows that have a value; 0: the column is empty. */
  count: z.int().nonnegative(),
  /** From which byte the values lie. */
  values: z.int().nonnegative(),
});

/** What a part holds, beside its pages. */
export const PART_LAYOUT = z.object({
  format: z.literal(1),
  rows: z.int().nonnegative(),
  /** In the order of the config; `sampled` where each row has an outcome of its own making. */
  algorithms: z
    .array(z.object({ label: z.string(), names: z.array(z.string()).readonly(), sampled: z.boolean() }))
    .readonly(),
  columns: z.record(z.string(), COLUMN_LAYOUT),
});

export type ColumnLayout = Readonly<z.output<typeof COLUMN_LAYOUT>>;
export type PartLayout = Readonly<z.output<typeof PART_LAYOUT>>;

/** Columns of a part beside the scores, which are called `<algorithm>.<score>`. */
export const PART_COLUMNS = {
  sample: 'sample',
  digest: 'digest',
  model: 'model',
  category: 'category',
  cluster: 'cluster',
  weight: 'weight',
  state: 'state',
} as const;

/** Columns of one algorithm beside its scores. */
export function columnsOf(label: string): Record<'unscored' | 'detail' | 'statistics' | 'remarks', string> {
  return {
    unscored: `unscored.${label}`,
    detail: `detail.${label}`,
    statistics: `statistics.${label}`,
    remarks: `remarks.${label}`,
  };
}

/** Bytes behind the footer: its length, and the magic word. */
export const TRAILER_BYTES = 8;
export const MAGIC = 'PAR1';
