import type { AssayError } from '../errors/assay-error.ts';
import type { Completed } from '../runner/runner.ts';

/** One request of a batch. */
export interface BatchLine {
  /** Names its answer: letters and digits, the same in every life of a run. */
  readonly customId: string;
  /** The request's JSON text, on one line. */
  readonly body: string;
}

/** Requests that are sent together. */
export interface Batch {
  /** Names it at the service, so that it is found where the answer to its creation was lost. No two have the same. */
  readonly key: string;
  /** In the order of their lines. */
  readonly customIds: readonly string[];
}

/** What a batch is at. */
export interface BatchState {
  /** In the service's word: `in_progress`. */
  readonly said: string;
  readonly isOver: boolean;
  /** Requests that have their answer, where the service counts. */
  readonly done?: number | undefined;
  /** Why nothing of it is answered, once that is sure. */
  readonly failure?: AssayError | undefined;
}

/** An answer without what its sample and its call add. */
export type BatchAnswer = Omit<Completed, 'id' | 'ok' | 'elapsedMs' | 'attempts'>;

/**
 * What became of one request. `unasked`: it expired, was cancelled or has no line, so that it cost nothing and may be sent
 * again; `failed`: it was refused, which is its sample's failure.
 */
export type BatchResult =
  | { readonly customId: string; readonly kind: 'answered'; readonly answer: BatchAnswer }
  | { readonly customId: string; readonly kind: 'failed'; readonly error: AssayError }
  | { readonly customId: string; readonly kind: 'unasked' };

/**
 * The port of whatever answers many requests together, later: a vendor's batch API, a transform job. Reads are made again by
 * the service itself; `create` is one attempt, since what is made twice is paid twice.
 */
export interface BatchService {
  /** For messages: `OpenAI`. */
  readonly name: string;
  /** Of one batch. */
  readonly limits: {
    readonly requests: number;
    readonly bytes: number;
    /** Fewest requests. @default 1 */
    readonly least?: number;
  };
  /** Milliseconds after a call of `create` in which `find` may not show its batch yet. 0: what is there is found. */
  readonly settlesMs: number;
  /** Waits between two looks, in milliseconds. */
  readonly poll: { readonly firstMs: number; readonly longestMs: number };
  /** Puts the requests where `create` finds them; costs nothing. @returns what `create` is to be told */
  prepare?(batch: Batch, lines: readonly BatchLine[], signal?: AbortSignal): Promise<string>;
  /**
   * @returns the service's id of the batch
   * @throws AssayError RUNNER_CRASHED, RUNNER_TIMEOUT where it may have been made all the same; another where it was not
   */
  create(
    batch: Batch,
    lines: readonly BatchLine[],
    prepared: string | undefined,
    signal?: AbortSignal,
  ): Promise<string>;
  /**
   * The id of a batch whose creation was tried.
   * @param triedAt milliseconds since the epoch
   * @param known ids of the run's other batches, which may be of the same requests
   */
  find(batch: Batch, triedAt: number, known: ReadonlySet<string>, signal?: AbortSignal): Promise<string | undefined>;
  look(id: string, signal?: AbortSignal): Promise<BatchState>;
  /** Of a batch that is over, in any order; a request may be missing. */
  results(id: string, batch: Batch, state: BatchState, signal?: AbortSignal): AsyncIterable<BatchResult>;
  /** Ends a batch that nobody waits for any more, where it costs as long as it runs. @returns whether that worked */
  stop?(id: string): Promise<boolean>;
  close?(): Promise<void>;
}
