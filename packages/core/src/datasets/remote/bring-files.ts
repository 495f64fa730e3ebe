import { existsSync } from 'node:fs';
import { formatBytes } from '../../downloads/format-bytes.ts';
import { freeBytes } from '../../downloads/free-bytes.ts';
import { AssayError } from '../../errors/assay-error.ts';
import { bytesHere, localPath, writeCachedListing } from './cached-listing.ts';
import { downloadRemoteFile } from './download-remote-file.ts';
import type { RemoteHooks } from './remote-hooks.ts';
import type { RemoteListing } from './remote-listing.ts';
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
    let doneBytes = files.reduce((bytes, file) => bytes + bytesHere(folder, file), 0);
    hooks?.onStart?.({ uri: shown, licence, files, totalBytes, doneBytes });
    await requireRoom(folder, (totalBytes ?? 0) - doneBytes);
    await writeCachedListing(folder, shown, listing);
    for (const [position, file] of files.entries()) {
      const others = doneBytes - bytesHere(folder, file);
      const onBytes = (ofFile: number): void => {
        doneBytes = others + ofFile;
        hooks?.onProgress?.({ path: file.path, doneBytes, totalBytes });
      };
      await downloadRemoteFile(file, paths[position]!, request, { maxBytes: maxBytes - others, onBytes });
      const whole = bytesHere(folder, file);
      if (doneBytes !== others + whole) onBytes(whole);
    }
  }
  // Once more: another process may have noted another version meanwhile.
  await writeCachedListing(folder, shown, listing);
  return paths;
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
