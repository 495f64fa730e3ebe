import type { ScoreSpec } from '@assay/core';

/** How scores moved over the runs, as `assay view` serves it. */
export interface HistoryPage {
  readonly view: 'history';
  readonly trends: readonly HistoryTrend[];
  /** Every score that a run has; the page has the trends of one, or of the first of each algorithm. */
  readonly scores: readonly string[];
  /** The one that was asked for; null for the first of each algorithm. */
  readonly score: string | null;
  /** Oldest first. */
  readonly changes: readonly HistoryChange[];
}

/** A score of one model on one dataset, the oldest run first. */
export interface HistoryTrend {
  readonly key: string;
  readonly model: string;
  readonly dataset: string;
  readonly better: ScoreSpec['better'] | null;
  /** What the score can be; an end that it has not is null. */
  readonly range: readonly [number | null, number | null];
  /** Whether the same score was computed by other settings before. */
  readonly isRescored: boolean;
  readonly points: readonly HistoryDot[];
  /** Limits that the config of its newest run sets. */
  readonly gates: readonly HistoryGate[];
}

export interface HistoryGate {
  /** `qa.f1 lower >= 0.6`. */
  readonly text: string;
  readonly limit: number;
}

export interface HistoryDot {
  /** Its folder's name, and what people call it. */
  readonly run: string;
  readonly title: string;
  readonly createdAt: string;
  readonly value: number;
  readonly interval: readonly [number, number] | null;
  readonly n: number;
  /** Points with the same are over the same rows: no line joins others. */
  readonly data: string;
  /** Against the point before; null where the intervals overlap or the rows are others. */
  readonly change: 'better' | 'worse' | null;
}

/** What a run had changed against the one before it on the same dataset. */
export interface HistoryChange {
  readonly run: string;
  readonly title: string;
  readonly createdAt: string;
  readonly dataset: string;
  /** `data`, `config`, `model`, `commit`, and what of it: `099a61b to 1b2c3d4`. */
  readonly what: readonly { readonly kind: 'data' | 'config' | 'model' | 'commit'; readonly text: string }[];
}
