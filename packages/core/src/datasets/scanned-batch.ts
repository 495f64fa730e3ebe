import type { FeatureTexts } from '../samples/feature-texts.ts';
import type { Sample } from '../samples/sample.ts';

/** Rows of one batch that were not looked at yet. */
export interface ScannedBatch {
  readonly count: number;
  /** Position of its first row among all rows of all files. */
  readonly firstIndex: number;
  /**
   * Row `i` of the batch, asked for in order: its features as texts, until the next is read; the sample, where it had to be
   * parsed; undefined where it is none.
   */
  read(i: number): FeatureTexts | Sample | undefined;
}
