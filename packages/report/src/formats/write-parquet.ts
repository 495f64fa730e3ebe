import { join } from 'node:path';
import type { RunView } from '@assay/core';
import type { Written } from '../files/written.ts';
import { wellFormed } from '../text/well-formed.ts';
import { ParquetTable } from './parquet-table.ts';
import { SCORE_COLUMNS, type ScoreRow, scoreRowsOf } from './score-rows.ts';

async function writeTables(run: RunView, tableOf: (model: string) => Promise<ParquetTable>): Promise<Written> {
  const tables = new Set<ParquetTable>();
  try {
    for (const model of run.summary.models) tables.add(await tableOf(model.name));
    for await (const sample of run.rows) {
      const table = await tableOf(sample.model);
      tables.add(table);
      for (const row of scoreRowsOf(run, sample)) {
        const written = table.add(row);
        if (written !== undefined) await written;
      }
    }
    let bytes = 0;
    for (const table of tables) bytes += await table.finish();
    return { files: [...tables].map((table) => table.path), bytes };
  } catch (error) {
    for (const table of tables) table.abandon();
    throw error;
  }
}

/** The long format as one Parquet file (Snappy): one row a model, sample and score. */
export function writeParquet(run: RunView, file: string): Promise<Written> {
  let table: Promise<ParquetTable> | undefined;
  return writeTables(run, () => (table ??= ParquetTable.open(file, SCORE_COLUMNS)));
}

/** As Hive and DuckDB write a partition's value into a path. */
function partition(name: string, value: string): string {
  const escaped = encodeURIComponent(wellFormed(value)).replace(
    /[*'().]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `${name}=${escaped === '' ? '__HIVE_DEFAULT_PARTITION__' : escaped}`;
}

const PARTITIONED: readonly (keyof ScoreRow)[] = SCORE_COLUMNS.filter(
  (column) => column !== 'dataset' && column !== 'model' && column !== 'run',
);

/**
 * The run's part of a store of scores over many runs: `dataset=…/model=…/run=…/scores.parquet` below `folder`, which
 * DuckDB (`hive_partitioning`), Athena and pyarrow read as one table. Writing a run again replaces its part.
 */
export function writeParquetStore(run: RunView, folder: string): Promise<Written> {
  const tables = new Map<string, Promise<ParquetTable>>();
  return writeTables(run, (model) => {
    const known = tables.get(model);
    if (known !== undefined) return known;
    const path = join(
      folder,
      partition('dataset', run.summary.dataset.name),
      partition('model', model),
      partition('run', run.manifest.run),
      'scores.parquet',
    );
    const table = ParquetTable.open(path, PARTITIONED);
    tables.set(model, table);
    return table;
  });
}
