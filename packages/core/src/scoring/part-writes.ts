import type { Journal } from '../journal/journal.ts';
import type { RangeRecord } from '../journal/journal-record.ts';

/** Bytes of scored parts that may wait for the disk at a time, and parts: of many small files each is one. */
const MOST_BYTES = 8 * 2 ** 20;
const MOST_PARTS = 256;

/** Scored parts on their way to the disk; the journal has their records in the order in which they were given. */
export class PartWrites {
  readonly #journal: Journal;
  readonly #onRange: (record: RangeRecord) => void;
  readonly #underWay: { readonly onDisk: Promise<void>; readonly bytes: number }[] = [];
  #bytes = 0;
  /** Resolves when all records so far are in the journal's hands. */
  #filed: Promise<void> = Promise.resolve();

  constructor(journal: Journal, onRange: (record: RangeRecord) => void) {
    this.#journal = journal;
    this.#onRange = onRange;
  }

  add(record: RangeRecord, content: Uint8Array): void {
    let committed: Promise<void> | undefined;
    const before = this.#filed;
    const file = record.part === undefined ? before : this.#journal.parts.write(record.part, content);
    // A part is closed by the line of the journal that names it, and counts with that alone.
    this.#filed = Promise.all([before, file]).then(() => {
      committed = record.part === undefined ? this.#journal.appendRange(record, content) : this.#journal.append(record);
    });
    const onDisk = this.#filed.then(() => committed).then(() => this.#onRange(record));
    // A failed write is thrown when its turn to be awaited comes.
    for (const written of [file, this.#filed, onDisk]) written.catch(() => {});
    this.#underWay.push({ onDisk, bytes: content.length });
    this.#bytes += content.length;
  }

  /** What to wait for before more is added; undefined where there is room. */
  room(): Promise<void> | undefined {
    if (this.#bytes <= MOST_BYTES && this.#underWay.length <= MOST_PARTS) return undefined;
    const { onDisk, bytes } = this.#underWay.shift()!;
    this.#bytes -= bytes;
    return onDisk;
  }

  /** Resolves when all is on disk. */
  async end(): Promise<void> {
    await this.#filed;
    await this.#journal.flush();
    await Promise.all(this.#underWay.map(({ onDisk }) => onDisk));
  }
}
