/** A row of the dataset that could not be read. */
export interface BadRowReport {
  readonly file: string;
  readonly line: number;
  /** Position among all rows, where samples are drawn in a random order. */
  readonly index?: number;
  readonly message: string;
}
