import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { assayCacheFolder } from '../../cache/cache-folder.ts';
import { ContentChanged } from '../../downloads/content-changed.ts';
import { formatBytes } from '../../downloads/format-bytes.ts';
import { type HubSettings, readHubSettings } from '../../downloads/hub-settings.ts';
import { AssayError } from '../../errors/assay-error.ts';
import { CATALOGUE, type CatalogueEntry } from '../catalogue.ts';
import { bringFiles } from './bring-files.ts';
import { bytesHere, type CachedListing, entryFolder, localPath, readCachedListing } from './cached-listing.ts';
import { listHttp } from './list-http.ts';
import { listHub } from './list-hub.ts';
import { listS3, s3Endpoint } from './list-s3.ts';
import type { ObjectStore, OpenObjectStore } from './object-store.ts';
import type { RemoteHooks } from './remote-hooks.ts';
import type { RemoteListing } from './remote-listing.ts';
import type { RemoteRequest } from './remote-request.ts';
import { parseRemoteSource, type RemoteSource } from './remote-source.ts';

export interface FetchRemoteOptions {
  /** @default `datasets` in assay's cache folder */
  readonly cacheDir?: string | undefined;
  readonly hooks?: RemoteHooks | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Ask nothing of the network: what is in the cache, or an error that says what is missing. @default false */
  readonly offline?: boolean | undefined;
  /**
   * Ask the source whether what is in the cache is still what it has; `folders` asks only where a folder or a glob is
   * named, which may hold more by now. @default false
   */
  readonly refresh?: boolean | 'folders' | undefined;
  /** Reads what is not public on S3. Without it only public objects are. */
  readonly openStore?: OpenObjectStore | undefined;
  /** Most bytes of one dataset. @default 50 GB */
  readonly maxBytes?: number | undefined;
  /** First wait after a failed request, in milliseconds; it doubles each time. @default 500 */
  readonly retryDelayMs?: number | undefined;
  /** HF_ENDPOINT, HF_TOKEN, HF_HUB_OFFLINE, AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL, ASSAY_OFFLINE. @default process.env */
  readonly env?: NodeJS.ProcessEnv | undefined;
}

const MAX_BYTES = 50e9;
/** Times that a file may change under the download before it is given up. */
const MAX_RESTARTS = 3;

/**
 * Brings the data behind `https://`, `s3://` or `hf://datasets/…` into the cache. What is there
 * already is used without asking; an interrupted download goes on where it stopped.
 * @returns absolute paths of the files, in order
 * @throws DATASET_DOWNLOAD, and the signal's reason
 */
export async function fetchRemote(uri: string, options: FetchRemoteOptions = {}): Promise<readonly string[]> {
  const source = parseRemoteSource(uri);
  const env = options.env ?? process.env;
  const settings = readHubSettings(env);
  const cacheDir = options.cacheDir ?? join(assayCacheFolder(env), 'datasets');
  const folder = entryFolder(cacheDir, source, endpointOf(source, settings, env));
  const cached = readCachedListing(folder);
  const offline = offlineReason(source, settings, options, env);
  if (cached !== undefined && (!asksAgain(source, options) || offline !== undefined)) {
    const paths = cached.files.map((file) => localPath(folder, file));
    if (paths.every((path) => existsSync(path))) return paths;
  }
  if (offline !== undefined) throw missing(source, folder, cached, offline);
  const request: RemoteRequest = {
    shown: source.shown,
    kind: source.kind,
    headers: () => (source.kind === 'hub' ? settings.headers() : { 'user-agent': 'assay' }),
    signal: options.signal,
    retryDelayMs: options.retryDelayMs,
  };
  const { maxBytes = MAX_BYTES, hooks } = options;
  const store = keptStore(isListed(source) ? undefined : options.openStore);
  try {
    for (let restarts = 0; ; restarts++) {
      const listed = await list(source, settings, request, env, store.open);
      const listing = { ...listed, licence: listed.licence ?? knownLicence(source) };
      try {
        return await bringFiles(listing, folder, request, { maxBytes, hooks });
      } catch (thrown) {
        if (!(thrown instanceof ContentChanged)) throw thrown;
        if (restarts === MAX_RESTARTS) throw keepsChanging(source, thrown);
        hooks?.onRestart?.({ uri: source.shown });
      }
    }
  } finally {
    await store.close();
  }
}

function asksAgain(source: RemoteSource, { refresh = false }: FetchRemoteOptions): boolean {
  return refresh === 'folders' ? source.kind === 's3' && source.isPattern : refresh;
}

/** Opened once, when it is first needed. */
function keptStore(openStore: OpenObjectStore | undefined): {
  readonly open: OpenObjectStore | undefined;
  close(): Promise<void>;
} {
  let opened: Promise<ObjectStore> | undefined;
  return {
    open: openStore && (() => (opened ??= openStore())),
    close: async () => (await opened?.catch(() => undefined))?.close(),
  };
}

function endpointOf(source: RemoteSource, settings: HubSettings, env: NodeJS.ProcessEnv): string {
  if (source.kind === 'hub') return settings.endpoint;
  return source.kind === 's3' ? (s3Endpoint(env) ?? '') : '';
}

function list(
  source: RemoteSource,
  settings: HubSettings,
  request: RemoteRequest,
  env: NodeJS.ProcessEnv,
  openStore: OpenObjectStore | undefined,
): Promise<RemoteListing> {
  if (source.kind === 'hub') return listHub(source.hub, settings.endpoint, request);
  if (source.kind === 's3') return listS3(source, request, env, openStore);
  return listHttp(source.url, request);
}

const entryOf = (source: RemoteSource): CatalogueEntry | undefined =>
  CATALOGUE.find(({ location }) => location === source.uri);

/** The catalogue's sets are public: nobody's credentials have a part in them. */
const isListed = (source: RemoteSource): boolean => entryOf(source) !== undefined;

function knownLicence(source: RemoteSource): string | null {
  return entryOf(source)?.licence ?? null;
}

function offlineReason(
  source: RemoteSource,
  settings: HubSettings,
  options: FetchRemoteOptions,
  env: NodeJS.ProcessEnv,
): string | undefined {
  if (/^(1|true|yes|on)$/i.test(env.ASSAY_OFFLINE ?? '')) return 'ASSAY_OFFLINE is set';
  if (source.kind === 'hub' && settings.isOffline) return 'HF_HUB_OFFLINE is set';
  return options.offline === true ? 'nothing is downloaded at this step' : undefined;
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
