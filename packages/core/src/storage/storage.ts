import type { Clock } from './clock.ts';

/** An open file. Rejections are Node's errors: `code` says what is wrong. */
export interface StoredFile {
  append(data: string | Uint8Array): Promise<void>;
  /** Cuts the file. It is not on disk before `sync`. */
  truncate(bytes: number): Promise<void>;
  /** Resolves when everything written so far is on disk; the entry of a new file in its folder may not be. */
  sync(): Promise<void>;
  /** @returns the bytes read into `into` from `offset` on; 0 at the end of the file */
  read(into: Uint8Array, offset: number, length: number, position: number): Promise<number>;
  close(): Promise<void>;
}

/** The machine that this process runs on, as a lock needs to know it. */
export interface Host {
  readonly name: string;
  readonly pid: number;
  /** Where process numbers are its own: the start of the machine, the same for all its containers, and the container. null where unknown. */
  readonly machine: string | null;
  /** When a process began, in clock ticks since boot: tells it from a later one with its number. null where unknown. */
  startOf(pid: number): string | null;
  isRunning(pid: number): boolean;
}

/**
 * Everything that a run folder asks of the machine: files, time, host. Journal, checkpoints, compaction and lock know no
 * other way to them, so that a simulation can stand in that loses power, tears writes and sets clocks.
 */
export interface Storage {
  readonly clock: Clock;
  readonly host: Host;
  /** `append` makes the file where it is missing, `new` empties it, `read` rejects with ENOENT. */
  open(file: string, how: 'append' | 'new' | 'read'): Promise<StoredFile>;
  exists(file: string): Promise<boolean>;
  readText(file: string): Promise<string>;
  /** Milliseconds since the epoch at which a file was written last; undefined where there is none. */
  modifiedAt(file: string): Promise<number | undefined>;
  /** Touches a file every few seconds, for as long as this process lives. @returns ends that */
  keepTouched?(file: string): () => void;
  /** Takes the place of what has the new name. */
  rename(from: string, to: string): Promise<void>;
  /** Names in a folder. */
  list(folder: string): Promise<string[]>;
  /** Does nothing where there is no such file. */
  remove(file: string): Promise<void>;
  /** Puts a folder's entries on disk: a file that was made or renamed in it is only then sure to be found after a power cut. */
  syncFolder(folder: string): Promise<void>;
  /** Makes the folders on the way too. @returns the first that was not there; undefined where all were */
  makeFolder(folder: string): Promise<string | undefined>;
}
