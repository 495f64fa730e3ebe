import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { type FileHandle, mkdir, open, rm, truncate } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Attempts } from '../../downloads/attempts.ts';
import { fileDigest } from '../../downloads/file-digest.ts';
import { AssayError, isAssayError } from '../../errors/assay-error.ts';
import type { DatasetFile } from '../dataset-file.ts';
import { type ByteRange, bytesIn, joinRanges, missingRanges } from './byte-ranges.ts';
import { openSource } from './open-source.ts';
import { linkedSha256 } from './probe-file.ts';
import type { RemoteFile } from './remote-listing.ts';
import { refused, remoteFetch } from './remote-request.ts';

/** What is known of a file of which only parts are here; kept beside it. */
interface PartialNote {
  /** The dataset's URI, and where in it this file is asked for. */
  readonly uri: string;
  readonly url: string;
  readonly sizeBytes: number;
  /** Stated by the source. A sha256 is that of the hub, which states it with every answer. */
  readonly digest?: RemoteFile['digest'];
  /** A strong ETag, which pins the version where no sha256 does. */
  readonly etag?: string | undefined;
  readonly held: readonly ByteRange[];
}

/** The server answers a range with the whole file. */
class RangesNotServed extends Error {}

const noteOf = (path: string): string => `${path}.ranges.json`;

/**
 * A remote file of which only the ranges that somebody read are on disk, each at its place in a sparse file of full
 * length. The server has to name the version with every answer, by the sha256 or a strong ETag, so that parts of two
 * versions never meet. Once more than half is wanted, all of it is fetched and checked.
 */
export class PartialFile {
  readonly #path: string;
  readonly #env: NodeJS.ProcessEnv;
  #note: PartialNote;
  #completing: Promise<void> | undefined;
  #isDropped = false;

  private constructor(path: string, note: PartialNote, env: NodeJS.ProcessEnv) {
    this.#path = path;
    this.#note = note;
    this.#env = env;
  }

  /** The partial file at a path; undefined where a whole one lies there. */
  static at(path: string, env: NodeJS.ProcessEnv = process.env): PartialFile | undefined {
    if (!existsSync(noteOf(path))) return undefined;
    return new PartialFile(path, JSON.parse(readFileSync(noteOf(path), 'utf8')) as PartialNote, env);
  }

  /** Makes one that holds nothing yet, unless it is there. */
  static async create(path: string, known: Omit<PartialNote, 'held'>, env: NodeJS.ProcessEnv): Promise<PartialFile> {
    const there = PartialFile.at(path, env);
    if (there !== undefined) return there;
    await mkdir(dirname(path), { recursive: true });
    await (await open(path, 'a')).close();
    await truncate(path, known.sizeBytes);
    const made = new PartialFile(path, { ...known, held: [] }, env);
    made.#keep([]);
    return made;
  }

  get byteLength(): number {
    return this.#note.sizeBytes;
  }

  get pin(): Pick<DatasetFile, 'sha256' | 'etag'> {
    const { digest, etag } = this.#note;
    return digest?.algorithm === 'sha256' ? { sha256: digest.hex } : { sha256: null, etag };
  }

  /** Bytes that are here. */
  get heldBytes(): number {
    return bytesIn(this.#note.held);
  }

  get isWhole(): boolean {
    return this.heldBytes === this.byteLength;
  }

  /** Fetches the last bytes. @returns false where the server has no ranges. @throws AssayError DATASET_DOWNLOAD */
  async fetchTail(bytes: number): Promise<boolean> {
    const { byteLength } = this;
    try {
      for (const range of missingRanges(this.#note.held, [Math.max(0, byteLength - bytes), byteLength]))
        await this.#fetch(range);
      return true;
    } catch (thrown) {
      if (thrown instanceof RangesNotServed) return false;
      throw thrown;
    }
  }

  /** @throws AssayError DATASET_DOWNLOAD */
  async slice(from: number, to: number = this.byteLength): Promise<ArrayBuffer> {
    await this.#bring([from, to]).catch((thrown: unknown) => {
      throw thrown instanceof RangesNotServed ? this.#wholeOnly(thrown) : thrown;
    });
    return readRange(this.#path, from, to);
  }

  async #bring([from, to]: ByteRange): Promise<void> {
    const missing = missingRanges(this.#note.held, [from, to]);
    if (missing.length > 0 && this.heldBytes + bytesIn(missing) > this.byteLength / 2) {
      this.#completing ??= this.#complete();
      await this.#completing;
    } else {
      await Promise.all(missing.map((range) => this.#fetch(range)));
    }
  }

  async #complete(): Promise<void> {
    for (const range of missingRanges(this.#note.held, [0, this.byteLength])) await this.#fetch(range);
    const { digest } = this.#note;
    if (digest === undefined || (await fileDigest(this.#path, digest.algorithm)) === digest.hex) return;
    await this.#drop();
    throw new AssayError('DATASET_DOWNLOAD', `${this.#note.url} arrived damaged: its digest is not the one stated`, {
      hint: 'Run again; if it stays so, something between here and the server changes files (a proxy?).',
    });
  }

  async #fetch(range: ByteRange): Promise<void> {
    const output = await open(this.#path, 'r+');
    const [from, to] = range;
    let at = from;
    try {
      for (const attempts = new Attempts(); at < to; ) {
        const before = at;
        const broken = await this.#fetchFrom([at, to], output, (end) => {
          at = end;
        }).catch(passing);
        if (at === to) break;
        if (!attempts.failed(at > before)) throw this.#breaksOff(broken ?? new Error('the answers are empty'));
        await attempts.wait();
      }
    } finally {
      await output.close();
      if (!this.#isDropped) this.#keep([[from, at]]);
    }
  }

  /** The connection may end before the range does. */
  async #fetchFrom([from, to]: ByteRange, output: FileHandle, onBytes: (end: number) => void): Promise<void> {
    const { url, uri } = this.#note;
    const { request, offline } = openSource(uri, { env: this.#env });
    if (offline !== undefined) throw this.#missing(offline);
    const { response, hops } = await remoteFetch(url, request, { headers: { range: `bytes=${from}-${to - 1}` } });
    const isOther = response.ok && !this.#isSame(response, hops);
    const starts = Number(/^bytes (\d+)-/.exec(response.headers.get('content-range') ?? '')?.[1]);
    if (response.status !== 206 || isOther || starts !== from) {
      await response.body?.cancel();
      if (!response.ok) throw refused(url, request, response.status);
      if (isOther) throw await this.#changed();
      throw new RangesNotServed(`${url} is served as a whole only`);
    }
    let at = from;
    for await (const chunk of response.body ?? []) {
      const part = chunk.subarray(0, to - at);
      await output.write(part, 0, part.length, at);
      at += part.length;
      onBytes(at);
    }
  }

  #isSame(response: Response, hops: readonly Headers[]): boolean {
    const { digest, etag } = this.#note;
    return digest?.algorithm === 'sha256' ? linkedSha256(hops) === digest.hex : response.headers.get('etag') === etag;
  }

  /** Another reader may have noted ranges of its own meanwhile. */
  #keep(ranges: readonly ByteRange[]): void {
    const place = noteOf(this.#path);
    const noted = existsSync(place) ? (JSON.parse(readFileSync(place, 'utf8')) as PartialNote).held : [];
    this.#note = { ...this.#note, held: joinRanges(noted, joinRanges(this.#note.held, ranges)) };
    const temporary = `${place}.${randomBytes(4).toString('hex')}.tmp`;
    writeFileSync(temporary, `${JSON.stringify(this.#note)}\n`);
    renameSync(temporary, place);
  }

  async #drop(): Promise<void> {
    this.#isDropped = true;
    await rm(noteOf(this.#path), { force: true });
    await rm(this.#path, { force: true });
  }

  async #changed(): Promise<AssayError> {
    await this.#drop();
    return new AssayError('DATASET_DOWNLOAD', `${this.#note.url} has changed since the dataset was listed`, {
      hint: `Look what it has by now: assay datasets pull ${this.#note.uri}`,
    });
  }

  #missing(reason: string): AssayError {
    return new AssayError('DATASET_DOWNLOAD', `${reason}, and the cache holds only parts of ${this.#note.url}`, {
      hint: `With a network: assay datasets pull ${this.#note.uri}`,
    });
  }

  #wholeOnly(cause: RangesNotServed): AssayError {
    return new AssayError('DATASET_DOWNLOAD', cause.message, {
      hint: `Bring it so: assay datasets pull ${this.#note.uri}`,
      cause,
    });
  }

  #breaksOff(cause: Error): AssayError {
    return new AssayError('DATASET_DOWNLOAD', `${this.#note.url} keeps breaking off: ${cause.message}`, {
      hint: 'Try again: what was read is kept.',
      cause,
    });
  }
}

/** A failure of the network, after which one tries again; its system call is in its cause. @throws any other */
function passing(thrown: unknown): Error {
  if (isAssayError(thrown) || thrown instanceof RangesNotServed) throw thrown;
  const { syscall, code } = thrown as NodeJS.ErrnoException;
  if (syscall !== undefined) {
    throw new AssayError('DATASET_DOWNLOAD', `what was fetched cannot be written (${code})`, {
      hint: 'Make room, or set ASSAY_CACHE to another folder; what was read is kept.',
      cause: thrown,
    });
  }
  return thrown as Error;
}

async function readRange(path: string, from: number, to: number): Promise<ArrayBuffer> {
  const handle = await open(path);
  try {
    const buffer = Buffer.alloc(to - from);
    await handle.read(buffer, 0, buffer.length, from);
    return buffer.buffer.slice(buffer.byteOffset, buffer.byteOffset + buffer.length);
  } finally {
    await handle.close();
  }
}
