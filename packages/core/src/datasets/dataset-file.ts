/** A file of a run's dataset, and what pins its bytes. */
export interface DatasetFile {
  readonly path: string;
  /** Of the whole file. */
  readonly bytes: number;
  /** Of the whole file; null where only parts of it were fetched and its source states none. */
  readonly sha256: string | null;
  /** Names the version then, as the server spells it. */
  readonly etag?: string | undefined;
}

/** What pins a file's bytes, in one text: `sha256:0f3a…`, or the ETag of what was read in parts. */
export function pinOf({ sha256, etag = '' }: Pick<DatasetFile, 'sha256' | 'etag'>): string {
  return sha256 === null ? `etag:${etag}` : `sha256:${sha256}`;
}
