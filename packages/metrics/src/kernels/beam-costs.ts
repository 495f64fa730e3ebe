import type { TokenBuffer } from './token-buffer.ts';

/**
 * Edit distances from hypothesis to reference within TER's beam, of prefixes and of suffixes, so that the distance of a
 * hypothesis changed in one stretch needs new rows for that stretch only. Views are replaced by `begin` alone.
 */
export interface BeamCosts {
  /** Words of the hypothesis: write a change here, then `fill`. */
  readonly words: Int32Array;
  /** Where the words of `distanceWith` go. */
  readonly changed: Int32Array;
  /** Written by `trace`: the word of the hypothesis at each word of the reference, or −1. */
  readonly align: Int32Array;
  /** Written by `trace`: errors before each position of the hypothesis, and of the reference. */
  readonly hypothesisErrors: Int32Array;
  readonly referenceErrors: Int32Array;

  /**
   * Takes over a pair and fills all rows.
   * @param hypothesis words numbered 1…distinct as in the reference, 0 where it has no such word
   * @param reference at least one word
   * @returns their distance
   */
  begin(hypothesis: TokenBuffer, reference: TokenBuffer, distinct: number): number;

  /** Fills rows again after the words `low…high` have changed. @returns the distance */
  fill(low: number, high: number): number;

  /** Smallest cost of reaching row i. */
  forwardMinimum(i: number): number;

  /** Smallest cost of reaching the end from row i, at least 1. */
  backwardMinimum(i: number): number;

  /** Distance of the filled hypothesis when its words `low…high` are those in `changed`. */
  distanceWith(low: number, high: number): number;

  /**
   * Reads alignment and errors off the best path: from the end, a kept or replaced word before a deletion before an
   * insertion, where they cost the same.
   */
  trace(): void;

  /** Ends the pair. */
  end(): void;
}
