import { listHttp } from './list-http.ts';
import type { RemoteListing } from './remote-listing.ts';
import { type RemoteRequest, remoteFetch } from './remote-request.ts';

/** One public object, read over HTTPS without credentials. @throws DATASET_DOWNLOAD */
export async function listS3(
  bucket: string,
  key: string,
  request: RemoteRequest,
  env: NodeJS.ProcessEnv,
): Promise<RemoteListing> {
  const endpoint = s3Endpoint(env);
  if (endpoint !== undefined) return listHttp(`${endpoint}/${bucket}/${encodeKey(key)}`, request);
  const region = await bucketRegion(`${bucketUrl(bucket, undefined)}/`, request);
  return listHttp(`${bucketUrl(bucket, region)}/${encodeKey(key)}`, request);
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
