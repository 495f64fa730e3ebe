import { Source } from '../layouts/source.ts';
import type { GenerateJob } from '../worker/messages.ts';
import type { OpenChoice } from './draw-allowed.ts';
import { seededUniform } from './random.ts';
import type { TokenConstraint } from './token-constraint.ts';

/** One sequence in the batch. Slots follow the order of rows, so `rows[i]` lives in cache slot i. */
export interface GenerationRow {
  readonly job: GenerateJob;
  readonly source: Source | undefined;
  /** Columns of the cache that are filled. */
  length: number;
  /** New tokens so far; while the prompt is being read, empty. */
  readonly generated: number[];
  readonly seen: Set<number>;
  /** How often each token was generated. */
  readonly counts: Map<number, number>;
  /** What its text keeps to. */
  readonly constraint: TokenConstraint | undefined;
  readonly uniform: () => number;
  /** The draw of the token that is to be chosen, once it is drawn. */
  draw?: number | undefined;
  /** What a look at the likeliest tokens left open of it, where a form is kept to. */
  open?: OpenChoice | undefined;
  readonly startedMs: number;
}

/** @param beside rows whose source is shared where it is the same, so that it is encoded once */
export function startRow(
  job: GenerateJob,
  beside: readonly GenerationRow[],
  constraint?: TokenConstraint,
): GenerationRow {
  return {
    job,
    source: job.source === undefined ? undefined : sharedSource(job.source, beside),
    length: 0,
    generated: [],
    seen: new Set(job.sampling.repetitionPenalty === 1 ? [] : job.tokens),
    counts: new Map(),
    constraint,
    uniform: seededUniform(job.seed),
    startedMs: performance.now(),
  };
}

/** Whether the prompt is read, so that each pass feeds one token. */
export function isDecoding(row: GenerationRow): boolean {
  return row.generated.length > 0;
}

/** Cached tokens that the sequence may reach at most; its source counts twice, as kept and as laid out for a pass. */
export function fullLength(job: GenerateJob): number {
  return job.tokens.length + job.maxNewTokens + 2 * (job.source?.length ?? 0);
}

/** Tokens that are read before the first new one. */
export function promptLength(job: GenerateJob): number {
  return unreadLength(job) + (job.source?.length ?? 0);
}

/** Of its tokens those that are not held. */
export function unreadLength({ tokens, prefix }: GenerateJob): number {
  return tokens.length - (prefix?.length ?? 0);
}

function sharedSource(tokens: Int32Array, rows: readonly GenerationRow[]): Source {
  const twin = rows.find(({ job }) => job.source?.length === tokens.length && isEqual(job.source, tokens));
  return twin?.source ?? new Source(tokens);
}

function isEqual(a: Int32Array, b: Int32Array): boolean {
  return a.every((token, i) => token === b[i]);
}
