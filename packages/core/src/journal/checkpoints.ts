import type { BadRowReport } from '../samples/bad-row-report.ts';
import { nodeStorage } from '../storage/node-storage.ts';
import type { Storage } from '../storage/storage.ts';
import { writeCheckpoint } from './checkpoint.ts';
import type { Journal, JournalPosition } from './journal.ts';
import type { JournaledModel } from './progress-data.ts';

/** Journal bytes between two checkpoints: parsing them takes a resume less than half a second. */
const SPACING = 32 * 2 ** 20;

/** Writes a checkpoint now and then while a run goes on. One that cannot be written costs a later resume some seconds. */
export class Checkpoints {
  readonly #file: string;
  readonly #storage: Storage;
  readonly #spacing: number;
  readonly #progress: ReadonlyMap<string, JournaledModel>;
  #corruptLines: number;
  readonly #badRows: () => readonly BadRowReport[];
  #last: number;
  /** One at a time: two would write the same draft. */
  #isBusy = false;
  #writing: Promise<void> = Promise.resolve();

  constructor(
    file: string,
    progress: ReadonlyMap<string, JournaledModel>,
    restored: JournalPosition & { readonly corruptLines: number },
    badRows: () => readonly BadRowReport[],
    storage: Storage = nodeStorage,
    spacing: number = SPACING,
  ) {
    this.#storage = storage;
    this.#spacing = spacing;
    this.#file = file;
    this.#progress = progress;
    this.#corruptLines = restored.corruptLines;
    this.#badRows = badRows;
    this.#last = restored.bytes;
  }

  onCommit(journal: Journal): void {
    if (this.#isBusy || journal.position.bytes - this.#last < this.#spacing) return;
    this.#isBusy = true;
    // Those who waited for the commit take their records in first.
    this.#writing = this.#storage.clock
      .sleep(0)
      .then(() => this.#write(journal, journal.position))
      .finally(() => {
        this.#isBusy = false;
      });
  }

  /** A last one for a long journal. @param compacted where the journal ends that took this one's place */
  async close(journal: Journal, compacted?: JournalPosition): Promise<void> {
    await this.#writing;
    if (compacted !== undefined) this.#corruptLines = 0;
    const position = compacted ?? journal.position;
    if (position.bytes >= this.#spacing && position.bytes !== this.#last) await this.#write(journal, position);
  }

  async #write({ records: written }: Journal, position: JournalPosition): Promise<void> {
    let taken = 0;
    for (const { records, hasParts } of this.#progress.values()) {
      // Its journal is short, and each of its parts has to be looked at.
      if (hasParts) return;
      taken += records;
    }
    // Where records are under way, the next commit tries again.
    if (taken !== written) return;
    this.#last = position.bytes;
    const badRows = this.#badRows();
    await writeCheckpoint(this.#file, position, this.#progress, this.#corruptLines, badRows, this.#storage).catch(
      () => {},
    );
  }
}
