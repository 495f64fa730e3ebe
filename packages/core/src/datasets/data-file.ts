import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import type { DatasetFormat } from '../config/schema/dataset-config.ts';
import { AssayError, type SourcePlace } from '../errors/assay-error.ts';
import { readCsvRows } from './csv-rows.ts';
import type { DatasetFile } from './dataset-file.ts';
import { formatOfFile, isGzipped, scanRaw } from './file-format.ts';
import { readJsonRows } from './json-rows.ts';
import { countJsonlRows, type JsonlRange, jsonlRanges } from './jsonl-ranges.ts';
import { readJsonlRows } from './jsonl-rows.ts';
import { type ParquetPart, readParquetRows, readParquetShape } from './parquet-rows.ts';
import { PartialFile } from './remote/partial-file.ts';
import type { RowBatch } from './row-batch.ts';

/** Bytes that a scoring task takes: large enough to hide its cost, small enough to lose little in a crash. */
export const RANGE_BYTES: number = 2 ** 20;

type FilePin = Pick<DatasetFile, 'sha256' | 'etag'>;

/** One file of a dataset. */
export class DataFile {
  readonly path: string;
  readonly bytes: number;
  readonly format: DatasetFormat;
  readonly #keys: readonly string[];
  #pin: Promise<FilePin> | undefined;
  #rowCount: Promise<number> | undefined;
  #shape: ReturnType<typeof readParquetShape> | undefined;
  #cut: { readonly parts: number; readonly ranges: Promise<JsonlRange[]> } | undefined;

  private constructor(path: string, bytes: number, format: DatasetFormat, keys: readonly string[]) {
    this.path = path;
    this.bytes = bytes;
    this.format = format;
    this.#keys = keys;
  }

  /** @param keys the dataset's keys, which a column-wise JSON document is read by */
  static async open(
    path: string,
    stated: DatasetFormat | undefined,
    keys: readonly string[],
    at?: SourcePlace,
  ): Promise<DataFile> {
    const { size } = await stat(path).catch((cause: unknown) => {
      throw new AssayError('DATASET_NOT_FOUND', `cannot read ${path}`, { at, cause });
    });
    const format = stated ?? formatOfFile(path);
    if (format === undefined) {
      throw new AssayError('DATASET_SYNTAX', `the ending of ${path} does not tell its format`, {
        at,
        hint: 'set dataset_mime_type to jsonlines, json, csv or parquet',
      });
    }
    return new DataFile(path, size, format, keys);
  }

  /** Whether byte ranges of it can be read apart. */
  get isSplittable(): boolean {
    return this.format === 'jsonlines' && !isGzipped(this.path);
  }

  /** Over the file's bytes, read once, when first asked for; as its source states it of a file that is here in parts. */
  pin(): Promise<FilePin> {
    this.#pin ??= this.#digest();
    return this.#pin;
  }

  /** Rows in the file, those that cannot be read included. */
  countRows(): Promise<number> {
    this.#rowCount ??= this.#count();
    return this.#rowCount;
  }

  /** Byte ranges of a splittable file, each with its rows. The last cut is kept: counting rows makes the usual one. */
  ranges(parts: number): Promise<JsonlRange[]> {
    if (this.#cut?.parts !== parts) this.#cut = { parts, ranges: jsonlRanges(this.path, parts) };
    return this.#cut.ranges;
  }

  /** The columns that its schema states; undefined in formats without one. */
  async columns(): Promise<readonly string[] | undefined> {
    return this.format === 'parquet' ? (await this.#shapeOnce()).columns : undefined;
  }

  /** Batches of all rows in order. @param part what is wanted of them, for formats that can read a part only */
  async *rows(part?: ParquetPart): AsyncGenerator<RowBatch> {
    switch (this.format) {
      case 'jsonlines':
        yield* readJsonlRows(this.path);
        break;
      case 'csv':
        yield* readCsvRows(this.path);
        break;
      case 'parquet':
        yield* readParquetRows(this.path, part);
        break;
      case 'json':
        yield await readJsonRows(this.path, this.#keys);
    }
  }

  async #digest(): Promise<FilePin> {
    return PartialFile.at(this.path)?.pin ?? { sha256: await digestOf(this.path) };
  }

  #shapeOnce(): ReturnType<typeof readParquetShape> {
    this.#shape ??= readParquetShape(this.path);
    return this.#shape;
  }

  async #count(): Promise<number> {
    if (this.isSplittable) {
      const ranges = await this.ranges(Math.ceil(this.bytes / RANGE_BYTES));
      return ranges.reduce((sum, { rows }) => sum + rows, 0);
    }
    if (this.format === 'jsonlines') return countJsonlRows(this.path);
    if (this.format === 'parquet') return (await this.#shapeOnce()).rows;
    let count = 0;
    for await (const batch of this.rows()) count += batch.count;
    return count;
  }
}

async function digestOf(path: string): Promise<string> {
  const digest = createHash('sha256');
  await scanRaw(path, Number.POSITIVE_INFINITY, (chunk) => digest.update(chunk));
  return digest.digest('hex');
}
