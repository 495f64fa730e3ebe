/** Where a column of a part lies in its file: the reader of our own needs neither page headers nor the footer. */
export interface ColumnLayout {
  /** Distinct values, where the rows name them: from which byte, and how many. */
  readonly dictionary?: readonly [start: number, count: number];
  /** Which rows have a value, one bit each; absent where all have, and where none has. */
  readonly levels?: number;
  /** The rows that have a value; 0: the column is empty. */
  readonly count: number;
  /** From which byte the values lie. */
  readonly values: number;
}

/** What a part holds, beside its pages. */
export interface PartLayout {
  readonly format: 1;
  readonly rows: number;
  /** In the order of the config; `sampled` where each row has an outcome of its own making. */
  readonly algorithms: readonly {
    readonly label: string;
    readonly names: readonly string[];
    readonly sampled: boolean;
  }[];
  readonly columns: Readonly<Record<string, ColumnLayout>>;
}

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
