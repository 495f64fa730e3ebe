import type { DatasetConfig } from '../config/schema/dataset-config.ts';
import type { BadRow, Dataset } from '../datasets/dataset.ts';
import type { DatasetFile } from '../datasets/dataset-file.ts';
import { orderedSamples } from '../datasets/ordered-samples.ts';
import type { PlannedDataset } from '../datasets/planned-dataset.ts';
import { type ShardPosition, shardRows } from '../datasets/shard-rows.ts';
import type { PlannedStop } from '../engine/run-plan.ts';
import type { BadRowReport } from '../samples/bad-row-report.ts';

/** The dataset that a run takes, and which rows of it. */
export interface TakenDataset {
  readonly dataset: Dataset;
  readonly files: readonly DatasetFile[];
  /** The config's, with its files on this machine. */
  readonly located: DatasetConfig;
  /** That the run takes; undefined for all. */
  readonly rows: readonly number[] | undefined;
  /** The same rows in FMEval's order, where it is asked for. */
  readonly order: readonly number[] | undefined;
  readonly stop: PlannedStop | undefined;
}

/** @param strict a row that cannot be read ends the run */
export async function planDataset(
  { dataset, files, located, rows, order, stop }: TakenDataset,
  strict: boolean,
): Promise<PlannedDataset> {
  const total = rows?.length ?? (await dataset.countRows());
  const common = {
    name: dataset.name,
    files,
    notes: dataset.readingNotes(),
    checkUnchanged: () => dataset.checkPins(),
    total,
    order,
    categories: located.budgets?.categories,
  };
  if (stop !== undefined) {
    return {
      ...common,
      samples: (onBadRow) =>
        orderedSamples(dataset, stop.order.rows, {
          strict,
          onBadRow: (row) => onBadRow({ ...badRowReport(dataset, row), index: row.index }),
        }),
    };
  }
  const taken = (rows: readonly number[] | undefined): PlannedDataset => ({
    ...common,
    source: { config: located, columns: dataset.columns(), strict, rows },
    ranges: (bytes) => dataset.ranges(Math.ceil(files.reduce((sum, file) => sum + file.bytes, 0) / bytes)),
    samples: (onBadRow, isDone) =>
      dataset.samples({
        ...(rows === undefined ? {} : { rows }),
        isDone,
        strict,
        onBadRow: (row) => onBadRow(badRowReport(dataset, row)),
      }),
  });
  const whole = taken(rows);
  const part = (position: ShardPosition): PlannedDataset => {
    if (position.shards === 1) return whole;
    const own = shardRows(rows, total, position);
    const { source, ...rest } = taken(own);
    return { ...rest, total: own.length, wholeTotal: total, source: { ...source!, from: own[0] ?? 0 } };
  };
  return { ...whole, part };
}

export function badRowReport({ name }: Dataset, { error }: BadRow): BadRowReport {
  return { file: error.at?.file ?? name, line: error.at?.line ?? 0, message: error.message };
}
