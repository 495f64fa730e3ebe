import type { DatasetFormat } from '../config/schema/dataset-config.ts';
import { detectDelimiter } from './csv-delimiter.ts';
import { type DataSource, readChunks } from './read-chunks.ts';
import { detectEncoding } from './text-encoding.ts';
import { isArchive } from './unknown-format.ts';

/** How a text file is read. */
export interface TextShape {
  /** As TextDecoder names it; undefined for UTF-8. */
  readonly encoding?: string | undefined;
  /** Whether the encoding is what the bytes look like, not what they or the config say. */
  readonly isGuessed: boolean;
  /** Between the fields of CSV. */
  readonly delimiter?: string | undefined;
}

interface Stated {
  /** As TextDecoder names it. */
  readonly encoding?: string | undefined;
  readonly delimiter?: string | undefined;
}

/** What the first bytes of a file say, beside what is stated. */
export async function textShape(source: DataSource, format: DatasetFormat, stated: Stated): Promise<TextShape> {
  const { path } = source;
  if (format === 'parquet') return { isGuessed: false };
  const isCsv = format === 'csv';
  if (stated.encoding !== undefined && (stated.delimiter !== undefined || !isCsv))
    return { encoding: other(stated.encoding), isGuessed: false, ...(isCsv ? { delimiter: stated.delimiter } : {}) };
  const head = await firstBytes(source);
  if (head.toString('latin1', 0, 4) === 'PK\u0003\u0004') throw isArchive(path);
  const found = stated.encoding === undefined ? detectEncoding(head) : { name: stated.encoding, isCertain: true };
  const shape = { encoding: other(found?.name ?? 'utf-8'), isGuessed: found?.isCertain === false };
  if (!isCsv) return shape;
  const usual = /\.tsv(\.gz)?$/i.test(path) ? '\t' : ',';
  const delimiter = stated.delimiter ?? detectDelimiter(new TextDecoder(found?.name).decode(head), usual);
  return { ...shape, delimiter };
}

const other = (encoding: string): string | undefined => (encoding === 'utf-8' ? undefined : encoding);

/** A megabyte of the unpacked file, or all of a smaller one. */
async function firstBytes(source: DataSource): Promise<Buffer> {
  for await (const chunk of readChunks(source)) return chunk;
  return Buffer.alloc(0);
}
