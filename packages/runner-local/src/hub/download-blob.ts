import { dirname } from 'node:path';
import { AssayError, type DownloadFailure, downloadFile, remoteGet } from '@assay/core';
import type { HubFile, HubListing } from './hub-files.ts';
import { type HubRequestOptions, modelRequest } from './hub-request.ts';

export interface DownloadOptions extends HubRequestOptions {
  /** Bytes of this file on disk so far. */
  readonly onBytes?: ((doneBytes: number) => void) | undefined;
}

/**
 * Brings one file of a model to `blob`, going on where an earlier try stopped.
 * @throws MODEL_DOWNLOAD when the connection keeps failing, MODEL_CHECKSUM when the bytes are wrong twice
 */
export function downloadBlob(
  listing: HubListing,
  file: HubFile,
  blob: string,
  options: DownloadOptions,
): Promise<void> {
  const what = `${listing.id}/${file.path}`;
  const path = file.path.split('/').map(encodeURIComponent).join('/');
  const url = `${options.settings.endpoint}/${listing.id}/resolve/${listing.commit}/${path}`;
  return downloadFile({
    target: blob,
    sizeBytes: file.sizeBytes,
    digest: { algorithm: file.algorithm, hex: file.digest },
    get: (headers) => remoteGet(url, modelRequest(what, options), headers),
    fail: (failure) => failed(what, file, blob, failure),
    onBytes: options.onBytes,
    signal: options.signal,
    retryDelayMs: options.retryDelayMs,
  });
}

function failed(what: string, file: HubFile, blob: string, failure: DownloadFailure): AssayError {
  switch (failure.kind) {
    case 'wrong_bytes': {
      const message = `${what} arrived damaged twice: its digest is ${failure.found.slice(0, 12)}…, it should be ${file.digest.slice(0, 12)}…`;
      return new AssayError('MODEL_CHECKSUM', message, {
        hint: 'Something between here and the hub changes files (a proxy?).',
      });
    }
    case 'not_writable': {
      const { cause } = failure;
      const why = cause.code === 'ENOSPC' ? 'the disk is full' : `it cannot be written (${cause.code})`;
      const hint = 'Make room, or set HF_HOME to another folder, and pull again: it goes on where it stopped.';
      return new AssayError('MODEL_DOWNLOAD', `${dirname(blob)}: ${why}`, { hint, cause });
    }
    case 'breaks_off': {
      const reason = (failure.cause.cause as Error | undefined)?.message ?? failure.cause.message;
      return new AssayError('MODEL_DOWNLOAD', `${what} keeps breaking off: ${reason}`, {
        hint: 'Pull again: it goes on where it stopped.',
        cause: failure.cause,
      });
    }
    case 'too_large':
      return new AssayError('MODEL_DOWNLOAD', `${what} is larger than ${failure.maxBytes} bytes`);
  }
}
