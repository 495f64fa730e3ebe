import { existsSync } from 'node:fs';
import { formatBytes } from '../../downloads/format-bytes.ts';
import { freeBytes } from '../../downloads/free-bytes.ts';
import { AssayError } from '../../errors/assay-error.ts';
import { bytesHere, localPath, writeCachedListing } from './cached-listing.ts';
import { downloadRemoteFile } from './download-remote-file.ts';
import type { RemoteHooks } from './remote-hooks.ts';
import type { RemoteFile, RemoteListing } from './remote-listing.ts';
import type { RemoteRequest } from './remote-request.ts';

/**
 * Downloads what is missing of a listing into its folder.
 * @returns absolute paths of all its files, in order
 * @throws DATASET_DOWNLOAD, ContentChanged, the signal's reason
 */
export async function bringFiles(
  listing: RemoteListing,
  folder: string,
  request: RemoteRequest,
  { maxBytes, hooks }: { readonly maxBytes: number; readonly hooks: RemoteHooks | undefined },
): Promise<readonly string[]> {
  const { files, licence } = listing;
  const { shown } = request;
  const paths = files.map((file) => localPath(folder, file));
  if (!paths.every((path) => existsSync(path))) {
    const totalBytes = sum(files.map(({ sizeBytes }) => sizeBytes));
    if ((totalBytes ?? 0) > maxBytes) throw tooLarge(shown, totalBytes ?? 0, maxBytes);
    const here = files.map((file) => bytesHere(folder, file));
    let doneBytes = here.reduce((bytes, ofFile) => bytes + ofFile, 0);
    hooks?.onStart?.({ uri: shown, licence, files, totalBytes, doneBytes });
    await requireRoom(folder, (totalBytes ?? 0) - doneBytes);
    await writeCachedListing(folder, shown, listing);
    await inParallel(files, request.signal, async (file, position, signal) => {
      const onBytes = (ofFile: number): void => {
        doneBytes += ofFile - here[position]!;
        here[position] = ofFile;
        hooks?.onProgress?.({ path: file.path, doneBytes, totalBytes });
      };
      const left = maxBytes - doneBytes + here[position]!;
      await downloadRemoteFile(file, paths[position]!, { ...request, signal }, { maxBytes: left, onBytes });
      const whole = bytesHere(folder, file);
      if (here[position] !== whole) onBytes(whole);
    });
  }
  // Once more: another process may have noted another version meanwhile.
  await writeCachedListing(folder, shown, listing);
  return paths;
}

/** Folders on S3 hold thousands of small files, each of which costs a round trip. */
const FILES_AT_A_TIME = 8;

/** The first failure stops those under way and is thrown once they have ended. */
async function inParallel(
  files: readonly RemoteFile[],
  signal: AbortSignal | undefined,
  bring: (file: RemoteFile, position: number, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const failed = new AbortController();
  const either = AbortSignal.any([failed.signal, ...(signal === undefined ? [] : [signal])]);
  const waiting = files.entries();
  const lane = async (): Promise<void> => {
    for (const [position, file] of waiting) {
      if (either.aborted) return;
      await bring(file, position, either).catch((thrown: unknown) => failed.abort(thrown));
    }
  };
  await Promise.all(Array.from({ length: FILES_AT_A_TIME }, lane));
  signal?.throwIfAborted();
  failed.signal.throwIfAborted();
}

/** Null when a part is unknown. */
function sum(sizes: readonly (number | null)[]): number | null {
  return sizes.reduce<number | null>((total, size) => (total === null || size === null ? null : total + size), 0);
}

async function requireRoom(folder: string, neededBytes: number): Promise<void> {
  const free = await freeBytes(folder).catch((cause: NodeJS.ErrnoException) => {
    throw new AssayError('DATASET_DOWNLOAD', `${folder} cannot be written (${cause.code})`, {
      hint: 'Set ASSAY_CACHE to a folder that can be.',
      cause,
    });
  });
  if (free === undefined || free >= neededBytes) return;
  const message = `${formatBytes(neededBytes)} are needed at ${folder}, ${formatBytes(free)} are free`;
  throw new AssayError('DATASET_DOWNLOAD', message, {
    hint: 'Make room, or set ASSAY_CACHE to a folder on another disk.',
  });
}

function tooLarge(shown: string, totalBytes: number, maxBytes: number): AssayError {
  return new AssayError(
    'DATASET_DOWNLOAD',
    `${shown} has ${formatBytes(totalBytes)}; at most ${formatBytes(maxBytes)} are downloaded`,
    { hint: 'Name a split or a file of it, or download it yourself and name the files.' },
  );
}
