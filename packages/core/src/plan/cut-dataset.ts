import type { Dataset } from '../datasets/dataset.ts';
import type { DatasetIndex } from '../datasets/dataset-index.ts';
import type { CutDataset } from '../engine/run-plan.ts';
import { AssayError } from '../errors/assay-error.ts';
import { badRowReport, type TakenDataset } from './plan-dataset.ts';

/**
 * How a planned run's samples are written as shards.
 * @param seen the dataset as the run and each of its models sees it
 */
export function cutterOf(
  seen: readonly Dataset[],
  { dataset, files, located, rows }: TakenDataset,
  known: Pick<DatasetIndex, 'planDigest' | 'learnt'>,
  strict: boolean,
): CutDataset {
  return async (folder, shards, onBadRow) => {
    let samples = 0;
    const options = {
      strict,
      onBadRow: (row: Parameters<typeof badRowReport>[1]) => onBadRow(badRowReport(dataset, row)),
      ...(rows === undefined ? {} : { rows }),
    };
    for await (const batch of dataset.scan(options))
      for (let i = 0; i < batch.count; i++) if (batch.read(i) !== undefined) samples += 1;
    if (samples === 0) throw new AssayError('DATASET_EMPTY', `${dataset.name} has no sample to evaluate`);
    // Of pipelines alone: nobody else loads it.
    const { writeShards } = await import('../datasets/write-shards.ts');
    const written = await writeShards(dataset, { folder, shards, rows, columns: columnsRead(seen) });
    // What was counted, checked and copied is of one state of the files.
    await dataset.checkPins();
    const counts = await Promise.all(dataset.files.map((file) => file.countRows()));
    return {
      format: 1,
      ...known,
      located,
      columns: dataset.columns(),
      files: files.map((file, at) => ({ ...file, rows: counts[at]! })),
      samples,
      shards: written,
    };
  };
}

/** undefined where one of them reads all. */
function columnsRead(seen: readonly Dataset[]): readonly string[] | undefined {
  const columns = new Set<string>();
  for (const { readColumns } of seen) {
    if (readColumns === undefined) return undefined;
    for (const column of readColumns) columns.add(column);
  }
  return [...columns];
}
