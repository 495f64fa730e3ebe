/** One object of a bucket. */
export interface StoredObject {
  readonly key: string;
  readonly sizeBytes: number;
  /** As HTTP spells it, in quotes. */
  readonly etag: string;
  /** The ETag's MD5 where it is known to be that of the bytes. */
  readonly md5?: string | undefined;
}

/** Buckets as their owner sees them. Credentials are nothing to core: whoever has some injects this. */
export interface ObjectStore {
  /** Every object whose key begins so, page after page. @throws AssayError AWS_* */
  list(bucket: string, prefix: string, signal?: AbortSignal): AsyncIterable<StoredObject>;
  /** @returns undefined when there is no such object. @throws AssayError AWS_* */
  head(bucket: string, key: string, signal?: AbortSignal): Promise<StoredObject | undefined>;
  /**
   * An object's bytes, answered as HTTP does: 200, 206 for a range, 412 when the object has another ETag by now, 416.
   * @throws AssayError AWS_*
   */
  get(bucket: string, key: string, options: GetObjectOptions): Promise<Response>;
  close(): Promise<void>;
}

export interface GetObjectOptions {
  readonly etag: string;
  /** `bytes=100-`; without it the whole object. */
  readonly range?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Opens the store when a location turns out to need one. @throws AssayError AWS_CREDENTIALS */
export type OpenObjectStore = () => Promise<ObjectStore>;
