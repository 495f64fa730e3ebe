/** What a writer left on disk. */
export interface Written {
  /** Paths, the one to open first. */
  readonly files: readonly string[];
  /** Of all files together. */
  readonly bytes: number;
}
