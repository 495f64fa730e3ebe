import { AssayError } from '../../errors/assay-error.ts';
import { type HubDatasetUri, parseHubDatasetUri } from './hub-dataset-uri.ts';
import { isObjectPattern } from './object-pattern.ts';

/** A URI understood. `shown` is fit for messages and files: without what may be a secret (queries of signed URLs). */
export type RemoteSource = { readonly uri: string; readonly shown: string } & (
  | { readonly kind: 'http'; readonly url: string }
  | {
      readonly kind: 's3';
      readonly bucket: string;
      readonly key: string;
      /** A folder or a glob: what it holds may grow. */
      readonly isPattern: boolean;
    }
  | { readonly kind: 'hub'; readonly hub: HubDatasetUri }
);

/** @throws DATASET_DOWNLOAD for a URI that nothing here can fetch */
export function parseRemoteSource(uri: string): RemoteSource {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(uri)?.[1]?.toLowerCase();
  if (scheme === 'http' || scheme === 'https') return httpSource(uri);
  if (scheme === 's3') return s3Source(uri);
  if (scheme === 'hf') return { kind: 'hub', uri, shown: uri, hub: parseHubDatasetUri(uri) };
  throw new AssayError('DATASET_DOWNLOAD', `nothing here can fetch ${uri.split('?')[0]}`, {
    hint: 'https://…, s3://bucket/key and hf://datasets/owner/name are fetched; download anything else and name the file.',
  });
}

function httpSource(uri: string): RemoteSource {
  if (!URL.canParse(uri)) {
    throw new AssayError('DATASET_DOWNLOAD', 'the URL of the dataset is none', { hint: 'Check the spelling.' });
  }
  const url = new URL(uri);
  const shown = `${url.origin}${url.pathname}`;
  if (url.username !== '' || url.password !== '') {
    throw new AssayError('DATASET_DOWNLOAD', `${shown} is given with a user name or password`, {
      hint: 'assay signs in nowhere: download the file and name it.',
    });
  }
  url.hash = '';
  return { kind: 'http', uri, shown, url: url.href };
}

function s3Source(uri: string): RemoteSource {
  const [, bucket = '', key = ''] = /^s3:\/\/([^/]+)\/(.+)$/i.exec(uri) ?? [];
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket) || /(^|\/)\.\.?(\/|$)/.test(key)) {
    throw new AssayError('DATASET_DOWNLOAD', `${uri} names no object`, {
      hint: 'Write s3://bucket/key of an object, s3://bucket/folder/ or a glob such as s3://bucket/folder/*/*.jsonl.',
    });
  }
  return { kind: 's3', uri, shown: uri, bucket, key, isPattern: isObjectPattern(key) };
}
