import {
  type AwsConfig,
  type Fetch,
  type FetchDataset,
  type FetchRemoteOptions,
  fetchRemote,
  formatBytes,
  type OpenObjectStore,
} from '@assay/core';
import type { AwsSelection } from '../settings/run-settings.ts';
import { type Notices, SILENT } from './notices.ts';
import { awsServices } from './optional-package.ts';

/** Whose credentials read what is not public on S3. */
export interface StoreOwner extends AwsSelection {
  readonly aws?: AwsConfig | undefined;
}

export interface DatasetFetcherOptions extends StoreOwner {
  readonly notices?: Notices | undefined;
  /** Whether the source is asked for what it has by now. @default folders, which may have grown */
  readonly refresh?: FetchRemoteOptions['refresh'];
  readonly signal?: AbortSignal | undefined;
  /** What calls hosts that the URI names. @default the global fetch */
  readonly fetch?: Fetch | undefined;
}

/** The AWS SDK is loaded once something turns out to need it. */
export function storeOpener({ aws, region, profile, assumeRole }: StoreOwner): OpenObjectStore {
  return async () => {
    const { openS3ObjectStore } = await awsServices();
    return openS3ObjectStore({ region, profile, assumeRole, aws });
  };
}

/** Downloads remote data; size and licence are told first, then how much of it is here. */
export function datasetFetcher(options: DatasetFetcherOptions): FetchDataset {
  const { notices = SILENT, refresh = 'folders', signal } = options;
  return (uri, { partly } = {}) =>
    fetchRemote(uri, {
      refresh,
      signal,
      partly,
      fetch: options.fetch,
      openStore: storeOpener(options),
      hooks: {
        onStart: ({ uri: shown, licence, files, totalBytes, doneBytes, isPartial }) => {
          const size = totalBytes === null ? 'size not stated' : formatBytes(totalBytes);
          const here = doneBytes === 0 ? '' : `, ${formatBytes(doneBytes)} of it here already`;
          const count = files.length === 1 ? '' : `${files.length} files, `;
          const part = isPartial === true ? '; only what is read of it is fetched' : '';
          notices.note(`${shown}: ${count}${size}${here}${part}`);
          notices.note(`licence: ${licence ?? 'not stated; check at its origin'}`);
        },
        onProgress: ({ path, doneBytes, totalBytes }) => notices.transfer(path, doneBytes, totalBytes),
        onRestart: ({ uri: shown }) => notices.note(`${shown} changed while it was read: reading it again`),
      },
    });
}
