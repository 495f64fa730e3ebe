import { createHash } from 'node:crypto';
import type { DatasetFormat } from '../config/schema/dataset-config.ts';
import type { SourcePlace } from '../errors/assay-error.ts';
import { BlockSummer, type BlockSums } from './block-sums.ts';
import { readCsvRows } from './csv-rows.ts';
import { DATA_BUDGETS, type DataBudgets } from './data-budgets.ts';
import { formatOfFile, isGzipped } from './file-format.ts';
import { datasetChanged, type FileIdentity, fileIdentity } from './file-identity.ts';
import type { HeldBytes } from './held-bytes.ts';
import { readJsonRows } from './json-rows.ts';
import { countJsonlRows, type JsonlRange, jsonlRanges, rangesOf, wantedRanges } from './jsonl-ranges.ts';
import { readJsonlRows } from './jsonl-rows.ts';
import type { FileReading, KeptReadings } from './kept-readings.ts';
import { type ParquetPart, readParquetRows, readParquetShape } from './parquet-rows.ts';
import { RangeCutter } from './range-cutter.ts';
import { scanBytes } from './read-bytes.ts';
import type { DataSource } from './read-chunks.ts';
import { PartialFile } from './remote/partial-file.ts';
import { type RowBatch, unreadBatch } from './row-batch.ts';
import type { FilePin, RowFile } from './row-file.ts';
import { type TextShape, textShape } from './text-shape.ts';
import { unknownFormat } from './unknown-format.ts';

/** Bytes that a scoring task takes: large enough to hide its cost, small enough to lose little in a crash. */
export const RANGE_BYTES: number = 2 ** 20;

export interface DataFileOptions {
  /** By the config; the file's ending says it otherwise. */
  readonly format?: DatasetFormat | undefined;
  /** The dataset's keys, which a column-wise JSON document is read by. */
  readonly keys?: readonly string[];
  readonly budgets?: DataBudgets;
  /** Label of the text's encoding. @default found by the first bytes */
  readonly encoding?: string | undefined;
  /** Between the fields of CSV. @default found by the first rows */
  readonly delimiter?: string | undefined;
  /** Room for its bytes, where it is small. @default none: they are read each time */
  readonly held?: HeldBytes | undefined;
  /** What other processes found when they read it. @default nothing: it is read here */
  readonly kept?: KeptReadings | undefined;
  /** Where the config names the file, for errors. */
  readonly at?: SourcePlace | undefined;
}

interface Found {
  readonly format: DatasetFormat;
  readonly shape: TextShape;
  readonly identity: FileIdentity;
  readonly held: Buffer | undefined;
}

/** One file of a dataset. Once it is pinned, no bytes are read but those that were pinned. */
export class DataFile implements RowFile {
  readonly path: string;
  readonly format: DatasetFormat;
  readonly shape: TextShape;
  readonly #identity: FileIdentity;
  readonly #held: Buffer | undefined;
  readonly #keys: readonly string[];
  readonly #budgets: DataBudgets;
  readonly #kept: KeptReadings | undefined;
  #pin: Promise<FilePin> | undefined;
  #sums: BlockSums | undefined;
  #rowCount: Promise<number> | undefined;
  #schema: ReturnType<typeof readParquetShape> | undefined;
  #cut: { readonly parts: number; readonly ranges: Promise<JsonlRange[]> } | undefined;

  private constructor(path: string, { format, shape, identity, held }: Found, options: DataFileOptions) {
    this.path = path;
    this.format = format;
    this.shape = shape;
    this.#identity = identity;
    this.#held = held;
    this.#keys = options.keys ?? [];
    this.#budgets = options.budgets ?? DATA_BUDGETS;
    this.#kept = options.kept;
  }

  /** @throws AssayError DATASET_NOT_FOUND, DATASET_NOT_A_FILE; DATASET_SYNTAX where nothing tells the format, or a spreadsheet */
  static async open(path: string, options: DataFileOptions = {}): Promise<DataFile> {
    const { at } = options;
    const identity = await fileIdentity(path, at);
    const format = options.format ?? formatOfFile(path);
    if (format === undefined) throw unknownFormat(path, at);
    // Of a Parquet file parts are read, and it may lie here in parts.
    const held = format === 'parquet' ? undefined : await options.held?.read(path, identity);
    const shape = await textShape({ path, held }, format, options);
    return new DataFile(path, { format, shape, identity, held }, options);
  }

  get bytes(): number {
    return this.#identity.bytes;
  }

  /** Whether byte ranges of it can be read apart. */
  get isSplittable(): boolean {
    return this.format === 'jsonlines' && !isGzipped(this.path) && this.shape.encoding === undefined;
  }

  /**
   * The digest over the file's bytes, read once, when first asked for; as its source states it of a file that is here in
   * parts. From then on other bytes are refused. @throws AssayError DATASET_CHANGED where it was written to since it was opened
   */
  pin(): Promise<FilePin> {
    this.#pin ??= this.#digest();
    return this.#pin;
  }

  /** Whether its bytes are still those that were pinned; they are read only where the file system says otherwise. @throws AssayError DATASET_CHANGED */
  async checkPin(): Promise<void> {
    const { sha256 } = await this.pin();
    if (this.#held === undefined && PartialFile.at(this.path) !== undefined) return;
    const now = await fileIdentity(this.path).catch(() => undefined);
    if (now?.mark === this.#identity.mark) return;
    if (now === undefined || (await summed(this.path)).sha256 !== sha256) throw datasetChanged(this.path);
  }

  /** Rows in the file, those that cannot be read included. */
  countRows(): Promise<number> {
    this.#rowCount ??= this.#count();
    return this.#rowCount;
  }

  /** Byte ranges of a splittable file, each with its rows. The last cut is kept: counting rows makes the usual one. */
  ranges(parts: number): Promise<JsonlRange[]> {
    if (this.#cut?.parts !== parts) this.#cut = { parts, ranges: jsonlRanges(this.#source, parts) };
    return this.#cut.ranges;
  }

  /** The columns that its schema states; undefined in formats without one. */
  async columns(): Promise<readonly string[] | undefined> {
    return this.format === 'parquet' ? (await this.#schemaOnce()).columns : undefined;
  }

  /** Batches of all rows in order. @param part what is wanted of them, for formats that can read a part only */
  async *rows(part?: ParquetPart): AsyncGenerator<RowBatch> {
    switch (this.format) {
      case 'jsonlines':
        yield* this.#lines(part);
        break;
      case 'csv':
        yield* readCsvRows(this.#source);
        break;
      case 'parquet':
        yield* readParquetRows(this.#source, part);
        break;
      case 'json':
        yield await readJsonRows(this.#source, this.#keys);
    }
  }

  get #usualParts(): number {
    return Math.ceil(this.bytes / RANGE_BYTES);
  }

  get #source(): DataSource {
    const { encoding, delimiter } = this.shape;
    return { path: this.path, sums: this.#sums, held: this.#held, budgets: this.#budgets, encoding, delimiter };
  }

  /** Once it is known where rows lie, no more is read than the ranges that hold wanted ones. */
  async *#lines({ wanted }: ParquetPart = {}): AsyncGenerator<RowBatch> {
    if (wanted === undefined || this.#cut === undefined) {
      yield* readJsonlRows(this.#source);
      return;
    }
    const ranges = await this.#cut.ranges;
    const rows = ranges.reduce((sum, range) => sum + range.rows, 0);
    let row = 0;
    for (const span of wantedRanges(ranges, wanted)) {
      if (span.firstRow > row) yield unreadBatch(span.firstRow - row, row + 1);
      yield* readJsonlRows(this.#source, span);
      row = span.firstRow + span.rows;
    }
    if (row < rows) yield unreadBatch(rows - row, row + 1);
  }

  async #digest(): Promise<FilePin> {
    if (this.#held !== undefined) return { sha256: createHash('sha256').update(this.#held).digest('hex') };
    const stated = PartialFile.at(this.path)?.pin;
    if (stated !== undefined) return stated;
    const parts = this.#usualParts;
    const kept = this.isSplittable ? this.#kept : undefined;
    const known = await kept?.find(this.#identity, parts);
    if (known !== undefined) return this.#take(known, parts);
    // The same reading finds the lines: what is split is not read whole again.
    const cutter = this.isSplittable ? new RangeCutter(this.bytes, parts) : undefined;
    const found = await summed(this.path, (chunk) => cutter?.add(chunk));
    if ((await fileIdentity(this.path)).mark !== this.#identity.mark) throw datasetChanged(this.path);
    const reading = { ...found, cut: cutter?.end() };
    await kept?.keep(this.#identity, parts, reading);
    return this.#take(reading, parts);
  }

  #take({ sums, sha256, cut }: FileReading, parts: number): FilePin {
    this.#sums = sums;
    if (cut !== undefined) this.#cut = { parts, ranges: Promise.resolve(rangesOf(this.#source, cut)) };
    return { sha256 };
  }

  #schemaOnce(): ReturnType<typeof readParquetShape> {
    this.#schema ??= readParquetShape(this.#source);
    return this.#schema;
  }

  async #count(): Promise<number> {
    if (this.isSplittable) {
      const ranges = await this.ranges(this.#usualParts);
      return ranges.reduce((sum, { rows }) => sum + rows, 0);
    }
    if (this.format === 'jsonlines') return countJsonlRows(this.#source);
    if (this.format === 'parquet') return (await this.#schemaOnce()).rows;
    let count = 0;
    for await (const batch of this.rows()) count += batch.count;
    return count;
  }
}

async function summed(
  path: string,
  onChunk: (chunk: Buffer) => void = () => {},
): Promise<{ readonly sums: BlockSums; readonly sha256: string }> {
  const digest = createHash('sha256');
  const blocks = new BlockSummer();
  await scanBytes({ path }, (chunk) => {
    digest.update(chunk);
    blocks.add(chunk);
    onChunk(chunk);
  });
  return { sums: blocks.end(), sha256: digest.digest('hex') };
}
