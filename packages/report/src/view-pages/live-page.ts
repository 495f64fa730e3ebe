import type { SampleState, ScoreSpec } from '@assay/core';

/** A run while it goes on, as `assay view` serves it again and again. */
export interface LivePage {
  readonly view: 'live';
  /** Its folder's name, and what people call it; '' for its folder's name. */
  readonly run: string;
  readonly title: string;
  readonly dataset: string;
  readonly createdAt: string;
  readonly state: 'finished' | 'running' | 'stopped';
  readonly models: readonly LiveModel[];
  readonly scores: readonly LiveScore[];
  /** What the intervals promise, and what of it does not hold here. */
  readonly intervals: string;
  /** Answers without a score, by reason, the most frequent first. */
  readonly losses: readonly LiveLoss[];
  /** Reasons beyond those that are listed. */
  readonly furtherLosses: number;
  /** The newest first. */
  readonly latest: readonly LiveAnswer[];
  /** Answers that only count: figures are of those before. */
  readonly uncounted: number;
  /** Somebody asked it to stop, and it has not yet. */
  readonly isStopping: boolean;
  readonly resume: LiveResume;
  /** What a resume from the page ended with, in its own words; '' where nothing went wrong. */
  readonly said: string;
}

export interface LiveModel {
  readonly name: string;
  /** Samples on disk, by how they ended, and how many there will be. */
  readonly done: number;
  readonly total: number;
  readonly states: Readonly<Partial<Record<SampleState, number>>>;
}

export interface LiveScore {
  /** `algorithm.score`. */
  readonly key: string;
  readonly better: ScoreSpec['better'] | null;
  /** What the score can be; an end that it has not is null. */
  readonly range: readonly [number | null, number | null];
  readonly models: readonly {
    /** Position among the run's models. */
    readonly model: number;
    readonly n: number;
    readonly mean: number;
    readonly interval: readonly [number, number] | null;
  }[];
}

export interface LiveLoss {
  readonly state: SampleState;
  /** Its error's code; '' where there is none. */
  readonly code: string;
  readonly reason: string;
  readonly count: number;
  /** Positions among the run's models. */
  readonly models: readonly number[];
  /** The newest sample that ended so. */
  readonly sample: number;
}

export interface LiveAnswer {
  readonly model: number;
  readonly sample: number;
  readonly state: SampleState;
  /** Cut to what a line holds. */
  readonly input: string;
  readonly output: string;
  readonly reason: string;
  readonly score: { readonly key: string; readonly value: number } | null;
}

/** Whether the page may continue the run. */
export interface LiveResume {
  /** What continues it in a terminal. */
  readonly command: string;
  /** Why the page cannot; null where it can. */
  readonly refused: string | null;
}
