import { type FetchDataset, fetchRemote, formatBytes } from '@assay/core';
import { DownloadBar } from './print/download-bar.ts';
import { printable, terminalOf } from './print/terminal.ts';

export interface DatasetFetcherOptions {
  readonly display?: string | undefined;
  /** Ask the source whether what is here is still what it has. @default false */
  readonly refresh?: boolean;
  readonly signal?: AbortSignal;
}

/** Downloads remote data with size and licence first, then a bar, all on stderr; `none` shows nothing. */
export function datasetFetcher({ display, ...options }: DatasetFetcherOptions): FetchDataset {
  const isQuiet = display === 'none';
  const note = (text: string): void => {
    if (!isQuiet) process.stderr.write(`${text}\n`);
  };
  return async (uri) => {
    const bar = new DownloadBar(process.stderr, terminalOf(process.stderr, process.env, display));
    try {
      return await fetchRemote(uri, {
        ...options,
        hooks: {
          onStart: ({ uri: shown, licence, files, totalBytes, doneBytes }) => {
            const size = totalBytes === null ? 'size not stated' : formatBytes(totalBytes);
            const here = doneBytes === 0 ? '' : `, ${formatBytes(doneBytes)} of it here already`;
            note(`${printable(shown)}: ${files.length === 1 ? '' : `${files.length} files, `}${size}${here}`);
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
