import { createHash } from 'node:crypto';
import type { Clock } from '@assay/core';
import { ACCOUNT } from './control-plane.ts';
import { WireError } from './wire-error.ts';

interface StoredObject {
  readonly body: Buffer;
  readonly contentType: string;
  readonly etag: string;
  readonly modified: number;
  /** Readers do not see it before this time. */
  readonly visibleAt: number;
}

export interface S3Request {
  readonly method: string;
  /** Path-style: `/bucket/key…`. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

export interface S3Response {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: Buffer | string;
}

/** The part of S3 that evaluations use: Put, Get (with ranges), Head, Delete, ListObjectsV2 with pages. */
export class ObjectStore {
  readonly #buckets = new Map<string, Map<string, StoredObject>>();
  readonly #private = new Set<string>();
  /** Accounts of buckets that are not one's own. */
  readonly owners = new Map<string, string>();
  /** Of buckets that are not in us-east-1. */
  readonly regions = new Map<string, string>();
  readonly #clock: Clock;
  readonly #pageSize: number;

  constructor(clock: Clock, pageSize = 1000) {
    this.#clock = clock;
    this.#pageSize = pageSize;
  }

  createBucket(bucket: string): void {
    if (!this.#buckets.has(bucket)) this.#buckets.set(bucket, new Map());
  }

  /** From now on only signed requests are answered. */
  makePrivate(bucket: string): void {
    this.createBucket(bucket);
    this.#private.add(bucket);
  }

  put(uri: string, body: Buffer | string, options: { contentType?: string; visibleAt?: number } = {}): void {
    const [bucket, key] = splitUri(uri);
    this.createBucket(bucket);
    const bytes = Buffer.from(body);
    this.#buckets.get(bucket)!.set(key, {
      body: bytes,
      contentType: options.contentType ?? 'application/octet-stream',
      etag: createHash('md5').update(bytes).digest('hex'),
      modified: this.#clock.now(),
      visibleAt: options.visibleAt ?? 0,
    });
  }

  get(uri: string): Buffer | undefined {
    const [bucket, key] = splitUri(uri);
    return this.#find(bucket, key)?.body;
  }

  keys(bucket: string): string[] {
    return [...(this.#buckets.get(bucket)?.keys() ?? [])].sort();
  }

  #find(bucket: string, key: string): StoredObject | undefined {
    const found = this.#buckets.get(bucket)?.get(key);
    return found === undefined || found.visibleAt > this.#clock.now() ? undefined : found;
  }

  handle(request: S3Request): S3Response {
    const path = decodeURIComponent(request.path).replace(/^\//, '');
    const slash = path.indexOf('/');
    const bucket = slash < 0 ? path : path.slice(0, slash);
    const key = slash < 0 ? '' : path.slice(slash + 1);
    const objects = this.#buckets.get(bucket);
    if (key === '' && request.method === 'PUT') {
      this.createBucket(bucket);
      return { status: 200, headers: {}, body: '' };
    }
    if (objects === undefined) throw noSuch('NoSuchBucket', 'The specified bucket does not exist', request.method);
    const expected = request.headers['x-amz-expected-bucket-owner'];
    if (expected !== undefined && expected !== (this.owners.get(bucket) ?? ACCOUNT))
      throw new WireError(403, 'AccessDenied', 'Access Denied');
    if (this.#private.has(bucket) && request.headers.authorization === undefined)
      throw new WireError(403, 'AccessDenied', 'Access Denied');
    if (key === '') {
      if (request.method === 'HEAD')
        return { status: 200, headers: { 'x-amz-bucket-region': this.regions.get(bucket) ?? 'us-east-1' }, body: '' };
      return this.#list(bucket, objects, request.query);
    }
    if (request.method === 'PUT') {
      if (request.headers['if-none-match'] === '*' && this.#find(bucket, key) !== undefined) {
        throw new WireError(412, 'PreconditionFailed', 'At least one of the pre-conditions you specified did not hold');
      }
      const body = isChunked(request) ? unchunk(request.body) : request.body;
      this.put(`s3://${bucket}/${key}`, body, { contentType: String(request.headers['content-type'] ?? '') });
      return { status: 200, headers: { etag: `"${objects.get(key)!.etag}"` }, body: '' };
    }
    if (request.method === 'DELETE') {
      objects.delete(key);
      return { status: 204, headers: {}, body: '' };
    }
    const found = this.#find(bucket, key);
    if (found === undefined) throw noSuch('NoSuchKey', 'The specified key does not exist.', request.method);
    return read(found, request);
  }

  #list(bucket: string, objects: Map<string, StoredObject>, query: URLSearchParams): S3Response {
    const prefix = query.get('prefix') ?? '';
    const after = query.get('continuation-token') ?? query.get('start-after') ?? '';
    const keys = [...objects.keys()]
      .filter((key) => key.startsWith(prefix) && key > after && this.#find(bucket, key) !== undefined)
      .sort();
    const page = keys.slice(0, Math.min(this.#pageSize, Number(query.get('max-keys') ?? this.#pageSize)));
    const more = page.length < keys.length;
    const contents = page.map((key) => {
      const { body, etag, modified } = objects.get(key)!;
      const when = new Date(modified).toISOString();
      return `<Contents><Key>${xml(key)}</Key><Size>${body.length}</Size><ETag>"${etag}"</ETag><LastModified>${when}</LastModified></Contents>`;
    });
    const next = more ? `<NextContinuationToken>${xml(page.at(-1)!)}</NextContinuationToken>` : '';
    return {
      status: 200,
      headers: { 'content-type': 'application/xml' },
      body: `<?xml version="1.0"?><ListBucketResult><Name>${bucket}</Name><Prefix>${xml(prefix)}</Prefix><KeyCount>${page.length}</KeyCount><IsTruncated>${more}</IsTruncated>${next}${contents.join('')}</ListBucketResult>`,
    };
  }
}

function read(found: StoredObject, request: S3Request): S3Response {
  const wanted = request.headers['if-match'];
  if (wanted !== undefined && wanted !== `"${found.etag}"`)
    throw new WireError(412, 'PreconditionFailed', 'At least one of the pre-conditions you specified did not hold');
  const headers: Record<string, string> = {
    'content-type': found.contentType || 'application/octet-stream',
    etag: `"${found.etag}"`,
    'last-modified': new Date(found.modified).toUTCString(),
  };
  if (request.method === 'HEAD')
    return { status: 200, headers: { ...headers, 'content-length': String(found.body.length) }, body: '' };
  const range = /^bytes=(\d+)-(\d*)$/.exec(String(request.headers.range ?? ''));
  if (range === null) return { status: 200, headers, body: found.body };
  const from = Number(range[1]);
  const to = Math.min(range[2] === '' ? found.body.length - 1 : Number(range[2]), found.body.length - 1);
  if (from > to) throw new WireError(416, 'InvalidRange', 'The requested range is not satisfiable');
  return {
    status: 206,
    headers: { ...headers, 'content-range': `bytes ${from}-${to}/${found.body.length}` },
    body: found.body.subarray(from, to + 1),
  };
}

const noSuch = (type: string, message: string, method: string): WireError =>
  new WireError(404, method === 'HEAD' ? 'NotFound' : type, message);

const isChunked = ({ headers }: S3Request): boolean =>
  String(headers['content-encoding'] ?? '').includes('aws-chunked') ||
  String(headers['x-amz-content-sha256'] ?? '').startsWith('STREAMING-');

/** Takes the `size;signature` framing of aws-chunked uploads off. */
function unchunk(body: Buffer): Buffer {
  const parts: Buffer[] = [];
  let at = 0;
  for (;;) {
    const end = body.indexOf('\r\n', at);
    const size = Number.parseInt(body.subarray(at, end).toString('latin1'), 16);
    if (!(size > 0)) return Buffer.concat(parts);
    parts.push(body.subarray(end + 2, end + 2 + size));
    at = end + 2 + size + 2;
  }
}

export function splitUri(uri: string): [string, string] {
  const found = /^s3:\/\/([^/]+)\/?(.*)$/.exec(uri);
  if (found === null) throw new TypeError(`not an S3 URI: ${uri}`);
  return [found[1]!, found[2]!];
}

const xml = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
