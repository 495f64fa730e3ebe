import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { partialPath } from '../../downloads/download-file.ts';
import { openSealed, sealJson } from '../../storage/sealed-json.ts';
import type { RemoteFile, RemoteListing } from './remote-listing.ts';
import type { RemoteSource } from './remote-source.ts';

type CachedFile = Pick<RemoteFile, 'path' | 'sizeBytes' | 'version'>;

/** What a download set out to bring: kept beside it, so that later the files are found without asking. */
export interface CachedListing {
  /** Without what may be a secret. */
  readonly uri: string;
  readonly licence: string | null;
  readonly files: readonly CachedFile[];
}

/** Where a source's files lie. Another endpoint is another source. */
export function entryFolder(cacheDir: string, source: RemoteSource, endpoint: string): string {
  const key = createHash('sha256').update(`${endpoint}\n${source.uri}`).digest('hex').slice(0, 24);
  return join(cacheDir, key);
}

export function localPath(folder: string, file: Pick<RemoteFile, 'path' | 'version'>): string {
  return join(folder, file.version, ...file.path.split('/'));
}

/** @returns undefined when the source was never asked for, or the note of it is not as it was written */
export function readCachedListing(folder: string): CachedListing | undefined {
  const place = join(folder, 'entry.json');
  if (!existsSync(place)) return undefined;
  try {
    return openSealed(readFileSync(place, 'utf8')) as CachedListing;
  } catch {
    return undefined;
  }
}

export async function writeCachedListing(folder: string, uri: string, listing: RemoteListing): Promise<void> {
  const files = listing.files.map(({ path, sizeBytes, version }) => ({ path, sizeBytes, version }));
  const place = join(folder, 'entry.json');
  const temporary = `${place}.${randomBytes(4).toString('hex')}.tmp`;
  await mkdir(folder, { recursive: true });
  try {
    await writeFile(temporary, sealJson({ uri, licence: listing.licence, files }));
    await rename(temporary, place);
  } catch (thrown) {
    await rm(temporary, { force: true });
    throw thrown;
  }
}

/** Bytes of a file that are on disk, whole or in part. */
export function bytesHere(folder: string, file: CachedFile): number {
  const target = localPath(folder, file);
  if (existsSync(target)) return statSync(target).size;
  const partial = partialPath(target);
  return existsSync(partial) ? Math.min(statSync(partial).size, file.sizeBytes ?? 0) : 0;
}
