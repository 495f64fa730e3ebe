import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { type FileHandle, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type AssayError, isAssayError } from '../errors/assay-error.ts';
import { type AttemptOptions, Attempts } from './attempts.ts';
import { ContentChanged } from './content-changed.ts';
import { type DigestAlgorithm, fileDigest } from './file-digest.ts';

/** Why a download ends for good. */
export type DownloadFailure =
  | { readonly kind: 'breaks_off'; readonly cause: Error }
  | { readonly kind: 'wrong_bytes'; readonly found: string }
  | { readonly kind: 'too_large'; readonly maxBytes: number }
  | { readonly kind: 'not_writable'; readonly cause: NodeJS.ErrnoException };

export interface DownloadTask extends AttemptOptions {
  /** Where the file goes once it is whole and right. The same target must always mean the same bytes. */
  readonly target: string;
  /** Null when the server does not tell: then a broken download starts again, and ends where the server ends it. */
  readonly sizeBytes: number | null;
  /** What the bytes must hash to, where that is known. */
  readonly digest?: { readonly algorithm: DigestAlgorithm; readonly hex: string } | undefined;
  /** Strong ETag or date: what If-Range says with a range. */
  readonly validator?: string | undefined;
  /** Sends the request; resolves to 200, 206 or 416. @throws AssayError for good, any other error to try again */
  readonly get: (headers: Readonly<Record<string, string>>) => Promise<Response>;
  /** Whether an answer is still about the same bytes; where it is not, ContentChanged is thrown. */
  readonly isSame?: ((response: Response) => boolean) | undefined;
  /** Most bytes to take where the size is unknown. */
  readonly maxBytes?: number | undefined;
  /** The error to throw for a failure, in the words of what is downloaded. */
  readonly fail: (failure: DownloadFailure) => AssayError;
  /** Bytes of this file on disk so far. */
  readonly onBytes?: ((doneBytes: number) => void) | undefined;
}

/** Where an unfinished download of known size lies. */
export function partialPath(target: string): string {
  return `${target}.incomplete`;
}

/**
 * Brings one file to its place, going on where an earlier try stopped, and renames it there once it is whole and right.
 * Bytes are written at their own place, so two processes that download the same file do not disturb each other.
 * @throws what `fail` makes, ContentChanged, the signal's reason
 */
export async function downloadFile(task: DownloadTask): Promise<void> {
  const { target, digest } = task;
  if (existsSync(target)) return;
  await mkdir(dirname(target), { recursive: true }).catch((cause) => {
    throw task.fail({ kind: 'not_writable', cause });
  });
  const partial =
    task.sizeBytes === null ? partialPath(`${target}.${randomBytes(4).toString('hex')}`) : partialPath(target);
  for (let round = 1; digest !== undefined || round === 1; round++) {
    await fetchWhole(task, partial);
    if (digest === undefined) break;
    const found = await fileDigest(partial, digest.algorithm).catch((thrown: NodeJS.ErrnoException) => {
      if (thrown.code !== 'ENOENT') throw thrown;
      // Another process took the file: whole, or because its bytes were wrong.
      return existsSync(target) ? digest.hex : 'nothing';
    });
    if (found === digest.hex) break;
    await rm(partial, { force: true });
    if (round === 2) throw task.fail({ kind: 'wrong_bytes', found });
  }
  await rename(partial, target).catch((thrown: unknown) => {
    if (!existsSync(target)) throw thrown;
  });
}

/** Until the file has its full size; a try that brought bytes starts the count of failures again. */
async function fetchWhole(task: DownloadTask, partial: string): Promise<void> {
  const { sizeBytes } = task;
  const attempts = new Attempts(task);
  for (;;) {
    const onDisk = await sizeOf(partial);
    if (onDisk === sizeBytes && onDisk > 0) return;
    const isUsable = sizeBytes !== null && onDisk < sizeBytes;
    if (!isUsable) await rm(partial, { force: true });
    const start = isUsable ? onDisk : 0;
    try {
      const end = await fetchRest(task, partial, start);
      if (sizeBytes === null || end === sizeBytes) return;
      throw new Error(`the connection ended after ${end} of ${sizeBytes} bytes`);
    } catch (thrown) {
      task.signal?.throwIfAborted();
      if (isAssayError(thrown) || thrown instanceof ContentChanged) throw thrown;
      // A failure of the network has its system call inside its cause; one of the disk has it itself.
      if ('syscall' in (thrown as Error)) {
        throw task.fail({ kind: 'not_writable', cause: thrown as NodeJS.ErrnoException });
      }
      if (!attempts.failed(sizeBytes !== null && (await sizeOf(partial)) > start)) {
        if (sizeBytes === null) await rm(partial, { force: true });
        throw task.fail({ kind: 'breaks_off', cause: thrown as Error });
      }
      await attempts.wait();
    }
  }
}

function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}

/** @returns bytes on disk when the answer ended */
async function fetchRest(task: DownloadTask, partial: string, start: number): Promise<number> {
  const response = await task.get({
    'accept-encoding': 'identity',
    ...(start === 0 ? {} : { range: `bytes=${start}-` }),
    ...(start === 0 || task.validator === undefined ? {} : { 'if-range': task.validator }),
  });
  if (task.isSame?.(response) === false) {
    await response.body?.cancel();
    throw new ContentChanged();
  }
  // A server that ignores the range sends the whole file again.
  let position = response.status === 206 ? rangeStart(response, start) : 0;
  const output = await openAt(partial);
  try {
    if (response.status === 416) {
      await response.body?.cancel();
      await output.truncate(0);
      return 0;
    }
    for await (const chunk of response.body ?? []) {
      requireFit(task, position + chunk.length);
      await output.write(chunk, 0, chunk.length, position);
      position += chunk.length;
      task.onBytes?.(position);
    }
  } finally {
    await output.close();
  }
  return position;
}

function rangeStart(response: Response, asked: number): number {
  const given = /^bytes (\d+)-/.exec(response.headers.get('content-range') ?? '')?.[1];
  if (given === undefined || Number(given) === asked) return asked;
  throw new Error(`bytes from ${asked} were asked for, and those from ${given} came`);
}

function requireFit({ sizeBytes, maxBytes, fail }: DownloadTask, endBytes: number): void {
  if (sizeBytes !== null && endBytes > sizeBytes) throw new Error(`the answer is longer than ${sizeBytes} bytes`);
  if (maxBytes !== undefined && endBytes > maxBytes) throw fail({ kind: 'too_large', maxBytes });
}

/** For writing at any place, without cutting off what is there. */
async function openAt(path: string): Promise<FileHandle> {
  await (await open(path, 'a')).close();
  return open(path, 'r+');
}
