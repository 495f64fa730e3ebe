import type { GenerateJob } from '../worker/messages.ts';
import { seededUniform } from './random.ts';

/** One sequence in the batch. Slots follow the order of rows, so `rows[i]` lives in cache slot i. */
export interface GenerationRow {
  readonly job: GenerateJob;
  /** Columns of the cache that are filled. */
  length: number;
  /** New tokens so far; while the prompt is being read, empty. */
  readonly generated: number[];
  readonly seen: Set<number>;
  readonly generatedSet: Set<number>;
  readonly uniform: () => number;
  readonly startedMs: number;
}

export function startRow(job: GenerateJob): GenerationRow {
  return {
    job,
    length: 0,
    generated: [],
    seen: new Set(job.sampling.repetitionPenalty === 1 ? [] : job.tokens),
    generatedSet: new Set(),
    uniform: seededUniform(job.seed),
    startedMs: performance.now(),
  };
}

/** Whether the prompt is read, so that each pass feeds one token. */
export function isDecoding(row: GenerationRow): boolean {
  return row.generated.length > 0;
}

/** Tokens that the sequence may reach at most. */
export function fullLength(job: GenerateJob): number {
  return job.tokens.length + job.maxNewTokens;
}
