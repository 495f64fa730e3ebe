import type { ComparableScore, ModelScores, RunSource, ScoredRun } from '@assay/core';

/** One model of one run. */
export interface Side {
  /** The run as it was named. */
  readonly name: string;
  readonly source: RunSource;
  /** As if it held this model alone. */
  readonly run: ScoredRun;
  /** Its name in its own run. */
  readonly model: string;
  /** Its scores, under a name that no other side has. */
  readonly scores: ModelScores;
}

export interface Sides {
  /** At least two; the first is the baseline. */
  readonly sides: readonly Side[];
  /** Scores that every side has. */
  readonly scores: readonly ComparableScore[];
  /** The run over which different judges are compared, as the user names it. */
  readonly bridge?: { readonly name: string; readonly run: ScoredRun };
  /** What a reader of the comparison should know, in words. */
  readonly notes: readonly string[];
  /** What of the runs is damaged, where that was accepted. */
  readonly damage: readonly SideDamage[];
}

export interface SideDamage {
  /** The run as it was named. */
  readonly run: string;
  readonly what: string;
}
