import { existsSync } from 'node:fs';
import { link, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileDigest } from '../../downloads/file-digest.ts';
import { formatOfFile } from '../file-format.ts';
import { localPath, writeCachedListing } from './cached-listing.ts';
import { PartialFile } from './partial-file.ts';
import type { RemoteHooks } from './remote-hooks.ts';
import type { RemoteFile, RemoteListing } from './remote-listing.ts';

/** Less is quicker fetched than asked for piece by piece. */
const WORTH_BYTES = 4e6;
/** A Parquet file's footer, in nearly all cases. */
export const FOOTER_BYTES = 65_536;

/** Where the parts of a file lie that is not here as a whole. */
export function partsPath(folder: string, { version, path }: Pick<RemoteFile, 'version' | 'path'>): string {
  return join(folder, `${version}.parts`, ...path.split('/'));
}

/**
 * Opens Parquet files of which only what is read will be fetched.
 * @returns their paths; undefined where the files have to come whole: they are small, no Parquet, without a name of their
 * version, behind a signed URL, read with credentials, or served in one piece only
 */
export async function openParts(
  { licence, files }: RemoteListing,
  folder: string,
  source: { readonly uri: string; readonly shown: string },
  {
    hooks,
    env = process.env,
  }: { readonly hooks?: RemoteHooks | undefined; readonly env?: NodeJS.ProcessEnv | undefined },
): Promise<readonly string[] | undefined> {
  const totalBytes = files.reduce((sum, { sizeBytes }) => sum + (sizeBytes ?? 0), 0);
  if (totalBytes < WORTH_BYTES || !files.every(isPartable)) return undefined;
  const opened: PartialFile[] = [];
  const paths = files.map((file) => partsPath(folder, file));
  for (const [i, { url, sizeBytes, digest, validator }] of files.entries()) {
    const known = { uri: source.uri, url, sizeBytes: sizeBytes!, digest, etag: validator };
    opened.push(await PartialFile.create(paths[i]!, known, env));
  }
  const doneBytes = opened.reduce((sum, { heldBytes }) => sum + heldBytes, 0);
  if (!(await opened[0]!.fetchTail(FOOTER_BYTES))) return undefined;
  hooks?.onStart?.({ uri: source.shown, licence, files, totalBytes, doneBytes, isPartial: true });
  await writeCachedListing(folder, source.shown, { licence, files });
  return paths;
}

/** Gives files of which all parts were fetched, and are right, the place of whole ones. */
export async function adoptParts({ files }: RemoteListing, folder: string): Promise<void> {
  for (const file of files) {
    const { digest } = file;
    const target = localPath(folder, file);
    const parts = partsPath(folder, file);
    if (digest === undefined || existsSync(target) || PartialFile.at(parts)?.isWhole !== true) continue;
    if ((await fileDigest(parts, digest.algorithm)) !== digest.hex) continue;
    await mkdir(dirname(target), { recursive: true });
    // A second name, since somebody may be reading it. Where there are none, it is downloaded.
    await link(parts, target).catch(() => {});
  }
}

/** The query of a signed URL is a secret, which is not written down to ask with later. */
function isPartable({ path, url, sizeBytes, digest, validator, get }: RemoteFile): boolean {
  const isPinned = digest?.algorithm === 'sha256' || validator?.startsWith('"') === true;
  return formatOfFile(path) === 'parquet' && sizeBytes !== null && isPinned && get === undefined && !url.includes('?');
}
