import { DataFile } from '../datasets/data-file.ts';
import type { SourcePlace } from '../errors/assay-error.ts';

/** Every row of a JSON Lines, JSON, CSV or Parquet file. @throws AssayError DATASET_* for a row that cannot be read */
export async function readRows(path: string, at: SourcePlace): Promise<Record<string, unknown>[]> {
  const file = await DataFile.open(path, { at });
  const rows: Record<string, unknown>[] = [];
  for await (const batch of file.rows()) {
    for (let i = 0; i < batch.count; i++) rows.push({ ...batch.record(i) });
  }
  return rows;
}
