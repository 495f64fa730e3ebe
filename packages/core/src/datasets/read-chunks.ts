import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { AssayError, isAssayError } from '../errors/assay-error.ts';
import { DATA_BUDGETS, type DataBudgets } from './data-budgets.ts';
import { isGzipped } from './file-format.ts';
import { type DataBytes, readBytes, scanBytes } from './read-bytes.ts';

/** A data file as its rows are read. */
export interface DataSource extends DataBytes {
  readonly budgets?: DataBudgets | undefined;
  /** Of its text, where that is not UTF-8. */
  readonly encoding?: string | undefined;
  /** Between the fields of CSV. @default ',' */
  readonly delimiter?: string | undefined;
  /** The file that its rows come from, where it holds some of another’s. @default path */
  readonly origin?: string | undefined;
}

const CHUNK_BYTES = 1 << 20;
/** A packed file may unpack to so much whatever its ratio. */
const RATIO_FREE_BYTES = 2 ** 24;

/**
 * The file's bytes from `start` to `end` (exclusive); all of them where it is gzipped, unpacked, or not in UTF-8, as UTF-8.
 * @throws AssayError DATASET_CHANGED, DATASET_ENCODING, DATASET_SYNTAX (damaged gzip), DATASET_TOO_LARGE
 */
export function readChunks(
  source: DataSource,
  start = 0,
  end: number = Number.POSITIVE_INFINITY,
): AsyncGenerator<Buffer, void> {
  if (isPlain(source)) return readBytes(source, start, end);
  const bytes = isGzipped(source.path) ? unpack(source) : readBytes(source);
  return source.encoding === undefined ? bytes : asUtf8(bytes, source.encoding, source.path);
}

/** Whether its bytes on disk are its text in UTF-8. */
const isPlain = ({ path, encoding }: DataSource): boolean => !isGzipped(path) && encoding === undefined;

/** Calls back with all of a file's text. A chunk is overwritten by the next. */
export async function scanChunks(source: DataSource, onChunk: (chunk: Buffer) => void): Promise<void> {
  if (isPlain(source)) await scanBytes(source, onChunk);
  else for await (const chunk of readChunks(source)) onChunk(chunk);
}

/** All of a file, unpacked, in one piece. @throws AssayError DATASET_TOO_LARGE above `limit` bytes */
export async function readWhole(source: DataSource, limit: number, hint: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of readChunks(source)) {
    bytes += chunk.length;
    if (bytes > limit) throw tooLarge(source.path, `has more than ${mebibytes(limit)}, and is read as a whole`, hint);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, bytes);
}

/** A byte-order mark is left out. */
async function* asUtf8(chunks: AsyncIterable<Buffer>, encoding: string, path: string): AsyncGenerator<Buffer, void> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  const decode = (chunk?: Buffer): Buffer => {
    try {
      return Buffer.from(decoder.decode(chunk, { stream: chunk !== undefined }));
    } catch (cause) {
      throw new AssayError('DATASET_ENCODING', `the file holds bytes that are not ${encoding}`, {
        at: { file: path },
        hint: 'set dataset.encoding to what it is, or save it as UTF-8',
        cause,
      });
    }
  };
  for await (const chunk of chunks) yield decode(chunk);
  const rest = decode();
  if (rest.length > 0) yield rest;
}

async function* unpack(source: DataSource): AsyncGenerator<Buffer, void> {
  const { unpackedBytes, unpackedRatio } = source.budgets ?? DATA_BUDGETS;
  const gunzip = createGunzip({ chunkSize: CHUNK_BYTES });
  let packed = 0;
  const counted = async function* () {
    for await (const chunk of readBytes(source)) {
      packed += chunk.length;
      yield chunk;
    }
  };
  // What fails is told by the iteration below.
  pipeline(counted, gunzip, () => {});
  let unpacked = 0;
  try {
    for await (const chunk of gunzip as AsyncIterable<Buffer>) {
      unpacked += chunk.length;
      if (unpacked > unpackedBytes)
        throw tooLarge(
          source.path,
          `unpacks to more than ${mebibytes(unpackedBytes)}`,
          'raise dataset.budgets.unpacked_bytes',
        );
      if (unpacked > RATIO_FREE_BYTES && unpacked > packed * unpackedRatio)
        throw tooLarge(
          source.path,
          `unpacks to more than ${unpackedRatio} times its size, as no text does`,
          'raise dataset.budgets.unpacked_ratio if it is what it should be',
        );
      yield chunk;
    }
  } catch (thrown) {
    throw isAssayError(thrown) ? thrown : damaged(source.path, thrown);
  }
}

function tooLarge(path: string, message: string, hint: string): AssayError {
  return new AssayError('DATASET_TOO_LARGE', `${path} ${message}`, { at: { file: path }, hint });
}

const mebibytes = (bytes: number): string => `${Math.ceil(bytes / 2 ** 20).toLocaleString('en')} MiB`;

function damaged(path: string, cause: unknown): unknown {
  const { code, message } = cause as NodeJS.ErrnoException;
  if (code === undefined || !code.startsWith('Z_')) return cause;
  const what = code === 'Z_BUF_ERROR' ? 'the packed data ends too early' : `not readable as gzip: ${message}`;
  return new AssayError('DATASET_SYNTAX', what, {
    at: { file: path },
    hint: 'copy or pack the file again; `gzip -t` tells whether it is whole',
    cause,
  });
}
