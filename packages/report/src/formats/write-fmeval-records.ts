import { join } from 'node:path';
import type { RunView, SampleRow } from '@assay/core';
import { groupBy } from '../collections/group-by.ts';
import { fileNameOf } from '../files/file-name.ts';
import { writeTextFiles } from '../files/write-text-files.ts';
import type { Written } from '../files/written.ts';
import { pythonJson } from './python-json.ts';

/** One line of FMEval's record file: keys in FMEval's order, those without a value left out. */
function recordOf(row: SampleRow, algorithm: string, names: readonly string[]): string {
  const missing = row.unscored[algorithm] ?? row.error ?? row.state;
  return pythonJson({
    model_input: row.input,
    model_output: row.output ?? undefined,
    target_output: row.target ?? undefined,
    category: row.category ?? undefined,
    error: row.error ?? undefined,
    scores: names.map((name) => {
      const value = row.scores[`${algorithm}.${name}`];
      return value === undefined ? { name, error: missing } : { name, value };
    }),
  });
}

/**
 * FMEval's output records: `{eval_name}_{dataset_name}.jsonl` for each algorithm in `folder`, in a folder for each
 * model where there are several. As in FMEval, text is ASCII-escaped and the last line has no end. Lines come in FMEval's
 * order where the rows were drawn so.
 */
export function writeFmevalRecords(run: RunView, folder: string): Promise<Written> {
  const { models, scores, dataset } = run.summary;
  const sampleScores = scores.filter((score) => score.category === null && score.from === 'mean');
  const algorithms = [...groupBy(sampleScores, (score) => score.algorithm)].map(
    ([algorithm, group]): [string, string[]] => [algorithm, [...new Set(group.map((score) => score.score))]],
  );
  const pathOf = (model: string, algorithm: string) =>
    join(
      folder,
      ...(models.length > 1 ? [fileNameOf(model)] : []),
      `${fileNameOf(algorithm)}_${fileNameOf(dataset.name)}.jsonl`,
    );
  return writeTextFiles(async (open) => {
    const begun = new Set<string>();
    for (const model of models) for (const [algorithm] of algorithms) open(pathOf(model.name, algorithm));
    for await (const row of inOrder(run)) {
      for (const [algorithm, names] of algorithms) {
        const path = pathOf(row.model, algorithm);
        await open(path).write(`${begun.has(path) ? '\n' : ''}${recordOf(row, algorithm, names)}`);
        begun.add(path);
      }
    }
  });
}

/** A draw as FMEval's holds at most 100,000 rows. */
async function* inOrder({ rows, manifest }: RunView): AsyncGenerator<SampleRow> {
  const { order } = manifest.dataset;
  if (order === undefined) return yield* rows;
  const places = new Map(order.map((index, place) => [index, place]));
  const placed: SampleRow[] = [];
  for await (const row of rows) placed.push(row);
  yield* placed.sort((a, b) => (places.get(a.index) ?? 0) - (places.get(b.index) ?? 0));
}
