import type { DatasetFormat } from '../config/schema/dataset-config.ts';

const ENDINGS: Readonly<Record<string, DatasetFormat>> = {
  jsonl: 'jsonlines',
  ndjson: 'jsonlines',
  jsonlines: 'jsonlines',
  json: 'json',
  csv: 'csv',
  tsv: 'csv',
  parquet: 'parquet',
};

/** Endings (without the dot, without .gz) that a folder is searched for. */
export const DATA_ENDINGS: readonly string[] = Object.keys(ENDINGS);

/** Format by the file's ending, `.gz` aside; undefined where the ending says nothing. */
export function formatOfFile(path: string): DatasetFormat | undefined {
  const ending = /\.([a-z]+)(?:\.gz)?$/i.exec(path)?.[1];
  return ending === undefined ? undefined : ENDINGS[ending.toLowerCase()];
}

export const isGzipped = (path: string): boolean => path.toLowerCase().endsWith('.gz');
