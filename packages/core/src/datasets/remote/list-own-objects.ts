import { createHash } from 'node:crypto';
import { AssayError } from '../../errors/assay-error.ts';
import { objectPattern } from './object-pattern.ts';
import type { ObjectStore, StoredObject } from './object-store.ts';
import type { RemoteFile, RemoteListing } from './remote-listing.ts';
import type { RemoteRequest } from './remote-request.ts';

/** Far more than a dataset has; a bucket named by mistake can have millions. */
const MAX_FILES = 100_000;

/**
 * An object that only its owner may read; where there is none of that key, the data files of a folder, or what fits a
 * glob, in the order of their keys. @throws AssayError DATASET_DOWNLOAD, AWS_*
 */
export async function listOwnObjects(
  bucket: string,
  key: string,
  request: RemoteRequest,
  store: ObjectStore,
): Promise<RemoteListing> {
  const { signal, shown } = request;
  const one = key.endsWith('/') ? undefined : await store.head(bucket, key, signal);
  if (one !== undefined) {
    const folder = key.slice(0, key.lastIndexOf('/') + 1);
    return { licence: null, files: [fileOf(one, folder, bucket, request, store)] };
  }
  const { prefix, root, matches } = objectPattern(key);
  const files: RemoteFile[] = [];
  for await (const object of store.list(bucket, prefix, signal)) {
    if (!matches(object.key)) continue;
    if (files.length === MAX_FILES) throw tooMany(shown);
    files.push(fileOf(object, root, bucket, request, store));
  }
  if (files.length === 0) {
    throw new AssayError('DATASET_DOWNLOAD', `${shown} is no object, and nothing below it is a data file`, {
      hint: 'Check bucket and key, capitals included. A folder’s files end in .jsonl, .csv, .parquet…; a glob (…/*/*.out) takes any.',
    });
  }
  return { licence: null, files: files.toSorted((a, b) => (a.path < b.path ? -1 : 1)) };
}

function fileOf(
  { key, sizeBytes, etag, md5 }: StoredObject,
  root: string,
  bucket: string,
  { signal }: RemoteRequest,
  store: ObjectStore,
): RemoteFile {
  return {
    path: key.slice(root.length).split('/').map(localPart).join('/'),
    url: `s3://${bucket}/${key}`,
    sizeBytes,
    version: createHash('sha256').update(`${etag}|${sizeBytes}`).digest('hex').slice(0, 16),
    validator: etag,
    digest: md5 === undefined ? undefined : { algorithm: 'md5', hex: md5 },
    get: ({ range }) => store.get(bucket, key, { etag, range, signal }),
  };
}

/** A part of a key as a file system takes it; two keys never meet in one name. */
function localPart(part: string): string {
  if (/^\.*$/.test(part)) return `%${part.replaceAll('.', '%2E')}`;
  return part.replace(/[\\\0:%*?"<>|]/g, (sign) => `%${sign.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

function tooMany(shown: string): AssayError {
  return new AssayError('DATASET_DOWNLOAD', `${shown} leads to more than ${MAX_FILES.toLocaleString('en')} files`, {
    hint: 'Name a folder further down, or a glob that fits fewer.',
  });
}
