import { open, stat } from 'node:fs/promises';

const CHUNK_BYTES = 1 << 20;
const NEWLINE = 10;
/** A sample's own line, and a line of a range that many samples share. */
const SAMPLE_LINE = /^\{"(kind":"sample"|sample":)/;

/** Counts the samples in a journal that grows: only what is new since the last look is read. */
export class JournalCounter {
  readonly #file: string;
  #readBytes = 0;
  #samples = 0;
  #underWay: Promise<number> | undefined;

  constructor(file: string) {
    this.#file = file;
  }

  /** @returns samples on disk, torn last line aside. Whoever asks while it is being read gets what that reading finds. */
  count(): Promise<number> {
    this.#underWay ??= this.#count().finally(() => {
      this.#underWay = undefined;
    });
    return this.#underWay;
  }

  async #count(): Promise<number> {
    const found = await stat(this.#file).catch(() => undefined);
    if (found === undefined) return 0;
    // A resume cuts a torn end off; what was counted before the cut was whole lines, but a new file starts anew.
    if (found.size < this.#readBytes) [this.#readBytes, this.#samples] = [0, 0];
    if (found.size > this.#readBytes) await this.#read();
    return this.#samples;
  }

  async #read(): Promise<void> {
    const handle = await open(this.#file);
    try {
      const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
      let rest: Buffer = Buffer.alloc(0);
      for (;;) {
        const { bytesRead } = await handle.read(chunk, 0, CHUNK_BYTES, this.#readBytes + rest.length);
        if (bytesRead === 0) return;
        const bytes = Buffer.concat([rest, chunk.subarray(0, bytesRead)]);
        let at = 0;
        for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, at)) {
          if (SAMPLE_LINE.test(bytes.toString('latin1', at, Math.min(end, at + 20)))) this.#samples += 1;
          at = end + 1;
        }
        this.#readBytes += at;
        rest = Buffer.from(bytes.subarray(at));
      }
    } finally {
      await handle.close();
    }
  }
}
