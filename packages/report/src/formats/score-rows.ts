import type { RunView, SampleRow } from '@assay/core';
import { splitScoreKey } from '../rows/score-key.ts';
import { judgesText } from '../wording/remark-text.ts';

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
  /** As it was sent: where the config keeps prompts, with its template; else the input. */
  readonly prompt: string;
  readonly output: string | null;
  /** `length` where the answer was cut at max_new_tokens; null where nobody says. */
  readonly stop_reason: string | null;
  /** Columns of the row that the config keeps, as a JSON object. */
  readonly columns: string | null;
  readonly error: string | null;
  /** How much the sample counts; null where the dataset has no `weight_key`. */
  readonly weight: number | null;
  /** What each judge of the algorithm said of the output, how sure it was, and why; null where none did. */
  readonly judges: string | null;
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
  'prompt',
  'output',
  'stop_reason',
  'columns',
  'error',
  'weight',
  'judges',
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
  const evidence = {
    prompt: row.prompt ?? row.input,
    output: row.output,
    stop_reason: row.stopReason ?? null,
    columns: row.columns === undefined ? null : JSON.stringify(row.columns),
    error: row.error,
    weight: row.weight ?? null,
  };
  const rows: ScoreRow[] = [
    ...Object.entries(row.scores).map(([key, value]) => {
      const [algorithm, score] = splitScoreKey(key);
      return {
        ...base,
        algorithm,
        score,
        value,
        state: row.state,
        ...evidence,
        judges: judgesText(row.remarks?.[algorithm]),
      };
    }),
    ...Object.keys(row.unscored).map((algorithm) => ({
      ...base,
      algorithm,
      score: null,
      value: null,
      state: 'unscored',
      ...evidence,
      judges: null,
    })),
  ];
  return rows.length > 0
    ? rows
    : [{ ...base, algorithm: null, score: null, value: null, state: row.state, ...evidence, judges: null }];
}
