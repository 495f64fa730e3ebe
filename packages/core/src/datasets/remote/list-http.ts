import { formatOfFile } from '../file-format.ts';
import { type Probed, probeFile } from './probe-file.ts';
import type { RemoteListing } from './remote-listing.ts';
import type { RemoteRequest } from './remote-request.ts';

const ENDINGS: Readonly<Record<string, string>> = {
  'application/jsonl': '.jsonl',
  'application/jsonlines': '.jsonl',
  'application/x-ndjson': '.jsonl',
  'application/json': '.json',
  'text/csv': '.csv',
  'text/tab-separated-values': '.tsv',
  'application/vnd.apache.parquet': '.parquet',
};

/** One file behind a URL, named after its path. @throws DATASET_DOWNLOAD */
export async function listHttp(url: string, request: RemoteRequest): Promise<RemoteListing> {
  return listingOf(url, await probeFile(url, request));
}

/** What was learnt of a URL as the listing of one file. */
export function listingOf(url: string, { contentType, ...probed }: Probed): RemoteListing {
  return { licence: null, files: [{ path: localName(url, contentType), url, ...probed }] };
}

/** The path's last part without what a file system may refuse; the type's ending where the path has none that tells. */
function localName(url: string, contentType: string | null): string {
  const last = new URL(url).pathname.split('/').at(-1) ?? '';
  const name = decoded(last)
    .replace(/[^\p{L}\p{N}._-]+/gu, '_')
    .slice(-120)
    .replace(/^\.+/, '');
  const stem = name === '' ? 'data' : name;
  return formatOfFile(stem) === undefined ? `${stem}${ENDINGS[contentType ?? ''] ?? ''}` : stem;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
