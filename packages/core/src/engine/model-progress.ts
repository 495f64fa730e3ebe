import type { ModelAnswer } from '../algorithms/algorithm.ts';
import type { AlgorithmInstance } from '../algorithms/instantiate.ts';
import { fromRuns, toRuns } from '../journal/index-runs.ts';
import type { AnswerRecord, RangeRecord, SampleRecord } from '../journal/journal-record.ts';
import type { JournaledModel, ModelProgressData } from '../journal/progress-data.ts';
import { RowSet } from '../journal/row-set.ts';
import { Accumulator } from '../results/accumulator.ts';
import { Latencies } from '../results/latencies.ts';
import type { SpentMs } from '../results/stage-clock.ts';
import type { PromptReading } from '../runner/prompt-reading.ts';
import type { PlannedStop } from './run-plan.ts';
import { SequentialStop } from './sequential-stop.ts';

/** What is on disk of one model. */
export class ModelProgress implements JournaledModel {
  readonly accumulator: Accumulator;
  readonly latencies: Latencies = new Latencies();
  /** The runner's id, once known. */
  runner = '';
  /** The runner's notes, once it was open. */
  notes: readonly string[] = [];
  /** Commit of the weights, once the runner was open, where they come from a hub. */
  revision: string | undefined;
  /** Whether nothing is left to ask, as far as this process knows. */
  isEnded = false;
  /** Decides how many samples count; all where absent. */
  readonly stop: SequentialStop | undefined;
  /** Where this process spent its time on the model; undefined where there was nothing left to do. */
  spentMs: SpentMs | undefined;
  /** What this process's runner read of prompts; undefined where it cannot tell. */
  reading: PromptReading | undefined;
  /** Records taken in by this process: as many as its journal wrote of this model when nothing is under way. */
  records = 0;
  /** Answers taken in one by one, by this process or from the journal: the samples that they were for leave them behind. */
  answers = 0;
  hasParts = false;
  /** Answers of samples that wait for others: sample → ask → answer. */
  readonly #answers = new Map<number, Map<string, ModelAnswer>>();
  readonly #done = new RowSet();
  readonly #ranges = new Set<number>();
  #rangedSamples = 0;

  constructor(instances: readonly AlgorithmInstance[], stop?: PlannedStop, mostCategories?: number) {
    this.accumulator = new Accumulator(instances, mostCategories);
    this.stop = stop === undefined ? undefined : new SequentialStop(stop, instances, (record) => this.#count(record));
  }

  /** Samples that are done; all of them count but those behind an early stop. */
  get samples(): number {
    return this.#done.size + this.#rangedSamples;
  }

  get failures(): number {
    const { failed, timed_out } = this.accumulator.cell.states;
    return failed + timed_out + (this.stop?.waitingFailures ?? 0);
  }

  isDone(index: number): boolean {
    return this.#done.has(index);
  }

  isRangeDone(first: number): boolean {
    return this.#ranges.has(first);
  }

  answer(sample: number, ask: string): ModelAnswer | undefined {
    return this.#answers.get(sample)?.get(ask);
  }

  /** A sample whose line is on disk; one that was there already counts once. */
  add(record: SampleRecord): void {
    this.records += 1;
    if (this.#done.has(record.sample)) return;
    this.#done.add(record.sample);
    this.#answers.delete(record.sample);
    if (this.stop === undefined) this.#count(record);
    else this.stop.take(record);
  }

  #count(record: SampleRecord): void {
    this.accumulator.add(record);
    this.latencies.add(record);
  }

  /** An answer whose line is on disk, of a sample that waits for others. */
  addAnswer({ sample, ask, answer }: AnswerRecord): void {
    this.records += 1;
    this.answers += 1;
    if (this.#done.has(sample)) return;
    let own = this.#answers.get(sample);
    if (own === undefined) {
      own = new Map();
      this.#answers.set(sample, own);
    }
    own.set(ask, answer);
  }

  /** A scored byte range that is on disk. */
  addRange({ first, samples, accumulator, part }: RangeRecord): void {
    this.records += 1;
    if (part !== undefined) this.hasParts = true;
    if (this.#ranges.has(first)) return;
    this.#ranges.add(first);
    this.#rangedSamples += samples;
    this.accumulator.merge(accumulator);
  }

  toJSON(): ModelProgressData {
    return {
      done: toRuns(this.#done),
      ranges: [...this.#ranges],
      rangedSamples: this.#rangedSamples,
      accumulator: this.accumulator.toJSON(),
      latencies: this.latencies.toJSON(),
      answers: [...this.#answers].flatMap(([sample, own]) =>
        [...own].map(([ask, answer]) => [sample, ask, answer] as const),
      ),
    };
  }

  /** Takes a checkpoint over, before anything else is added. */
  restore({ done, ranges, rangedSamples, accumulator, latencies, answers }: ModelProgressData): void {
    for (const index of fromRuns(done)) this.#done.add(index);
    for (const first of ranges) this.#ranges.add(first);
    this.#rangedSamples = rangedSamples;
    this.accumulator.merge(accumulator);
    this.latencies.restore(latencies);
    for (const [sample, ask, answer] of answers) this.addAnswer({ kind: 'answer', model: '', sample, ask, answer });
    this.records = 0;
  }
}
