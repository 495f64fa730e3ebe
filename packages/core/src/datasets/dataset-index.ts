import { z } from 'zod';
import type { DatasetConfig } from '../config/schema/dataset-config.ts';
import { nodeStorage } from '../storage/node-storage.ts';
import { parseStored, type StoredShape, storedShape } from '../storage/read-json.ts';
import type { DatasetFile } from './dataset-file.ts';

/** Consecutive rows of one of the dataset's files, and where the file of a shard holds them. */
export interface ShardPiece {
  /** Position of the file among the dataset's, from 0. */
  readonly file: number;
  /** Position of its first row among the rows of that file, from 0. */
  readonly firstRow: number;
  readonly rows: number;
  /** Line of the first row in that file, from 1. */
  readonly firstLine: number;
  /** Bytes of the shard's file, as JSON lines. */
  readonly start: number;
  readonly end: number;
}

/** The samples of one shard, as a file of JSON lines. */
export interface ShardFile {
  readonly name: string;
  readonly bytes: number;
  /** Over the CRC-32 of each of its blocks. */
  readonly sha256: string;
  readonly samples: number;
  readonly pieces: readonly ShardPiece[];
}

/** One file of the dataset that was cut. */
export interface IndexedFile extends DatasetFile {
  readonly rows: number;
}

/**
 * All that a run has to know of a dataset beside the rows that it evaluates: with it and some of the shards, those shards
 * are evaluated as if the whole dataset were there.
 */
export interface DatasetIndex {
  readonly format: 1;
  /** Of the run that it was cut for. */
  readonly planDigest: string;
  /** As the run opened it: its keys, and the names of its files. */
  readonly located: DatasetConfig;
  readonly columns: readonly string[];
  readonly files: readonly IndexedFile[];
  /** What algorithms learnt of the data before anything was asked: their options by label, as `learntOptions` writes them. */
  readonly learnt: Readonly<Record<string, string>>;
  /** Samples that can be read. */
  readonly samples: number;
  readonly shards: readonly ShardFile[];
}

/** Within the folder of an index. */
export const DATASET_INDEX_FILE = 'dataset.json';

const index: StoredShape<DatasetIndex> = storedShape(() => {
  const count = z.int().min(0);
  const piece = z.looseObject({
    file: count,
    firstRow: count,
    rows: count,
    firstLine: count,
    start: count,
    end: count,
  });
  const file = z.looseObject({
    path: z.string(),
    bytes: count,
    sha256: z.string().nullable(),
    etag: z.string().exactOptional(),
    rows: count,
  });
  const shard = z.looseObject({
    name: z.string(),
    bytes: count,
    sha256: z.string(),
    samples: count,
    pieces: z.array(piece),
  });
  return z.looseObject({
    format: z.literal(1),
    planDigest: z.string(),
    // Written by the step before, from a config that was checked, and sealed.
    located: z.custom<DatasetConfig>((value) => typeof value === 'object' && value !== null),
    columns: z.array(z.string()),
    files: z.array(file).min(1),
    learnt: z.record(z.string(), z.string()),
    samples: count,
    shards: z.array(shard).min(1),
  });
});

/** @throws AssayError RUN_DAMAGED */
export async function readDatasetIndex(file: string): Promise<DatasetIndex> {
  return parseStored(file, await nodeStorage.readText(file), index, 'RUN_DAMAGED');
}
