import type { RunView, SampleRow } from '@assay/core';
import { splitScoreKey } from '../rows/score-key.ts';

/** One score of one model on one sample: a row of the long format. */
export interface ScoreRow {
  readonly run: string;
  readonly dataset: string;
  readonly model: string;
  readonly sample_index: number;
  readonly digest: string;
  readonly category: string | null;
  /** null where the sample ended before any algorithm. */
  readonly algorithm: string | null;
  readonly score: string | null;
  readonly value: number | null;
  /** How the sample ended; `unscored` for an algorithm that gave it no score. */
  readonly state: string;
}

/** Columns in the order of every long table. */
export const SCORE_COLUMNS = [
  'run',
  'dataset',
  'model',
  'sample_index',
  'digest',
  'category',
  'algorithm',
  'score',
  'value',
  'state',
] as const satisfies readonly (keyof ScoreRow)[];

/** The rows of one (model, sample): one a score, one a missing algorithm, and at least one. */
export function scoreRowsOf(run: Pick<RunView, 'manifest' | 'summary'>, row: SampleRow): ScoreRow[] {
  const base = {
    run: run.manifest.run,
    dataset: run.summary.dataset.name,
    model: row.model,
    sample_index: row.index,
    digest: row.digest,
    category: row.category,
  };
  const rows: ScoreRow[] = [
    ...Object.entries(row.scores).map(([key, value]) => {
      const [algorithm, score] = splitScoreKey(key);
      return { ...base, algorithm, score, value, state: row.state };
    }),
    ...Object.keys(row.unscored).map((algorithm) => ({
      ...base,
      algorithm,
      score: null,
      value: null,
      state: 'unscored',
    })),
  ];
  return rows.length > 0 ? rows : [{ ...base, algorithm: null, score: null, value: null, state: row.state }];
}
