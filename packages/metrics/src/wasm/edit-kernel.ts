/**
 * A place to put two symbol sequences and the computations on them. Symbols are integers: in `pattern` 1…symbols - 1, each
 * at least once in the table; in `text` also 0, which equals nothing. Both views are replaced by `reserve`, never by a
 * computation.
 */
export interface EditKernel {
  readonly name: 'wasm' | 'js';
  readonly pattern: Int32Array;
  readonly text: Int32Array;
  /** Makes room for sequences of these lengths over symbols below `symbols`; keeps nothing of what was there. */
  reserve(patternLength: number, textLength: number, symbols: number): void;
  /** Levenshtein distance; both lengths at least 1. O(patternLength · textLength / word size) time. */
  distance(patternLength: number, textLength: number): number;
  /** Length of the longest common subsequence; both lengths at least 1. */
  lcsLength(patternLength: number, textLength: number): number;
  /**
   * Edit operations that turn the pattern's range into the text's, one a byte in order: 0 equal, 1 replace, 2 delete
   * (pattern only), 3 insert (text only). Ties as in rapidfuzz: delete, then insert, then replace, from the end. They lie in
   * `operations` from the returned place up to `operationsEnd`, until the next call.
   */
  align(patternFrom: number, patternTo: number, textFrom: number, textTo: number): number;
  /** Where `align` writes; replaced when it grows. */
  readonly operations: Uint8Array;
  readonly operationsEnd: number;
  /** Hirschberg's split at half of the text: the leftmost optimal pattern position, relative to patternFrom. */
  split(patternFrom: number, patternTo: number, textFrom: number, textTo: number): AlignmentSplit;
}

export interface AlignmentSplit {
  readonly position: number;
  readonly leftScore: number;
  readonly rightScore: number;
}
