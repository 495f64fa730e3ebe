import { basename } from 'node:path';
import { AssayError } from '../errors/assay-error.ts';
import { BlockSummer, type BlockSums, digestOfSums, sumsOfRange } from './block-sums.ts';
import { DATA_BUDGETS, type DataBudgets } from './data-budgets.ts';
import type { DatasetIndex, IndexedFile, ShardFile, ShardPiece } from './dataset-index.ts';
import { datasetChanged, type FileIdentity, fileIdentity } from './file-identity.ts';
import type { JsonlRange } from './jsonl-ranges.ts';
import { readJsonlRows } from './jsonl-rows.ts';
import type { ParquetPart } from './parquet-rows.ts';
import { scanBytes } from './read-bytes.ts';
import { type RowBatch, unreadBatch } from './row-batch.ts';
import type { FilePin, RowFile } from './row-file.ts';
import type { TextShape } from './text-shape.ts';

/** The file of a shard that is here, as its bytes were when it was opened. */
interface OpenShard {
  readonly path: string;
  readonly shard: ShardFile;
  readonly identity: FileIdentity;
  readonly sums: BlockSums;
}

/**
 * The files of a dataset of which only some shards are here. Rows of these are read as they stand in the whole dataset; to
 * ask for another is a mistake of the caller.
 * @param paths files of shards
 * @throws AssayError RUN_DAMAGED where one is not as it was written
 */
export async function filesInShards(
  { files, shards }: DatasetIndex,
  paths: readonly string[],
  budgets: DataBudgets = DATA_BUDGETS,
): Promise<readonly RowFile[]> {
  const open = await Promise.all(
    shards.flatMap((shard) => {
      const path = paths.find((each) => basename(each) === shard.name);
      return path === undefined ? [] : [openShard(shard, path)];
    }),
  );
  const pieces = new Map<number, OpenPiece[]>();
  // Ascending in each file, as the shards are.
  for (const shard of open) {
    for (const piece of shard.shard.pieces) {
      const own = pieces.get(piece.file);
      if (own === undefined) pieces.set(piece.file, [{ piece, shard }]);
      else own.push({ piece, shard });
    }
  }
  return files.map((file, at) => new FileInShards(file, pieces.get(at) ?? [], budgets));
}

async function openShard(shard: ShardFile, path: string): Promise<OpenShard> {
  const identity = await fileIdentity(path);
  const summer = new BlockSummer();
  await scanBytes({ path }, (chunk) => summer.add(chunk));
  const sums = summer.end();
  if (sums.bytes === shard.bytes && digestOfSums(sums) === shard.sha256) return { path, shard, identity, sums };
  throw new AssayError('RUN_DAMAGED', `${path} is not as it was written`, {
    hint: 'Start a new execution: its first step writes the shards again.',
  });
}

interface OpenPiece {
  readonly piece: ShardPiece;
  readonly shard: OpenShard;
}

class FileInShards implements RowFile {
  readonly path: string;
  readonly bytes: number;
  readonly format = 'jsonlines';
  readonly shape: TextShape = { isGuessed: false };
  readonly isSplittable = true;
  readonly knownRows: number;
  readonly #pin: FilePin;
  readonly #pieces: readonly OpenPiece[];
  readonly #budgets: DataBudgets;

  constructor({ path, bytes, rows, sha256, etag }: IndexedFile, pieces: readonly OpenPiece[], budgets: DataBudgets) {
    this.path = path;
    this.bytes = bytes;
    this.knownRows = rows;
    this.#pin = etag === undefined ? { sha256 } : { sha256, etag };
    this.#pieces = pieces;
    this.#budgets = budgets;
  }

  pin(): Promise<FilePin> {
    return Promise.resolve(this.#pin);
  }

  async checkPin(): Promise<void> {
    for (const { path, identity } of new Set(this.#pieces.map(({ shard }) => shard))) {
      const now = await fileIdentity(path).catch(() => undefined);
      if (now?.mark !== identity.mark) throw datasetChanged(path);
    }
  }

  countRows(): Promise<number> {
    return Promise.resolve(this.knownRows);
  }

  /** The pieces as they were cut. */
  ranges(): Promise<JsonlRange[]> {
    return Promise.resolve(this.#pieces.map((piece) => this.#rangeOf(piece)));
  }

  columns(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  async *rows({ wanted = (from, to) => ({ from, to }) }: ParquetPart = {}): AsyncGenerator<RowBatch> {
    let row = 0;
    for (const piece of this.#pieces) {
      const { firstRow, rows } = piece.piece;
      if (wanted(firstRow, firstRow + rows) === undefined) continue;
      if (firstRow > row) yield unreadBatch(firstRow - row, row + 1);
      const range = this.#rangeOf(piece);
      yield* readJsonlRows(range, range);
      row = firstRow + rows;
    }
    if (row < this.knownRows) yield unreadBatch(this.knownRows - row, row + 1);
  }

  #rangeOf({ piece: { start, end, firstLine, firstRow, rows }, shard: { path, sums } }: OpenPiece): JsonlRange {
    const place = { start, end, firstLine, firstRow, rows };
    const source = { path, origin: this.path, budgets: this.#budgets };
    return { ...source, ...place, isPiece: true, sums: sumsOfRange(sums, start, end) };
  }
}
