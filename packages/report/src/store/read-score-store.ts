import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readWithDuckdb } from './read-with-duckdb.ts';
import { readWithHyparquet } from './read-with-hyparquet.ts';
import type { StoredScore } from './score-store.ts';

export interface ScoreStore {
  readonly scores: readonly StoredScore[];
  /** What read it: DuckDB where `@duckdb/node-api` is installed, which is the faster by far over many runs. */
  readonly reader: 'duckdb' | 'hyparquet';
}

/** Whether a folder is a store as `--format parquet-store` writes it: partitioned by dataset, model and run. */
export async function isScoreStore(folder: string): Promise<boolean> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries.some((entry) => entry.isDirectory() && entry.name.startsWith('dataset='));
}

/** Every score of every run in a store. @throws what reading its files throws */
export async function readScoreStore(folder: string): Promise<ScoreStore> {
  const duckdb = await import('@duckdb/node-api').catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code === 'ERR_MODULE_NOT_FOUND') return undefined;
    throw thrown;
  });
  return duckdb === undefined
    ? { scores: await readWithHyparquet(await partFiles(folder)), reader: 'hyparquet' }
    : { scores: await readWithDuckdb(duckdb, await partFiles(folder)), reader: 'duckdb' };
}

/** `dataset=…/model=…/run=…/*.parquet` */
async function partFiles(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true });
  return names
    .filter((name) => /^dataset=[^/\\]*[/\\]model=[^/\\]*[/\\]run=[^/\\]*[/\\][^/\\]+\.parquet$/.test(name))
    .sort()
    .map((name) => join(folder, name));
}
