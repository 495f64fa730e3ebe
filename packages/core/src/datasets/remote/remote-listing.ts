import type { DigestAlgorithm } from '../../downloads/file-digest.ts';

/** One file to download. */
export interface RemoteFile {
  /** Within the dataset, with forward slashes; its last part becomes the local file's name. */
  readonly path: string;
  readonly url: string;
  /** Null where the server does not tell. */
  readonly sizeBytes: number | null;
  /** Names these very bytes: another version of the file never shares its place in the cache. */
  readonly version: string;
  /** Strong ETag or date of change, for If-Range. */
  readonly validator?: string | undefined;
  readonly digest?: { readonly algorithm: DigestAlgorithm; readonly hex: string } | undefined;
  /** Asks for its bytes where a GET of the URL would not do: 200, 206, 412 (changed) and 416 come back. @default that GET */
  readonly get?: ((headers: Readonly<Record<string, string>>) => Promise<Response>) | undefined;
}

/** What stands behind a URI right now. */
export interface RemoteListing {
  /** As stated by the source; null where it states none. */
  readonly licence: string | null;
  readonly files: readonly RemoteFile[];
}
