import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { BlockSummer, digestOfSums } from './block-sums.ts';
import type { ShardFile, ShardPiece } from './dataset-index.ts';
import { shardName } from './shard-rows.ts';

const NEWLINE = 10;

/** Writes the files of shards, one after the other. */
export class ShardWriter {
  readonly #folder: string;
  /** Samples of each shard. */
  readonly #samples: readonly number[];
  readonly #done: ShardFile[] = [];
  #file: OpenFile | undefined;

  constructor(folder: string, samples: readonly number[]) {
    this.#folder = folder;
    this.#samples = samples;
  }

  /** @param shard no earlier one than the last @param bytes lines, whose last may lack its end */
  async add(shard: number, place: Omit<ShardPiece, 'start' | 'end'>, bytes: Uint8Array): Promise<void> {
    while (this.#done.length < shard) await this.#end();
    await (await this.#opened()).add(place, bytes);
  }

  /** Shards without a row have a file, too. */
  async end(): Promise<readonly ShardFile[]> {
    while (this.#done.length < this.#samples.length) await this.#end();
    return this.#done;
  }

  async close(): Promise<void> {
    await this.#file?.handle.close();
  }

  async #opened(): Promise<OpenFile> {
    if (this.#file !== undefined) return this.#file;
    const name = shardFileName({ shard: this.#done.length, shards: this.#samples.length });
    const file = new OpenFile(name, await open(join(this.#folder, name), 'w'));
    this.#file = file;
    // What lies at the start of a file may be a byte-order mark, and is one nowhere else.
    await file.write(Uint8Array.of(NEWLINE));
    return file;
  }

  async #end(): Promise<void> {
    const { handle, name, summer, pieces } = await this.#opened();
    this.#file = undefined;
    await handle.sync().finally(() => handle.close());
    const sums = summer.end();
    const samples = this.#samples[this.#done.length]!;
    this.#done.push({ name, bytes: sums.bytes, sha256: digestOfSums(sums), samples, pieces });
  }
}

class OpenFile {
  readonly name: string;
  readonly handle: FileHandle;
  readonly summer = new BlockSummer();
  readonly pieces: ShardPiece[] = [];
  #bytes = 0;

  constructor(name: string, handle: FileHandle) {
    this.name = name;
    this.handle = handle;
  }

  async add(place: Omit<ShardPiece, 'start' | 'end'>, bytes: Uint8Array): Promise<void> {
    const start = this.#bytes;
    await this.write(bytes);
    this.pieces.push({ ...place, start, end: this.#bytes });
    if (bytes.at(-1) !== NEWLINE) await this.write(Uint8Array.of(NEWLINE));
  }

  async write(bytes: Uint8Array): Promise<void> {
    this.summer.add(bytes);
    this.#bytes += bytes.length;
    await this.handle.writeFile(bytes);
  }
}

/** `shard-0003-of-0008.jsonl` */
function shardFileName(position: Parameters<typeof shardName>[0]): string {
  return `${shardName(position)}.jsonl`;
}
