import { rereadable } from '../results/read-rows.ts';
import type { RunView, SampleRow, ScoreSummary } from '../results/summary.ts';
import type { ModelScores } from '../selection/model-scores.ts';

/** `algorithm.score` → another name of that form. */
export type ScoreNames = ReadonlyMap<string, string>;

export function renameRun({ summary, rows, ...rest }: RunView, names: ScoreNames): RunView {
  return {
    ...rest,
    summary: { ...summary, scores: summary.scores.map((score) => renamed(score, names)) },
    rows: rereadable(() => renamedRows(rows, names)),
  };
}

export function renameScores(scores: ModelScores, names: ScoreNames): ModelScores {
  return { ...scores, columns: renamedKeys(scores.columns, names), corpora: renamedKeys(scores.corpora, names) };
}

function renamed(row: ScoreSummary, names: ScoreNames): ScoreSummary {
  const name = names.get(`${row.algorithm}.${row.score}`);
  if (name === undefined) return row;
  const at = name.lastIndexOf('.');
  return { ...row, algorithm: name.slice(0, at), score: name.slice(at + 1) };
}

async function* renamedRows(rows: AsyncIterable<SampleRow>, names: ScoreNames): AsyncGenerator<SampleRow> {
  for await (const row of rows) {
    const scores = Object.entries(row.scores).map(([key, value]) => [names.get(key) ?? key, value] as const);
    yield { ...row, scores: Object.fromEntries(scores) };
  }
}

function renamedKeys<Value>(columns: ReadonlyMap<string, Value>, names: ScoreNames): Map<string, Value> {
  return new Map([...columns].map(([key, value]) => [names.get(key) ?? key, value]));
}
