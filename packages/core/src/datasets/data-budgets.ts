/** How much a data file may ask of this machine; each is a key of `dataset.budgets`. */
export interface DataBudgets {
  /** Bytes of one line of JSON Lines, or of one CSV row. A longer one is a bad row. @default 16 MiB */
  readonly lineBytes: number;
  /** Bytes that a packed file may unpack to. @default 64 GiB */
  readonly unpackedBytes: number;
  /** Unpacked bytes for one packed byte, beyond the first 16 MiB. @default 300 */
  readonly unpackedRatio: number;
  /** Bytes of a JSON document, which is held in memory as a whole. @default 256 MiB */
  readonly documentBytes: number;
  /** Values in a JSON document: lists, objects and what is in them. A byte of text may take fifty of memory. @default 10,000,000 */
  readonly documentValues: number;
  /** Lists and objects within one another in one value. @default 64 */
  readonly depth: number;
  /** Columns of one row. @default 10,000 */
  readonly columns: number;
}

const MIB = 2 ** 20;

export const DATA_BUDGETS: DataBudgets = {
  lineBytes: 16 * MIB,
  unpackedBytes: 65_536 * MIB,
  unpackedRatio: 300,
  documentBytes: 256 * MIB,
  documentValues: 10_000_000,
  depth: 64,
  columns: 10_000,
};
