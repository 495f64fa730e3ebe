/** What a download tells while it works. */
export interface RemoteHooks {
  /** Once, before the first byte: what will come, under which licence, and how much of it is here already. */
  onStart?(event: {
    readonly uri: string;
    /** Null where the source states none. */
    readonly licence: string | null;
    readonly files: readonly { readonly path: string; readonly sizeBytes: number | null }[];
    /** Null where the server does not tell. */
    readonly totalBytes: number | null;
    readonly doneBytes: number;
    /** Only what the run reads of the files will come, when it reads it. */
    readonly isPartial?: true;
  }): void;
  onProgress?(event: { readonly path: string; readonly doneBytes: number; readonly totalBytes: number | null }): void;
  /** The file changed on the server while it was read: it is read again from its start. */
  onRestart?(event: { readonly uri: string }): void;
}
