import type { ErrorData, TextConstraint } from '@assay/core';
import type { SamplingOptions } from '../generation/sampling.ts';
import type { CacheArray } from '../layouts/cache-array.ts';
import type { Batching } from '../layouts/causal-model.ts';
import type { CacheShape } from '../layouts/kv-cache.ts';
import type { SessionSettings } from '../runtime/open-session.ts';

/** All that a worker needs to open a model; plain data. */
export interface ModelSpec {
  readonly name: string;
  /** Absolute path of the graph file. */
  readonly graph: string;
  /** The decoder's graph without a past, where it is a file of its own. */
  readonly firstGraph?: string | undefined;
  /** The encoder's graph, of an encoder-decoder. */
  readonly encoder?: string | undefined;
  /** The graph that makes embeddings of tokens, where the decoder's takes those. */
  readonly embedding?: string | undefined;
  readonly cache: CacheShape;
  readonly vocabularySize: number;
  readonly contextLength: number;
  /** Folder of tokenizer.json, for constrained answers. */
  readonly tokenizer?: string | undefined;
  readonly session?: SessionSettings | undefined;
}

/** Limits of one worker's batch. */
export interface BatchLimits {
  /** Sequences decoded at once. */
  readonly slots: number;
  /** New tokens of one prefill pass, padding included. */
  readonly prefillTokens: number;
  /** Bytes that keys and values may take. */
  readonly cacheBytes: number;
  /** Whether what sequences have in common at their beginning is computed once. @default true */
  readonly shares?: boolean;
}

/** The first `length` tokens of a prefix that is held. */
export interface PrefixUse {
  readonly id: number;
  readonly length: number;
}

/** Keys and values of a prefix's positions [start, end), as a snapshot of a cache; what is before them its parent has. */
export interface HeldPrefix {
  readonly id: number;
  readonly start: number;
  readonly end: number;
  /** Its length is `start`. */
  readonly parent?: PrefixUse | undefined;
  readonly arrays: readonly CacheArray[];
}

/** What holding prefixes takes. */
export interface PrefixSize {
  readonly bytesPerToken: number;
  /** States, which a sequence can be continued from at the end of a prefix only. */
  readonly stateBytes: number;
}

export interface GenerateJob {
  readonly kind: 'generate';
  readonly id: number;
  readonly tokens: Int32Array;
  /** What an encoder-decoder answers; `tokens` then begin its answer. */
  readonly source?: Int32Array | undefined;
  readonly maxNewTokens: number;
  readonly eosIds: readonly number[];
  readonly sampling: SamplingOptions;
  readonly seed: number;
  /** Whether new tokens are reported as they come (stop strings, streaming). */
  readonly streams: boolean;
  /** What the answer keeps to. */
  readonly constraint?: TextConstraint | undefined;
  /** Likeliest tokens that are reported with each new token. @default 0 */
  readonly top?: number;
  /** Tokens that need not be read: at least one is left. */
  readonly prefix?: PrefixUse | undefined;
}

/** Log-probabilities of `tokens[from..]`, each given all tokens before it; `from` is at least 1. */
export interface ScoreJob {
  readonly kind: 'score';
  readonly id: number;
  readonly tokens: Int32Array;
  /** What an encoder-decoder is given; `tokens` are the decoder's. */
  readonly source?: Int32Array | undefined;
  readonly from: number;
  /** Likeliest tokens that are wanted at each place too. @default 0 */
  readonly top?: number;
  /** Tokens that need not be read; shorter than `from`. */
  readonly prefix?: PrefixUse | undefined;
}

/** Keys and values of `tokens`, to be held under the job's id. */
export interface ReadJob {
  readonly kind: 'read';
  readonly id: number;
  readonly tokens: Int32Array;
  readonly source?: undefined;
  readonly prefix?: PrefixUse | undefined;
}

export type Job = GenerateJob | ScoreJob | ReadJob;

export type ToWorker =
  | { readonly type: 'open'; readonly model: ModelSpec; readonly limits: BatchLimits }
  | { readonly type: 'jobs'; readonly jobs: readonly Job[] }
  | { readonly type: 'cancel'; readonly ids: readonly number[] }
  | { readonly type: 'hold'; readonly prefix: HeldPrefix }
  | { readonly type: 'forget'; readonly ids: readonly number[] }
  | { readonly type: 'close' };

export interface GenerateResult {
  readonly id: number;
  readonly kind: 'generate';
  readonly tokens: Int32Array;
  readonly finishReason: 'stop' | 'length';
  readonly elapsedMs: number;
}

/** The model's likeliest tokens at each place, `count` of them, best first, with their nats. */
export interface TopTokens {
  readonly count: number;
  /** [places × count] */
  readonly ids: Int32Array;
  /** [places × count] */
  readonly logProbabilities: Float64Array;
}

/** A token as it comes, what the model gave it, and the model's likeliest tokens there, best first. */
export interface NewToken {
  readonly id: number;
  readonly token: number;
  readonly logProbability: number;
  readonly topIds: Int32Array;
  readonly topLogProbabilities: Float32Array;
}

interface ScoreResult {
  readonly id: number;
  readonly kind: 'score';
  /** Nats of `tokens[from..]`. */
  readonly logProbabilities: Float64Array;
  /** Each of them was the model's first choice. */
  readonly isGreedy: boolean;
  readonly top?: TopTokens;
  readonly elapsedMs: number;
}

interface ReadResult {
  readonly id: number;
  readonly kind: 'read';
  /** Of the positions behind the job's prefix. */
  readonly arrays: readonly CacheArray[];
}

interface JobFailure {
  readonly id: number;
  readonly kind: 'failed';
  readonly error: ErrorData;
}

/** @property attempts workers that had the job, where the first of them died */
export type JobResult = (GenerateResult | ScoreResult | ReadResult | JobFailure) & { readonly attempts?: number };

export type FromWorker =
  | {
      readonly type: 'ready';
      readonly batching: Batching;
      /** undefined where beginnings cannot be shared. */
      readonly prefixes?: PrefixSize | undefined;
    }
  | { readonly type: 'failed'; readonly error: ErrorData }
  | { readonly type: 'results'; readonly results: readonly JobResult[] }
  | { readonly type: 'tokens'; readonly tokens: readonly NewToken[] }
  | { readonly type: 'progress'; readonly newTokens: number; readonly promptTokens: number }
  | { readonly type: 'closed' };
