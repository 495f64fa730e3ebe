import { createHash, randomUUID } from 'node:crypto';
import type { RemoteFile } from './remote-listing.ts';
import { type RemoteRequest, refused, remoteFetch } from './remote-request.ts';

/** What a server says about a file before it is downloaded. */
export type Probed = Pick<RemoteFile, 'sizeBytes' | 'version' | 'validator' | 'digest'> & {
  readonly contentType: string | null;
};

/** Some servers, and signed URLs, refuse HEAD in one of these ways. */
const HEAD_NOT_SERVED: ReadonlySet<number> = new Set([400, 401, 403, 405, 501]);

/**
 * Asks for a file's length and ETag: by HEAD, or for its first byte where HEAD is not served.
 * @throws DATASET_DOWNLOAD
 */
export async function probeFile(url: string, request: RemoteRequest): Promise<Probed> {
  const probed = await probeIfServed(url, request);
  if (typeof probed === 'number') throw refused(url, request, probed);
  return probed;
}

/** The same; a refusal comes back as its status. */
export async function probeIfServed(url: string, request: RemoteRequest): Promise<Probed | number> {
  let { response, hops } = await remoteFetch(url, request, { method: 'HEAD' });
  if (HEAD_NOT_SERVED.has(response.status)) {
    ({ response, hops } = await remoteFetch(url, request, { headers: { range: 'bytes=0-0' } }));
    await response.body?.cancel();
  }
  // An empty file has no first byte.
  if (!response.ok && response.status !== 416) return response.status;
  const { headers } = response;
  const linked = request.kind === 'hub' ? hops.find((hop) => hop.has('x-linked-etag')) : undefined;
  const sizeBytes = sizeOf(response) ?? wholeNumber(linked?.get('x-linked-size'));
  const validator = validatorOf(response);
  const digest = linked === undefined ? s3Digest(headers, request) : hubDigest(linked);
  return {
    sizeBytes,
    version: digest?.hex.slice(0, 16) ?? versionOf(validator, sizeBytes),
    // Where a sha256 pins the bytes, an ETag adds nothing, and those of two hosts may differ.
    validator: digest?.algorithm === 'sha256' ? undefined : validator,
    digest,
    contentType: headers.get('content-type')?.split(';')[0]?.trim() ?? null,
  };
}

/** A strong ETag, else the date of change: what If-Range accepts. A weak ETag may stand for other bytes. */
export function validatorOf({ headers }: Response): string | undefined {
  const etag = headers.get('etag');
  if (etag?.startsWith('"')) return etag;
  return headers.get('last-modified') ?? undefined;
}

function sizeOf(response: Response): number | null {
  const { headers } = response;
  if (headers.has('content-encoding') && headers.get('content-encoding') !== 'identity') return null;
  const range = /^bytes (?:\d+-\d+|\*)\/(\d+)$/.exec(headers.get('content-range') ?? '')?.[1];
  if (range !== undefined) return Number(range);
  return response.status === 200 ? wholeNumber(headers.get('content-length')) : null;
}

function wholeNumber(text: string | null | undefined): number | null {
  return text !== null && text !== undefined && /^\d+$/.test(text) ? Number(text) : null;
}

/** The hub names a large file's sha256 on the redirect to it. @see https://huggingface.co/docs/hub/api */
export function linkedSha256(hops: readonly Headers[]): string | undefined {
  const linked = hops.find((hop) => hop.has('x-linked-etag'))?.get('x-linked-etag');
  return /^"?([0-9a-f]{64})"?$/.exec(linked ?? '')?.[1];
}

function hubDigest(linked: Headers): RemoteFile['digest'] {
  const hex = linkedSha256([linked]);
  return hex === undefined ? undefined : { algorithm: 'sha256', hex };
}

/** MD5 of the bytes, unless the object was uploaded in parts or is encrypted with a key of its owner. */
function s3Digest(headers: Headers, request: RemoteRequest): RemoteFile['digest'] {
  const hex = /^"([0-9a-f]{32})"$/.exec(headers.get('etag') ?? '')?.[1];
  const isKeyed =
    headers.get('x-amz-server-side-encryption')?.startsWith('aws:') === true ||
    headers.has('x-amz-server-side-encryption-customer-algorithm');
  return request.kind !== 's3' || hex === undefined || isKeyed ? undefined : { algorithm: 'md5', hex };
}

/** Without anything that names the bytes, each download is a version of its own. */
function versionOf(validator: string | undefined, sizeBytes: number | null): string {
  const name = validator === undefined ? randomUUID() : `${validator}|${sizeBytes}`;
  return createHash('sha256').update(name).digest('hex').slice(0, 16);
}
