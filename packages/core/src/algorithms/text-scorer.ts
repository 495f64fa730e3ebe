import type { FeatureTexts } from '../samples/feature-texts.ts';

/**
 * Scores a row whose output lies in the dataset as its texts stand there, without an object for it: the same numbers as
 * the algorithm's `score`, for the same rows. An algorithm without one is scored sample by sample.
 */
export interface TextScorer {
  /** Names of the scores, in the order in which they are written; each row has all of them, or none. */
  readonly scores: readonly string[];
  /**
   * @param texts with a `model_output`
   * @param scores gets the row's scores from `at` on
   * @returns why the row has none; undefined where it has
   */
  score(texts: FeatureTexts, scores: Float64Array, at: number): string | undefined;
}
