import type { HumanLabel, LabelBook, LabelTask } from '@assay/core';
import type { LabelJob } from './label-job.ts';

/** Puts a label on the disk; it counts once this resolves. */
export type KeepLabel = (label: HumanLabel) => Promise<void>;

/** One person labelling, one output at a time: what is next, what was said, and back again. */
export class LabelSession {
  readonly #job: LabelJob;
  readonly #book: LabelBook;
  readonly #who: string;
  readonly #keep: KeepLabel;
  readonly #now: () => Date;
  readonly #left: LabelTask[];
  readonly #done: { readonly task: LabelTask; readonly isSkipped: boolean }[] = [];
  #said = 0;

  constructor(job: LabelJob, book: LabelBook, who: string, keep: KeepLabel, now: () => Date = () => new Date()) {
    this.#job = job;
    this.#book = book;
    this.#who = who;
    this.#keep = keep;
    this.#now = now;
    this.#left = job.tasks.filter(({ sample, output }) => !book.has(sample, output, job.rubric.digest, who));
  }

  /** undefined when all are labelled or skipped. */
  get current(): LabelTask | undefined {
    return this.#left[0];
  }

  /** Labels given in this session, those taken back aside. */
  get said(): number {
    return this.#said;
  }

  /** Outputs that this person has not seen. */
  get left(): number {
    return this.#left.length;
  }

  async label(word: string): Promise<void> {
    const task = this.#left[0];
    if (task === undefined || !Object.hasOwn(this.#job.values, word)) return;
    await this.#write(task, word);
    this.#done.push({ task: this.#left.shift()!, isSkipped: false });
    this.#said += 1;
  }

  /** An output that one cannot judge stays without a label. */
  skip(): void {
    if (this.#left.length > 0) this.#done.push({ task: this.#left.shift()!, isSkipped: true });
  }

  /** Goes back by one; a label that was given is taken back. @returns whether there was anything */
  async undo(): Promise<boolean> {
    const last = this.#done.at(-1);
    if (last === undefined) return false;
    if (!last.isSkipped) {
      await this.#write(last.task, null);
      this.#said -= 1;
    }
    this.#done.pop();
    this.#left.unshift(last.task);
    return true;
  }

  async #write({ sample, output }: LabelTask, label: string | null): Promise<void> {
    const when = this.#now().toISOString();
    const said: HumanLabel = { sample, output, label, who: this.#who, when, rubric: this.#job.rubric.digest };
    await this.#keep(said);
    this.#book.add(said);
  }
}
