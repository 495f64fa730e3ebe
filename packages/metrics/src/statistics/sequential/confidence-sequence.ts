/**
 * An interval that may be looked at after every sample: with probability `confidence` it holds the mean at all
 * times at once, so stopping when it pleases does not invalidate it. It never widens.
 */
export interface ConfidenceSequence {
  readonly n: number;
  readonly lower: number;
  readonly upper: number;
  /** The mean, where more is known of it than the plain mean of the scores so far; null without scores. */
  readonly estimate?: number | null;
  /** Takes in the next score, in the recorded random order. @returns the interval after it */
  add(value: number): { readonly lower: number; readonly upper: number };
}

export interface SequenceOptions {
  /** @default 0.95 */
  readonly confidence?: number;
}
