import { dirname } from 'node:path';
import { type DownloadFailure, downloadFile } from '../../downloads/download-file.ts';
import { formatBytes } from '../../downloads/format-bytes.ts';
import { AssayError } from '../../errors/assay-error.ts';
import { validatorOf } from './probe-file.ts';
import type { RemoteFile } from './remote-listing.ts';
import { type RemoteRequest, remoteGet } from './remote-request.ts';

/** Brings one file of a listing to its place. @throws DATASET_DOWNLOAD, ContentChanged, the signal's reason */
export function downloadRemoteFile(
  file: RemoteFile,
  target: string,
  request: RemoteRequest,
  options: { readonly maxBytes: number; readonly onBytes: (doneBytes: number) => void },
): Promise<void> {
  const { validator } = file;
  return downloadFile({
    target,
    sizeBytes: file.sizeBytes,
    digest: file.digest,
    validator,
    get: file.get ?? ((headers) => remoteGet(file.url, request, headers)),
    // An answer without a validator (some send none with 206) says nothing against it.
    isSame: (response) =>
      ![412, 416].includes(response.status) &&
      (validator === undefined || (validatorOf(response) ?? validator) === validator),
    ...options,
    signal: request.signal,
    retryDelayMs: request.retryDelayMs,
    fail: (failure) => failed(`${request.shown} (${file.path})`, target, failure),
  });
}

function failed(what: string, target: string, failure: DownloadFailure): AssayError {
  switch (failure.kind) {
    case 'wrong_bytes':
      return new AssayError('DATASET_DOWNLOAD', `${what} arrived damaged twice: its digest is not the one stated`, {
        hint: 'Something between here and the server changes files (a proxy?).',
      });
    case 'not_writable': {
      const { cause } = failure;
      const why = cause.code === 'ENOSPC' ? 'the disk is full' : `it cannot be written (${cause.code})`;
      return new AssayError('DATASET_DOWNLOAD', `${dirname(target)}: ${why}`, {
        hint: 'Make room, or set ASSAY_CACHE to another folder, and try again: it goes on where it stopped.',
        cause,
      });
    }
    case 'breaks_off': {
      const reason = (failure.cause.cause as Error | undefined)?.message || failure.cause.message;
      return new AssayError('DATASET_DOWNLOAD', `${what} keeps breaking off: ${reason}`, {
        hint: 'Try again: it goes on where it stopped.',
        cause: failure.cause,
      });
    }
    case 'too_large':
      return new AssayError('DATASET_DOWNLOAD', `${what} has more than ${formatBytes(failure.maxBytes)}`, {
        hint: 'Download it yourself and name the file.',
      });
  }
}
