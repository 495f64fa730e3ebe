import type { PairVerdict, ScoreSpec } from '@assay/core';

/** The list of runs, as `assay view` serves it. */
export interface RunsPage {
  readonly view: 'runs';
  /** Newest first. */
  readonly runs: readonly RunEntry[];
  /** Runs that cannot be read, and why. */
  readonly damaged: readonly { readonly name: string; readonly why: string }[];
}

export interface RunEntry {
  /** Its folder's name. */
  readonly name: string;
  /** What people call it; '' for its folder's name. */
  readonly title: string;
  readonly tags: readonly string[];
  readonly note: string;
  readonly isStarred: boolean;
  readonly isArchived: boolean;
  readonly createdAt: string;
  readonly dataset: string;
  readonly samples: number;
  /** Runs with the same are over the same rows. */
  readonly data: string;
  readonly models: readonly string[];
  readonly state: 'finished' | 'running' | 'stopped';
  /** (model, sample) pairs that are done, and how many there will be. */
  readonly done: number;
  readonly total: number;
  /** Answers without a score. */
  readonly lost: number;
  readonly tookMs: number | null;
  /** `USD 0.12` by the prices of its config; null where it names none. */
  readonly cost: string | null;
  /** Primary scores of each model; of a run that goes on its means so far. */
  readonly scores: readonly EntryScore[];
}

export interface EntryScore {
  /** `algorithm.score`. */
  readonly key: string;
  readonly model: string;
  readonly n: number;
  readonly value: number;
  readonly interval: readonly [number, number] | null;
  /** null of a run that goes on. */
  readonly better: ScoreSpec['better'] | null;
  /** What the score can be; an end that it has not is null. */
  readonly range: readonly [number | null, number | null];
}

/** A run held against the baseline, on one score. */
export interface AgainstBaseline {
  readonly verdict: PairVerdict | null;
  /** `better`; or why the two were not compared. */
  readonly words: string;
  readonly difference: number | null;
  /** Other primary scores that got worse. */
  readonly worse: readonly string[];
}
