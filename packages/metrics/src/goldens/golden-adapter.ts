/** How one golden file, or the rows of one method in a file of several, is computed by this package. */
export interface GoldenAdapter {
  /** Name of the file without `.jsonl`, or of the rows' `method`. */
  readonly name: string;
  /** Whether bare numbers are p-values, compared by their relative error however small. @default false */
  readonly pvalues?: boolean;
  /** Largest relative error of a number. @default 1e-9 */
  readonly tolerance?: number;
  /**
   * Computes a row in the shape of its `expected`.
   * @throws Error with a string `code` where the row expects `{ error }`
   */
  // biome-ignore lint/suspicious/noExplicitAny: rows are untyped JSON, each adapter knows its own file
  compute(input: any, params: any): unknown;
}
