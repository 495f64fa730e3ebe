import type { ModelAnswer } from '../algorithms/algorithm.ts';
import type { AccumulatorData } from './accumulator-data.ts';

/** Milliseconds from admission to answer: those that percentiles are taken of, and the sum over all. */
export interface LatenciesData {
  readonly kept: readonly number[];
  readonly sum: number;
  readonly n: number;
}

/** A model's progress as JSON, for checkpoints. */
export interface ModelProgressData {
  /** Runs of done samples: first, count, first, count… */
  readonly done: readonly number[];
  readonly ranges: readonly number[];
  readonly rangedSamples: number;
  readonly accumulator: AccumulatorData;
  readonly latencies: LatenciesData;
  readonly answers: readonly (readonly [sample: number, ask: string, answer: ModelAnswer])[];
}

/** What is on disk of one model, as far as its journal needs to know. */
export interface JournaledModel {
  /** Records taken in by this process: as many as its journal wrote of this model when nothing is under way. */
  readonly records: number;
  /** Answers taken in one by one, by this process or from the journal. */
  readonly answers: number;
  /** Whether some of it lies in parts beside the journal: a checkpoint, which vouches for the journal alone, would not miss them. */
  readonly hasParts: boolean;
  isDone(sample: number): boolean;
  toJSON(): ModelProgressData;
  /** Takes a checkpoint over, before anything else is added. */
  restore(data: ModelProgressData): void;
}
