import { inStoreOrder, type StoredScore } from './score-store.ts';

const QUERY = `SELECT coalesce(dataset, '') AS dataset, coalesce(model, '') AS model, coalesce(run, '') AS run, algorithm, score, count(value)::DOUBLE AS n, avg(value) AS mean,
  CASE WHEN count(value) > 1 THEN stddev_samp(value) END AS deviation, bool_and(value IN (0, 1)) AS "isBinary"
FROM read_parquet(FILES, hive_partitioning = true, hive_types_autocast = false)
WHERE value IS NOT NULL AND score IS NOT NULL GROUP BY ALL`;

/** Adds the scores up in DuckDB, in memory, on as many threads as it likes. */
export async function readWithDuckdb(
  { DuckDBInstance }: typeof import('@duckdb/node-api'),
  files: readonly string[],
): Promise<StoredScore[]> {
  if (files.length === 0) return [];
  const quoted = files.map((file) => `'${file.replaceAll("'", "''")}'`).join(', ');
  const database = await DuckDBInstance.create(':memory:');
  try {
    const connection = await database.connect();
    try {
      const rows = await connection.runAndReadAll(QUERY.replace('FILES', () => `[${quoted}]`));
      return inStoreOrder(rows.getRowObjectsJson() as unknown as StoredScore[]);
    } finally {
      connection.closeSync();
    }
  } finally {
    database.closeSync();
  }
}
