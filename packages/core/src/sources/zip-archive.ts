import { type FileHandle, open } from 'node:fs/promises';
import { inflateRawSync } from 'node:zlib';
import { AssayError } from '../errors/assay-error.ts';

/** A file in an archive. */
export interface ZipEntry {
  readonly name: string;
  readonly method: number;
  readonly packedBytes: number;
  readonly bytes: number;
  /** Of its own header, from the beginning of the archive. */
  readonly offset: number;
}

/** Bytes that one file may unpack to, and that names and sizes of all files may take. */
const MOST_BYTES = 512 * 2 ** 20;
const MOST_DIRECTORY = 256 * 2 ** 20;

const END = 0x06054b50;
const END_64 = 0x06064b50;
const LOCATOR_64 = 0x07064b50;
const ENTRY = 0x02014b50;
const LOCAL = 0x04034b50;

/**
 * Reads single files of a ZIP archive: stored, deflated, or packed by Zstandard, as Inspect writes them.
 * @see https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
 */
export class ZipArchive {
  readonly entries: readonly ZipEntry[];
  readonly #file: FileHandle;
  readonly #path: string;

  private constructor(file: FileHandle, path: string, entries: readonly ZipEntry[]) {
    this.#file = file;
    this.#path = path;
    this.entries = entries;
  }

  /** @throws AssayError DATASET_SYNTAX for a file that is no archive */
  static async open(path: string): Promise<ZipArchive> {
    const file = await open(path, 'r');
    try {
      return new ZipArchive(file, path, await entriesOf(file, path));
    } catch (thrown) {
      await file.close();
      throw thrown;
    }
  }

  async text({ name, method, packedBytes, bytes, offset }: ZipEntry): Promise<string> {
    if (bytes > MOST_BYTES || packedBytes > MOST_BYTES) throw damaged(this.#path, `${name} is larger than 512 MiB`);
    const head = await read(this.#file, offset, 30, this.#path);
    if (head.readUInt32LE(0) !== LOCAL) throw damaged(this.#path, `${name} is not where the archive says`);
    const start = offset + 30 + head.readUInt16LE(26) + head.readUInt16LE(28);
    const packed = await read(this.#file, start, packedBytes, this.#path);
    try {
      return (await unpacked(packed, method, bytes)).toString('utf8');
    } catch (cause) {
      throw damaged(this.#path, `${name} cannot be unpacked`, cause);
    }
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}

async function unpacked(packed: Buffer, method: number, bytes: number): Promise<Buffer> {
  if (method === 0) return packed;
  if (method === 8) return inflateRawSync(packed, { maxOutputLength: Math.max(1, bytes) });
  if (method !== 93) throw new TypeError(`packed by method ${method}`);
  // Node 20 has no Zstandard of its own.
  const { decompressZstd } = await import('hyparquet-compressors');
  const found = decompressZstd(packed, new Uint8Array(bytes));
  if (found.length !== bytes) throw new TypeError('of another length than the archive says');
  return Buffer.from(found.buffer, found.byteOffset, found.byteLength);
}

async function entriesOf(file: FileHandle, path: string): Promise<ZipEntry[]> {
  const { size } = await file.stat();
  const tail = Math.min(size, 22 + 65_535);
  const end = await read(file, size - tail, tail, path);
  let at = tail - 22;
  while (at >= 0 && end.readUInt32LE(at) !== END) at--;
  if (at < 0) throw damaged(path, 'it is no ZIP archive, or its end is missing');
  let length = end.readUInt32LE(at + 12);
  let start = end.readUInt32LE(at + 16);
  if (at >= 20 && end.readUInt32LE(at - 20) === LOCATOR_64) {
    const wide = await read(file, Number(end.readBigUInt64LE(at - 12)), 56, path);
    if (wide.readUInt32LE(0) !== END_64) throw damaged(path, 'its list of files is not where it says');
    length = Number(wide.readBigUInt64LE(40));
    start = Number(wide.readBigUInt64LE(48));
  }
  if (length > MOST_DIRECTORY || start + length > size) throw damaged(path, 'its list of files is too large');
  return listed(await read(file, start, length, path), path);
}

function listed(directory: Buffer, path: string): ZipEntry[] {
  const entries: ZipEntry[] = [];
  for (let at = 0; at + 46 <= directory.length && directory.readUInt32LE(at) === ENTRY; ) {
    const nameEnd = at + 46 + directory.readUInt16LE(at + 28);
    const next = nameEnd + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
    if (next > directory.length) throw damaged(path, 'its list of files is cut off');
    const sizes = [directory.readUInt32LE(at + 24), directory.readUInt32LE(at + 20), directory.readUInt32LE(at + 42)];
    const [bytes, packedBytes, offset] = wideSizes(sizes, directory.subarray(nameEnd, next));
    const name = directory.toString('utf8', at + 46, nameEnd);
    entries.push({
      name,
      method: directory.readUInt16LE(at + 10),
      packedBytes: packedBytes!,
      bytes: bytes!,
      offset: offset!,
    });
    at = next;
  }
  return entries;
}

/** Sizes of 4 GiB and more stand in an extra field, in this order. */
function wideSizes(sizes: readonly number[], extra: Buffer): number[] {
  let field = 0;
  while (field + 4 <= extra.length && extra.readUInt16LE(field) !== 1) field += 4 + extra.readUInt16LE(field + 2);
  let at = field + 4;
  return sizes.map((size) => {
    if (size !== 0xffffffff || at + 8 > extra.length) return size;
    at += 8;
    return Number(extra.readBigUInt64LE(at - 8));
  });
}

async function read(file: FileHandle, from: number, length: number, path: string): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await file.read(buffer, 0, length, from);
  if (bytesRead < length) throw damaged(path, 'it is cut off');
  return buffer;
}

function damaged(path: string, what: string, cause?: unknown): AssayError {
  return new AssayError('DATASET_SYNTAX', `${path} cannot be read: ${what}`, { cause });
}
