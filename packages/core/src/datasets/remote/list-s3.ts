import { AssayError, isAssayError } from '../../errors/assay-error.ts';
import { listingOf } from './list-http.ts';
import { listOwnObjects } from './list-own-objects.ts';
import type { OpenObjectStore } from './object-store.ts';
import { probeIfServed } from './probe-file.ts';
import type { RemoteListing } from './remote-listing.ts';
import { type RemoteRequest, refused, remoteFetch } from './remote-request.ts';

/** What S3 says to somebody it does not know about what is not public, encrypted, or not there. */
const WITHOUT_RIGHTS: ReadonlySet<number> = new Set([400, 401, 403, 404]);

/**
 * An object, a folder's data files or what fits a glob. An object is asked for over HTTPS without credentials first: what
 * is public needs none. What is refused so, folders and globs are read with the caller's own.
 * @throws AssayError DATASET_DOWNLOAD, AWS_*
 */
export async function listS3(
  { bucket, key }: { readonly bucket: string; readonly key: string },
  request: RemoteRequest,
  env: NodeJS.ProcessEnv,
  openStore: OpenObjectStore | undefined,
): Promise<RemoteListing> {
  if (key.endsWith('/')) {
    if (openStore === undefined) throw wantsCredentials(request);
    return listOwnObjects(bucket, key, request, await openStore());
  }
  const url = `${await addressOf(bucket, request, env)}/${encodeKey(key)}`;
  const probed = await probeIfServed(url, request);
  if (typeof probed !== 'number') return listingOf(url, probed);
  const refusal = refused(url, request, probed);
  if (openStore === undefined || !WITHOUT_RIGHTS.has(probed)) throw refusal;
  return listOwnObjects(bucket, key, request, await openStore()).catch((thrown: unknown) => {
    if (!isAssayError(thrown) || thrown.code !== 'AWS_CREDENTIALS') throw thrown;
    // Credentials would hardly find what is not there.
    if (probed === 404) throw refusal;
    throw new AssayError(thrown.code, `${refusal.message}; with credentials: ${thrown.message}`, {
      hint: thrown.hint,
      cause: thrown,
    });
  });
}

function wantsCredentials({ shown }: RemoteRequest): AssayError {
  return new AssayError('DATASET_DOWNLOAD', `${shown} is a folder, which is listed with credentials only`, {
    hint: 'Copy it (aws s3 cp --recursive) and name the folder.',
  });
}

async function addressOf(bucket: string, request: RemoteRequest, env: NodeJS.ProcessEnv): Promise<string> {
  const endpoint = s3Endpoint(env);
  if (endpoint !== undefined) return `${endpoint}/${bucket}`;
  return bucketUrl(bucket, await bucketRegion(`${bucketUrl(bucket, undefined)}/`, request));
}

/** Another S3 than Amazon's, asked with the bucket in the path; without a slash at the end. */
export function s3Endpoint(env: NodeJS.ProcessEnv): string | undefined {
  return (env.AWS_ENDPOINT_URL_S3 || env.AWS_ENDPOINT_URL)?.replace(/\/+$/, '') || undefined;
}

/**
 * Where the bucket answers. A name with dots has no certificate as a host, and stands in the path.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html
 */
export function bucketUrl(bucket: string, region: string | undefined): string {
  const host = region === undefined ? 's3.amazonaws.com' : `s3.${region}.amazonaws.com`;
  return bucket.includes('.') ? `https://${host}/${bucket}` : `https://${bucket}.${host}`;
}

/** S3 names a bucket's region in any answer about it, a refusal too; undefined where it does not. */
export async function bucketRegion(url: string, request: RemoteRequest): Promise<string | undefined> {
  const { response, hops } = await remoteFetch(url, request, { method: 'HEAD' });
  const named = [...hops, response.headers].map((headers) => headers.get('x-amz-bucket-region'));
  return named.find((region) => region !== null && /^[a-z0-9-]+$/.test(region)) ?? undefined;
}

function encodeKey(key: string): string {
  return key.split('/').map(encodeURIComponent).join('/');
}
