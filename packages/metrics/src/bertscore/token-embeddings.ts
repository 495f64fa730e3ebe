/** Vectors of the tokens of one text. */
export interface TokenEmbeddings {
  /** Row-major: token t is values[t · dimensions … (t + 1) · dimensions). Need not be normalised. */
  readonly values: Float32Array;
  readonly dimensions: number;
  /**
   * Weight of each token, for instance its inverse document frequency, 0 for tokens that do not count (they are still
   * matched against). @default all 1
   */
  readonly weights?: ArrayLike<number>;
}
