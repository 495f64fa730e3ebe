import { open, stat } from 'node:fs/promises';

const CHUNK_BYTES = 1 << 20;
const NEWLINE = 10;
/** A sample's own line, and a line of a range that many samples share, whose model the range's own line names. */
const SAMPLE_LINE = /^\{"(kind":"sample"|sample":)/;
const RANGE_LINE = /^\{"kind":"range"/;

/** What adds up the lines of samples. */
export interface LineTally {
  /** Takes a sample's line: what a journal holds, and nothing vouches for it. */
  add(model: string, line: unknown): void;
  /** Takes what the samples of a part add up to, by the line that names it; absent where only samples are of use. */
  addPart?(model: string, accumulator: unknown): void;
  /** Takes a sample's line that is not read, once it is full; absent where those are counted alone. @param model of its range */
  addLate?(line: Buffer, model: string): void;
  /** Whether further lines are not to be read. */
  readonly isFull: boolean;
}

/** Counts the samples in a journal that grows, and adds them up: only what is new since the last look is read. */
export class JournalCounter<Tally extends LineTally> {
  readonly #file: string;
  readonly #begin: () => Tally;
  #readBytes = 0;
  #samples = 0;
  #tally: Tally;
  #rangeModel = '';
  #underWay: Promise<number> | undefined;

  /** @param begin makes what adds up, anew where the journal is another one */
  constructor(file: string, begin: () => Tally) {
    this.#file = file;
    this.#begin = begin;
    this.#tally = begin();
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
    // A resume cuts a torn end off; what was counted before the cut was whole lines, but a new file starts again.
    if (found.size < this.#readBytes) {
      [this.#readBytes, this.#samples] = [0, 0];
      this.#tally = this.#begin();
    }
    if (found.size > this.#readBytes) await this.#read();
    return this.#samples;
  }

  /** As of the last count. */
  get tally(): Tally {
    return this.#tally;
  }

  #take(line: Buffer): void {
    const start = line.toString('latin1', 0, 20);
    const isSample = SAMPLE_LINE.test(start);
    if (isSample) this.#samples += 1;
    const isRange = !isSample && RANGE_LINE.test(start);
    if (isSample && this.#tally.isFull) {
      this.#tally.addLate?.(line, this.#rangeModel);
      return;
    }
    if (!isRange && !isSample) return;
    try {
      const record = JSON.parse(line.toString('utf8'));
      if (isSample) this.#tally.add(record.model ?? this.#rangeModel, record);
      else this.#rangeModel = record.model;
      if (!isRange || record.part === undefined) return;
      // No lines follow: its samples lie in a file beside the journal.
      this.#samples += record.samples;
      this.#tally.addPart?.(record.model, record.accumulator);
    } catch {
      // A damaged line is for the run to judge; it was counted as far as it can be told.
    }
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
          this.#take(bytes.subarray(at, end));
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
