import type { Journal } from '../journal/journal.ts';
import type { SampleRecord } from '../journal/journal-record.ts';
import type { StageClock } from '../results/stage-clock.ts';

export interface SamplesUnderWayOptions {
  readonly journal: Journal;
  readonly stages: StageClock;
  /** Samples that may be under way, given how many have been finished. */
  readonly room: (finished: number) => number;
}

/**
 * The samples of a model between reading and disk: how many there may be, which is the bound on memory, and which of them
 * wait for the disk alone. Where these hold the others up, the journal commits at once and not by its timer.
 */
export class SamplesUnderWay {
  readonly #options: SamplesUnderWayOptions;
  #count = 0;
  #finished = 0;
  #onDisk = 0;
  #isSealed = false;
  #wakeReader: (() => void) | undefined;

  constructor(options: SamplesUnderWayOptions) {
    this.#options = options;
  }

  get hasRoom(): boolean {
    return this.#count < this.#options.room(this.#finished);
  }

  enter(): void {
    this.#count += 1;
  }

  /** Resolves when a sample has left, or at `release`. One reader waits at a time. */
  async nextLeft(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#wakeReader = resolve;
      this.#hurry();
    });
  }

  /** No further sample comes. */
  seal(): void {
    this.#isSealed = true;
    this.#hurry();
  }

  /** Resolves when the sample's line is on disk. */
  async commit(record: SampleRecord): Promise<void> {
    const { journal, stages } = this.#options;
    stages.enter('disk');
    this.#onDisk += 1;
    const committed = journal.append(record);
    this.#hurry();
    try {
      await committed;
    } finally {
      this.#onDisk -= 1;
      stages.leave('disk');
    }
  }

  leave(): void {
    this.#count -= 1;
    this.#finished += 1;
    this.release();
  }

  /** Wakes the reader, room or not. */
  release(): void {
    this.#wakeReader?.();
    this.#wakeReader = undefined;
  }

  /** A slow model's answers may wait for the timer: its other samples have what to wait for. */
  #hurry(): void {
    const isHeld = this.#isSealed || this.#wakeReader !== undefined;
    if (isHeld && this.#onDisk > 0 && 2 * this.#onDisk >= this.#count) this.#options.journal.hurry();
  }
}
