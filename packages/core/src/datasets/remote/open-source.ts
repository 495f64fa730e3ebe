import { type HubSettings, readHubSettings } from '../../downloads/hub-settings.ts';
import type { Fetch } from '../../downloads/public-fetch.ts';
import { CATALOGUE } from '../catalogue.ts';
import { listHttp } from './list-http.ts';
import { listHub } from './list-hub.ts';
import { listS3, s3Endpoint } from './list-s3.ts';
import type { ObjectStore, OpenObjectStore } from './object-store.ts';
import type { RemoteListing } from './remote-listing.ts';
import type { RemoteRequest } from './remote-request.ts';
import { parseRemoteSource, type RemoteSource } from './remote-source.ts';

/** How sources are asked. */
export interface SourceOptions {
  readonly signal?: AbortSignal | undefined;
  /** Ask nothing of the network: what is in the cache, or an error that says what is missing. @default false */
  readonly offline?: boolean | undefined;
  /** Reads what is not public on S3. Without it only public objects are. */
  readonly openStore?: OpenObjectStore | undefined;
  /** First wait after a failed request, in milliseconds; it doubles each time. @default 500 */
  readonly retryDelayMs?: number | undefined;
  /** HF_ENDPOINT, HF_TOKEN, HF_HUB_OFFLINE, AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL, ASSAY_OFFLINE. @default process.env */
  readonly env?: NodeJS.ProcessEnv | undefined;
  /** Asks hosts that the URI names: http and https. @default the global fetch */
  readonly fetch?: Fetch | undefined;
}

/** A source with all that asking it takes. */
export interface OpenedSource {
  readonly source: RemoteSource;
  /** Of the hub, or of another S3 than Amazon's; empty elsewhere. */
  readonly endpoint: string;
  readonly request: RemoteRequest;
  /** Why nothing may be asked; undefined where it may. */
  readonly offline: string | undefined;
  /** What stands behind the URI right now. @throws AssayError DATASET_DOWNLOAD, AWS_* */
  list(): Promise<RemoteListing>;
  close(): Promise<void>;
}

/** @throws DATASET_DOWNLOAD for a URI that nothing here can fetch */
export function openSource(uri: string, options: SourceOptions = {}): OpenedSource {
  const source = parseRemoteSource(uri);
  const env = options.env ?? process.env;
  const hub = readHubSettings(env);
  const request: RemoteRequest = {
    shown: source.shown,
    kind: source.kind,
    headers: () => (source.kind === 'hub' ? hub.headers() : { 'user-agent': 'assay' }),
    signal: options.signal,
    retryDelayMs: options.retryDelayMs,
    // Other hosts are the environment's.
    fetch: source.kind === 'http' ? options.fetch : undefined,
  };
  const entry = CATALOGUE.find(({ location }) => location === uri);
  // The catalogue's sets are public: nobody's credentials have a part in them.
  const store = keptStore(entry === undefined ? options.openStore : undefined);
  return {
    source,
    endpoint: source.kind === 'hub' ? hub.endpoint : source.kind === 's3' ? (s3Endpoint(env) ?? '') : '',
    request,
    offline: offlineReason(source, hub, options, env),
    list: async () => {
      const listing = await list(source, hub, request, env, store.open);
      return { ...listing, licence: listing.licence ?? entry?.licence ?? null };
    },
    close: store.close,
  };
}

function list(
  source: RemoteSource,
  hub: HubSettings,
  request: RemoteRequest,
  env: NodeJS.ProcessEnv,
  openStore: OpenObjectStore | undefined,
): Promise<RemoteListing> {
  if (source.kind === 'hub') return listHub(source.hub, hub.endpoint, request);
  if (source.kind === 's3') return listS3(source, request, env, openStore);
  return listHttp(source.url, request);
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

function offlineReason(
  source: RemoteSource,
  hub: HubSettings,
  options: SourceOptions,
  env: NodeJS.ProcessEnv,
): string | undefined {
  if (/^(1|true|yes|on)$/i.test(env.ASSAY_OFFLINE ?? '')) return 'ASSAY_OFFLINE is set';
  if (source.kind === 'hub' && hub.isOffline) return 'HF_HUB_OFFLINE is set';
  return options.offline === true ? 'nothing is downloaded at this step' : undefined;
}
