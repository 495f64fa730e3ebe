import type { KvCache } from './kv-cache.ts';
import type { Source } from './source.ts';

/** One sequence's part of a forward pass: new tokens after a past that a cache slot holds. */
export interface StepRow {
  /** Cache slot that holds the past; ignored when `pastLength` is 0. */
  readonly past: number;
  /** Columns of that slot which come before `tokens`. */
  readonly pastLength: number;
  /** At least one token id. */
  readonly tokens: ArrayLike<number>;
  /** Slot that keeps past and new keys and values afterwards, or -1 to drop them. */
  readonly store: number;
  /** What an encoder-decoder answers; the same object in all of a sequence's steps. */
  readonly source?: Source | undefined;
}

/** A position whose next-token distribution is wanted. */
export interface WantedPosition {
  readonly row: number;
  /** Index into that row's `tokens`. */
  readonly position: number;
  /** Token id to score there; any id where not wanted. */
  readonly target: number;
}

/** Next-token distributions, one row of `k` candidates for each wanted position, best first. */
export interface Distributions {
  readonly k: number;
  /** [positions × k] token ids. */
  readonly topIds: Int32Array;
  /** [positions × k] */
  readonly topLogits: Float32Array;
  /** [positions × k] nats. */
  readonly topLogProbabilities: Float32Array;
  /** [positions] nats. */
  readonly targetLogProbabilities: Float32Array;
}

/**
 * What a model's kernels support without changing a sequence's numbers: neighbours of any length, neighbours with a past of
 * equal length only, or none.
 */
export type Batching = 'ragged' | 'even' | 'alone';

/**
 * A decoder, whatever the layout of its graph.
 * Rows of one step may have different past lengths and different numbers of new tokens; no row may read a slot that
 * another row of the same step stores into, itself excepted.
 */
export interface CausalModel {
  readonly vocabularySize: number;
  /** Where it is `alone`, even the length of a pass changes the numbers, so prefixes are not shared either. */
  readonly batching: Batching;
  /** What may follow a past in one pass: any number of tokens, or one, so that a beginning is read whole. */
  readonly continuation: 'tokens' | 'token';
  /** Whether rows of different past lengths go through the graph together, or in one pass for each length. */
  readonly mixesLengths: boolean;
  /** An empty cache of the kind that `step` reads and fills. */
  createCache(): KvCache;
  step(cache: KvCache, rows: readonly StepRow[], wanted: readonly WantedPosition[], k: number): Promise<Distributions>;
  close(): Promise<void>;
}

/** Whether a beginning that sequences share may be computed once for all of them. */
export function sharesPrefixes(model: CausalModel): boolean {
  return model.batching !== 'alone' && model.continuation === 'tokens';
}
