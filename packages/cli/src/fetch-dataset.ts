import {
  type AwsConfig,
  type FetchDataset,
  type FetchRemoteOptions,
  fetchRemote,
  formatBytes,
  type OpenObjectStore,
} from '@assay/core';
import { type ConnectionFlags, connectionFlags } from './connection-flags.ts';
import { DownloadBar } from './print/download-bar.ts';
import { printable, terminalOf } from './print/terminal.ts';

export interface DatasetFetcherOptions extends StoreOwner {
  readonly display?: string | undefined;
  /** Whether the source is asked for what it has by now. @default folders, which may have grown */
  readonly refresh?: FetchRemoteOptions['refresh'];
  readonly signal?: AbortSignal;
}

/** Whose credentials read what is not public on S3. */
export interface StoreOwner extends ConnectionFlags {
  readonly aws?: AwsConfig | undefined;
}

/** The AWS SDK is loaded once something turns out to need it. */
export function storeOpener({ aws, ...flags }: StoreOwner): OpenObjectStore {
  return async () => {
    const { openS3ObjectStore } = await import('@assay/runner-sagemaker');
    return openS3ObjectStore({ ...connectionFlags(flags), aws });
  };
}

/** Downloads remote data with size and licence first, then a bar, all on stderr; `none` shows nothing. */
export function datasetFetcher(options: DatasetFetcherOptions): FetchDataset {
  const { display, refresh = 'folders', signal, aws } = options;
  const isQuiet = display === 'none';
  const note = (text: string): void => {
    if (!isQuiet) process.stderr.write(`${text}\n`);
  };
  return async (uri, { partly } = {}) => {
    const bar = new DownloadBar(process.stderr, terminalOf(process.stderr, process.env, display));
    try {
      return await fetchRemote(uri, {
        refresh,
        signal,
        partly,
        openStore: storeOpener({ ...connectionFlags(options), aws }),
        hooks: {
          onStart: ({ uri: shown, licence, files, totalBytes, doneBytes, isPartial }) => {
            const size = totalBytes === null ? 'size not stated' : formatBytes(totalBytes);
            const here = doneBytes === 0 ? '' : `, ${formatBytes(doneBytes)} of it here already`;
            note(
              `${printable(shown)}: ${files.length === 1 ? '' : `${files.length} files, `}${size}${here}${isPartial === true ? '; only what is read of it is fetched' : ''}`,
            );
            note(`licence: ${printable(licence ?? 'not stated; check at its origin')}`);
          },
          onProgress: ({ path, doneBytes, totalBytes }) => {
            if (!isQuiet) bar.show(path, doneBytes, totalBytes);
          },
          onRestart: ({ uri: shown }) => note(`${printable(shown)} changed while it was read: reading it again`),
        },
      });
    } finally {
      bar.end();
    }
  };
}
