import type { ScoreSpec } from '@assay/core';
import type { PackedText } from './clip-text.ts';
import type { JudgeAgreement } from './judge-agreement.ts';
import type { PackedColumn } from './packed-column.ts';

/** One number a row; NaN where a row has none. */
export type Column = Float64Array;

/** A score column of the explorer. */
export interface ScoreColumn {
  /** `algorithm.score`. */
  readonly key: string;
  readonly better: ScoreSpec['better'];
  /** Null until it has been fetched: of large runs each score is a file of its own. */
  readonly values: Column | null;
}

/** What the explorer filters and sorts by: columns with one entry a row. Texts lie in chunks. */
export interface PageIndex {
  readonly rows: number;
  /** Row at which each chunk begins. */
  readonly chunkStarts: readonly number[];
  /** Characters of each chunk's JSON: one that has others is not as it was written. */
  readonly chunkCharacters: readonly number[];
  readonly models: readonly string[];
  readonly states: readonly string[];
  readonly categories: readonly string[];
  /** Positions in `models`. */
  readonly model: Column;
  /** Positions in `states`. */
  readonly state: Column;
  /** Positions in `categories`; −1 without one. */
  readonly category: Column;
  /** The sample's index in the dataset. */
  readonly sample: Column;
  /** Milliseconds; NaN where unknown. */
  readonly elapsedMs: Column;
  /** Characters of the answer. */
  readonly length: Column;
  /** 1 where the answer was cut at max_new_tokens. */
  readonly cut: Column;
  /** The least sureness of the judges of the row, in [0, 1]; NaN where none was asked. */
  readonly sureness: Column;
  readonly scores: readonly ScoreColumn[];
  /** Keys of every score that a row may have, in the order in which rows have them. */
  readonly scoreKeys: readonly string[];
  /** 1 where somebody said something of the row's sample: the page's own, once it is known. */
  readonly noted?: Column;
  /** What judges said, together; null where nobody judged. */
  readonly judges: JudgeAgreement | null;
  /** Columns of the dataset that rows came with. */
  readonly columns: readonly string[];
}

/** Columns that every index has. */
export const ROW_COLUMNS = ['model', 'state', 'category', 'sample', 'elapsedMs', 'length', 'cut', 'sureness'] as const;

/** The index as a page carries it. A score without values lies in a file of its own. */
export type PackedIndex = Omit<PageIndex, (typeof ROW_COLUMNS)[number] | 'scores' | 'noted'> &
  Readonly<Record<(typeof ROW_COLUMNS)[number], PackedColumn>> & {
    readonly scores: readonly (Omit<ScoreColumn, 'values'> & { readonly values?: PackedColumn })[];
  };

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
  /** What judges said. */
  readonly remarks?: readonly PackedRemark[];
  /** In nats, by key. */
  readonly nats?: Readonly<Record<string, number>>;
  /** Tokens of answers and of scored texts, by key. */
  readonly tokens?: Readonly<Record<string, PackedTokens>>;
  /** In the order of `scoreKeys`; null where the row has none. */
  readonly scores?: readonly (number | null)[];
}

/** Tokens in their order, each with its log-probability in nats. */
export interface PackedTokens {
  readonly texts: readonly string[];
  readonly nats: readonly number[];
  /** How many there are, where the page has the first ones alone. */
  readonly of?: number;
}

/** What one judge said of an answer. */
export interface PackedRemark {
  /** The algorithm that asked it. */
  readonly of: string;
  readonly by: string;
  /** The row of a rubric that it is about. */
  readonly about?: PackedText;
  readonly holds: string;
  readonly said: readonly string[];
  readonly sureness: number;
  readonly score: number;
  readonly reason?: PackedText;
}

/** `chunk-0001` for the first. */
export function chunkName(chunk: number): string {
  return `chunk-${String(chunk + 1).padStart(4, '0')}`;
}

/** `scores-0001` for the first. */
export function scoresName(place: number): string {
  return `scores-${String(place + 1).padStart(4, '0')}`;
}
