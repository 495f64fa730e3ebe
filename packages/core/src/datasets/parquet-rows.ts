import { stat } from 'node:fs/promises';
import { AssayError, isAssayError } from '../errors/assay-error.ts';
import { checkedPages } from './checked-pages.ts';
import { oneRead } from './one-read.ts';
import { type DataBytes, readBytes } from './read-bytes.ts';
import { FOOTER_BYTES } from './remote/open-parts.ts';
import { PartialFile } from './remote/partial-file.ts';
import { type RowBatch, recordBatch, unreadBatch } from './row-batch.ts';
import type { WantedSpan } from './row-selection.ts';

const MAX_BATCH_ROWS = 65_536;

/** Names of a Parquet file's top-level columns, and its number of rows, from its footer. */
export async function readParquetShape(source: DataBytes): Promise<{ columns: string[]; rows: number }> {
  const { schema, metadata } = await openParquet(source);
  return { columns: schema.children.map((child) => child.element.name), rows: Number(metadata.num_rows) };
}

export interface ParquetPart {
  /** Top-level columns; undefined for all. */
  readonly columns?: readonly string[] | undefined;
  /** Rows; groups without one stay unread, as `unreadBatch`. @default all */
  readonly wanted?: WantedSpan | undefined;
}

/** Reads Parquet by row group. @see https://parquet.apache.org/docs/file-format/ */
export async function* readParquetRows(
  source: DataBytes,
  { columns, wanted: wantedSpan = (from, to) => ({ from, to }) }: ParquetPart = {},
): AsyncGenerator<RowBatch> {
  const { file, metadata, hyparquet, compressors, schema } = await openParquet(source);
  const present = new Set(schema.children.map((child) => child.element.name));
  const read = columns === undefined ? {} : { columns: columns.filter((column) => present.has(column)) };
  let groupStart = 0;
  for (const group of metadata.row_groups) {
    const groupEnd = groupStart + Number(group.num_rows);
    for (let rowStart = groupStart; rowStart < groupEnd; rowStart += MAX_BATCH_ROWS) {
      const rowEnd = Math.min(groupEnd, rowStart + MAX_BATCH_ROWS);
      const { from, to } = wantedSpan(rowStart, rowEnd) ?? { from: rowEnd, to: rowEnd };
      if (from > rowStart) yield unreadBatch(from - rowStart, rowStart + 1);
      if (from === to) continue;
      const part = { metadata, compressors, rowStart: from, rowEnd: to, useOffsetIndex: true, ...read };
      const records = await oneRead(file, (pieces) => hyparquet.parquetReadObjects({ file: pieces, ...part })).catch(
        (cause: unknown) => unreadable(source.path, cause),
      );
      for (const record of records) for (const key in record) record[key] = plainValue(record[key]);
      yield recordBatch(records, from + 1);
      if (to < rowEnd) yield unreadBatch(rowEnd - to, to + 1);
    }
    groupStart = groupEnd;
  }
}

async function openParquet(source: DataBytes) {
  const { path } = source;
  const hyparquet = await import('hyparquet');
  const { compressors } = await import('hyparquet-compressors');
  try {
    const file = PartialFile.at(path) ?? (await wholeFile(source));
    const metadata = await hyparquet.parquetMetadataAsync(file, { initialFetchSize: FOOTER_BYTES });
    const schema = hyparquet.parquetSchema(metadata);
    return { hyparquet, compressors, file: await checkedPages(file, metadata, schema), metadata, schema };
  } catch (cause) {
    return unreadable(path, cause);
  }
}

/** As hyparquet reads files: by pieces. */
async function wholeFile(source: DataBytes) {
  const byteLength = source.sums?.bytes ?? (await stat(source.path)).size;
  const slice = async (start: number, end: number = byteLength): Promise<ArrayBuffer> => {
    const chunks: Buffer[] = [];
    for await (const chunk of readBytes(source, start, end)) chunks.push(chunk);
    return new Uint8Array(Buffer.concat(chunks)).buffer;
  };
  return { byteLength, slice };
}

function unreadable(path: string, cause: unknown): never {
  if (isAssayError(cause)) throw cause;
  throw new AssayError('DATASET_SYNTAX', `not readable as Parquet: ${(cause as Error).message}`, {
    at: { file: path },
    cause,
  });
}

/** Parquet's 64-bit integers, dates and byte strings as JSON values. */
function plainValue(value: unknown): unknown {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (ArrayBuffer.isView(value)) return Array.from(value as unknown as ArrayLike<number | bigint>, plainValue);
  if (Array.isArray(value)) return value.map(plainValue);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plainValue(inner)]));
}
