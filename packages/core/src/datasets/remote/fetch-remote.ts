import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ContentChanged } from '../../downloads/content-changed.ts';
import { formatBytes } from '../../downloads/format-bytes.ts';
import { AssayError } from '../../errors/assay-error.ts';
import { assayCacheFolder } from '../../storage/cache-folder.ts';
import { bringFiles } from './bring-files.ts';
import { bytesHere, type CachedListing, entryFolder, localPath, readCachedListing } from './cached-listing.ts';
import { adoptParts, openParts, partsPath } from './open-parts.ts';
import { type OpenedSource, openSource, type SourceOptions } from './open-source.ts';
import type { RemoteHooks } from './remote-hooks.ts';
import type { RemoteSource } from './remote-source.ts';

export interface FetchRemoteOptions extends SourceOptions {
  /** @default `datasets` in assay's cache folder */
  readonly cacheDir?: string | undefined;
  readonly hooks?: RemoteHooks | undefined;
  /**
   * Ask the source whether what is in the cache is still what it has; `folders` asks only where a folder or a glob is
   * named, which may hold more by now. @default false
   */
  readonly refresh?: boolean | 'folders' | undefined;
  /**
   * Only some rows are wanted: of large Parquet files no more is fetched than is read of them, when it is read.
   * @default false
   */
  readonly partly?: boolean | undefined;
  /** Most bytes of one dataset. @default 50 GB */
  readonly maxBytes?: number | undefined;
}

const MAX_BYTES = 50e9;
/** Times that a file may change under the download before it is given up. */
const MAX_RESTARTS = 3;

/**
 * Brings the data behind `https://`, `s3://` or `hf://datasets/…` into the cache. What is there already is used without
 * asking; an interrupted download goes on where it stopped.
 * @returns absolute paths of the files, in order
 * @throws DATASET_DOWNLOAD, AWS_*, and the signal's reason
 */
export async function fetchRemote(uri: string, options: FetchRemoteOptions = {}): Promise<readonly string[]> {
  const opened = openSource(uri, options);
  const { source, endpoint, offline } = opened;
  const cacheDir = options.cacheDir ?? join(assayCacheFolder(options.env ?? process.env), 'datasets');
  const folder = entryFolder(cacheDir, source, endpoint);
  const cached = readCachedListing(folder);
  if (cached !== undefined && (!asksAgain(source, options) || offline !== undefined)) {
    const paths = cached.files.map((file) => localPath(folder, file));
    if (paths.every((path) => existsSync(path))) return paths;
    const parts = cached.files.map((file) => partsPath(folder, file));
    if (options.partly === true && parts.every((path) => existsSync(path))) return parts;
  }
  if (offline !== undefined) throw missing(source, folder, cached, offline);
  try {
    return await bringAll(opened, folder, options);
  } finally {
    await opened.close();
  }
}

/** Begins again when the source changes meanwhile. */
async function bringAll(
  { source, request, list }: OpenedSource,
  folder: string,
  { maxBytes = MAX_BYTES, hooks, partly, env }: FetchRemoteOptions,
): Promise<readonly string[]> {
  for (let restarts = 0; ; restarts++) {
    const listing = await list();
    const parts = partly === true ? await openParts(listing, folder, source, { hooks, env }) : undefined;
    if (parts !== undefined) return parts;
    await adoptParts(listing, folder);
    try {
      return await bringFiles(listing, folder, request, { maxBytes, hooks });
    } catch (thrown) {
      if (!(thrown instanceof ContentChanged)) throw thrown;
      if (restarts === MAX_RESTARTS) throw keepsChanging(source, thrown);
      hooks?.onRestart?.({ uri: source.shown });
    }
  }
}

function asksAgain(source: RemoteSource, { refresh = false }: FetchRemoteOptions): boolean {
  return refresh === 'folders' ? source.kind === 's3' && source.isPattern : refresh;
}

function missing(source: RemoteSource, folder: string, cached: CachedListing | undefined, reason: string): AssayError {
  const absent = (cached?.files ?? []).filter((file) => !existsSync(localPath(folder, file)));
  const names = absent.map((file) =>
    file.sizeBytes === null
      ? file.path
      : `${file.path} (${formatBytes(file.sizeBytes - bytesHere(folder, file))} of ${formatBytes(file.sizeBytes)})`,
  );
  const what = names.length === 0 ? source.shown : `of ${source.shown}: ${names.join(', ')}`;
  return new AssayError('DATASET_DOWNLOAD', `${reason}, and the cache lacks ${what}`, {
    hint: `With a network: assay datasets pull ${source.shown}`,
  });
}

function keepsChanging(source: RemoteSource, cause: Error): AssayError {
  return new AssayError('DATASET_DOWNLOAD', `${source.shown} changes again and again while it is read`, {
    hint: 'Try again when it is no longer written to.',
    cause,
  });
}
