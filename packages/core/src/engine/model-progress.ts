import type { ModelAnswer } from '../algorithms/algorithm.ts';
import type { AlgorithmInstance } from '../algorithms/instantiate.ts';
import { Accumulator, type AccumulatorData } from '../results/accumulator.ts';
import type { SampleRecord } from './journal-record.ts';
import { Latencies } from './latencies.ts';

/** What is on disk of one model. */
export class ModelProgress {
  readonly accumulator: Accumulator;
  readonly latencies: Latencies = new Latencies();
  /** Answers of samples that wait for others: `index/ask` → answer. */
  readonly answers: Map<string, ModelAnswer> = new Map();
  /** The runner's id, once known. */
  runner = '';
  readonly #done = new Set<number>();
  readonly #ranges = new Set<number>();
  #rangedSamples = 0;

  constructor(instances: readonly AlgorithmInstance[]) {
    this.accumulator = new Accumulator(instances);
  }

  /** Samples that count. */
  get samples(): number {
    return this.#done.size + this.#rangedSamples;
  }

  get failures(): number {
    const { failed, timed_out } = this.accumulator.cell.states;
    return failed + timed_out;
  }

  isDone(index: number): boolean {
    return this.#done.has(index);
  }

  isRangeDone(first: number): boolean {
    return this.#ranges.has(first);
  }

  /** A sample whose line is on disk; one that was there already counts once. */
  add(record: SampleRecord): void {
    if (this.#done.has(record.sample)) return;
    this.#done.add(record.sample);
    this.accumulator.add(record);
    this.latencies.add(record);
  }

  /** A scored byte range whose closing line is on disk. */
  addRange(first: number, samples: number, accumulator: AccumulatorData): void {
    if (this.#ranges.has(first)) return;
    this.#ranges.add(first);
    this.#rangedSamples += samples;
    this.accumulator.merge(accumulator);
  }
}
