import type { BadRowReport } from '../samples/bad-row-report.ts';
import { writeCheckpoint } from './checkpoint.ts';
import type { Journal, JournalPosition } from './journal.ts';
import type { JournaledModel } from './progress-data.ts';

/** Journal bytes between two checkpoints: parsing them takes a resume less than half a second. */
const SPACING = 32 * 2 ** 20;

/** Writes a checkpoint now and then while a run goes on. One that cannot be written costs a later resume some seconds. */
export class Checkpoints {
  readonly #file: string;
  readonly #progress: ReadonlyMap<string, JournaledModel>;
  #corruptLines: number;
  readonly #badRows: () => readonly BadRowReport[];
  #last: number;
  #scheduled = false;
  #writing: Promise<void> = Promise.resolve();

  constructor(
    file: string,
    progress: ReadonlyMap<string, JournaledModel>,
    restored: JournalPosition & { readonly corruptLines: number },
    badRows: () => readonly BadRowReport[],
  ) {
    this.#file = file;
    this.#progress = progress;
    this.#corruptLines = restored.corruptLines;
    this.#badRows = badRows;
    this.#last = restored.bytes;
  }

  onCommit(journal: Journal): void {
    if (this.#scheduled || journal.position.bytes - this.#last < SPACING) return;
    this.#scheduled = true;
    // Those who waited for the commit take their records in first.
    setImmediate(() => {
      this.#scheduled = false;
      this.#write(journal, journal.position);
    });
  }

  /** A last one for a long journal. @param compacted where the journal ends that took this one's place */
  async close(journal: Journal, compacted?: JournalPosition): Promise<void> {
    await this.#writing;
    if (compacted !== undefined) this.#corruptLines = 0;
    const position = compacted ?? journal.position;
    if (position.bytes >= SPACING && position.bytes !== this.#last) this.#write(journal, position);
    await this.#writing;
  }

  #write({ records: written }: Journal, position: JournalPosition): void {
    let taken = 0;
    for (const { records } of this.#progress.values()) taken += records;
    // Where records are under way, the next commit tries again.
    if (taken !== written) return;
    this.#last = position.bytes;
    this.#writing = writeCheckpoint(this.#file, position, this.#progress, this.#corruptLines, this.#badRows()).catch(
      () => {},
    );
  }
}
