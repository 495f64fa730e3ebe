import { existsSync } from 'node:fs';
import { type FileHandle, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AssayError, isAssayError } from '@assay/core';
import { fileDigest } from '../models/file-digest.ts';
import type { HubFile, HubListing } from './hub-files.ts';
import { type HubRequestOptions, hubGet, MAX_ATTEMPTS, waitMs } from './hub-request.ts';

export interface DownloadOptions extends HubRequestOptions {
  /** Bytes of this file on disk so far. */
  readonly onBytes?: ((doneBytes: number) => void) | undefined;
}

/**
 * Brings one file to `blob`, going on where an earlier try stopped, and renames it there once its digest is right.
 * Bytes are written at their own place, so two processes that pull the same file do not disturb each other.
 * @throws MODEL_DOWNLOAD when the connection keeps failing, MODEL_CHECKSUM when the bytes are wrong twice
 */
export async function downloadBlob(
  listing: HubListing,
  file: HubFile,
  blob: string,
  options: DownloadOptions,
): Promise<void> {
  if (existsSync(blob)) return;
  await mkdir(dirname(blob), { recursive: true });
  const partial = `${blob}.incomplete`;
  for (let round = 1; ; round++) {
    await fetchWhole(listing, file, partial, options);
    const found = await fileDigest(partial, file.algorithm).catch((thrown: unknown) => {
      // Another process finished first and took the file.
      if (existsSync(blob)) return file.digest;
      throw thrown;
    });
    if (found === file.digest) break;
    await rm(partial, { force: true });
    if (round === 2) throw wrongBytes(listing, file, found);
  }
  await rename(partial, blob).catch((thrown: unknown) => {
    if (!existsSync(blob)) throw thrown;
  });
}

/** Until the file has its full size; a try that brought bytes starts the count of failures anew. */
async function fetchWhole(
  listing: HubListing,
  file: HubFile,
  partial: string,
  options: DownloadOptions,
): Promise<void> {
  let failures = 0;
  for (;;) {
    const start = await stat(partial).then(
      ({ size }) => size,
      () => 0,
    );
    if (start === file.sizeBytes && start > 0) return;
    if (start > file.sizeBytes) await rm(partial, { force: true });
    try {
      const end = await fetchRest(listing, file, partial, start > file.sizeBytes ? 0 : start, options);
      if (end === file.sizeBytes) return;
      throw new Error(`the connection ended after ${end} of ${file.sizeBytes} bytes`);
    } catch (thrown) {
      options.signal?.throwIfAborted();
      if (isAssayError(thrown)) throw thrown;
      // A failure of the network has its system call inside its cause; one of the disk has it itself.
      if ('syscall' in (thrown as Error)) throw notWritable(partial, thrown as NodeJS.ErrnoException);
      const now = await stat(partial).then(
        ({ size }) => size,
        () => 0,
      );
      failures = now > start ? 1 : failures + 1;
      if (failures >= MAX_ATTEMPTS) throw keepsFailing(listing, file, thrown as Error);
      await sleep(waitMs(thrown as Error, failures, options), undefined, { signal: options.signal });
    }
  }
}

/** @returns bytes on disk when the answer ended */
async function fetchRest(
  listing: HubListing,
  file: HubFile,
  partial: string,
  start: number,
  options: DownloadOptions,
): Promise<number> {
  const path = file.path.split('/').map(encodeURIComponent).join('/');
  const url = `/${listing.id}/resolve/${listing.commit}/${path}`;
  const range: Record<string, string> = start > 0 ? { range: `bytes=${start}-` } : {};
  const response = await hubGet(url, `${listing.id}/${file.path}`, options, {
    'accept-encoding': 'identity',
    ...range,
  });
  // A server that ignores the range sends the whole file again.
  let position = response.status === 206 ? start : 0;
  const output = await openAt(partial);
  try {
    if (response.status === 416) {
      await output.truncate(0);
      return 0;
    }
    for await (const chunk of response.body ?? []) {
      const room = file.sizeBytes - position;
      if (chunk.length > room) throw new Error(`the answer is longer than ${file.sizeBytes} bytes`);
      await output.write(chunk, 0, chunk.length, position);
      position += chunk.length;
      options.onBytes?.(position);
    }
  } finally {
    await output.close();
  }
  return position;
}

/** For writing at any place, without cutting off what is there. */
async function openAt(path: string): Promise<FileHandle> {
  await (await open(path, 'a')).close();
  return open(path, 'r+');
}

function wrongBytes(listing: HubListing, file: HubFile, found: string): AssayError {
  const message = `${listing.id}/${file.path} arrived damaged twice: its digest is ${found.slice(0, 12)}…, it should be ${file.digest.slice(0, 12)}…`;
  return new AssayError('MODEL_CHECKSUM', message, {
    hint: 'Something between here and the hub changes files (a proxy?).',
  });
}

function keepsFailing(listing: HubListing, file: HubFile, cause: Error): AssayError {
  const reason = (cause.cause as Error | undefined)?.message ?? cause.message;
  return new AssayError('MODEL_DOWNLOAD', `${listing.id}/${file.path} keeps breaking off: ${reason}`, {
    hint: 'Pull again: it goes on where it stopped.',
    cause,
  });
}

function notWritable(path: string, cause: NodeJS.ErrnoException): AssayError {
  const why = cause.code === 'ENOSPC' ? 'the disk is full' : `it cannot be written (${cause.code})`;
  const hint = 'Make room, or set HF_HOME to another folder, and pull again: it goes on where it stopped.';
  return new AssayError('MODEL_DOWNLOAD', `${dirname(path)}: ${why}`, { hint, cause });
}
