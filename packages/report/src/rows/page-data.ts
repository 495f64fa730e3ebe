import type { ScoreSpec } from '@assay/core';
import type { PackedText } from './clip-text.ts';

/** A score column of the explorer. */
export interface ScoreColumn {
  /** `algorithm.score`. */
  readonly key: string;
  readonly better: ScoreSpec['better'];
  /** One entry a row; null where the row has no such score. */
  readonly values: readonly (number | null)[];
}

/** What the explorer filters and sorts by: columns with one entry a row. Texts lie in chunks. */
export interface PageIndex {
  readonly rows: number;
  /** Row at which each chunk begins. */
  readonly chunkStarts: readonly number[];
  readonly models: readonly string[];
  readonly states: readonly string[];
  readonly categories: readonly string[];
  /** Positions in `models`. */
  readonly model: readonly number[];
  /** Positions in `states`. */
  readonly state: readonly number[];
  /** Positions in `categories`; −1 without one. */
  readonly category: readonly number[];
  /** The sample's index in the dataset. */
  readonly sample: readonly number[];
  /** Milliseconds; null where unknown. */
  readonly elapsedMs: readonly (number | null)[];
  /** Characters of the answer. */
  readonly length: readonly number[];
  /** Rows whose answer was cut at max_new_tokens. */
  readonly cut: readonly number[];
  readonly scores: readonly ScoreColumn[];
}

/** The texts of one row. Parts that a row lacks are left out. */
export interface PackedRow {
  readonly digest: string;
  readonly input: PackedText;
  /** As it was sent, where the template makes another text of the input. */
  readonly prompt?: PackedText;
  readonly target?: PackedText;
  /** Columns of the row that the config keeps. */
  readonly columns?: Readonly<Record<string, PackedText>>;
  /** The answer was cut at max_new_tokens. */
  readonly cut?: true;
  readonly output?: PackedText;
  readonly error?: PackedText;
  readonly variants?: Readonly<Record<string, PackedText>>;
  /** Disturbed inputs by variant, with which the keys of its answers begin. */
  readonly disturbed?: Readonly<Record<string, PackedText>>;
  readonly unscored?: Readonly<Record<string, string>>;
}

/** `chunk-0001` for the first. */
export function chunkName(chunk: number): string {
  return `chunk-${String(chunk + 1).padStart(4, '0')}`;
}
