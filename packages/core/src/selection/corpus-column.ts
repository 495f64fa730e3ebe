import type { Aggregate } from '../algorithms/algorithm.ts';

/** A score over all samples with what each sample adds to it. */
export interface CorpusColumn {
  readonly aggregate: Aggregate;
  /** The score's name in the aggregate. */
  readonly score: string;
  /** State of each sample alone, by place; undefined where it takes no part. */
  readonly states: readonly unknown[];
}
