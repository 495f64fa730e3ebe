import type { DatasetFormat } from '../config/schema/dataset-config.ts';
import type { DatasetFile } from './dataset-file.ts';
import type { JsonlRange } from './jsonl-ranges.ts';
import type { ParquetPart } from './parquet-rows.ts';
import type { RowBatch } from './row-batch.ts';
import type { TextShape } from './text-shape.ts';

/** What pins a file's bytes. */
export type FilePin = Pick<DatasetFile, 'sha256' | 'etag'>;

/** A file as a dataset reads it: one of this machine, or one of which shards are here. */
export interface RowFile {
  readonly path: string;
  /** Of the whole file. */
  readonly bytes: number;
  readonly format: DatasetFormat;
  readonly shape: TextShape;
  /** Whether byte ranges of it can be read apart. */
  readonly isSplittable: boolean;
  /** Rows of the whole file, where they are known without counting them. */
  readonly knownRows?: number;
  /** @throws AssayError DATASET_CHANGED */
  pin(): Promise<FilePin>;
  /** @throws AssayError DATASET_CHANGED */
  checkPin(): Promise<void>;
  /** Rows of the whole file, those that cannot be read included. */
  countRows(): Promise<number>;
  /** Byte ranges of a splittable file, ascending: of all its rows, or of those that are here. */
  ranges(parts: number): Promise<JsonlRange[]>;
  /** The columns that its schema states; undefined in formats without one. */
  columns(): Promise<readonly string[] | undefined>;
  /** Batches of all rows in order. @param part what is wanted of them, for those that can read a part only */
  rows(part?: ParquetPart): AsyncIterable<RowBatch>;
}
