import type { ErrorData } from '@assay/core';
import type { SessionSettings } from '../runtime/open-session.ts';

/** What becomes of a text that is longer than the model reads at once. */
export interface LongTexts {
  /** Read whole, piece by piece, and the answers put together; otherwise it is cut. @default false */
  readonly whole?: boolean | undefined;
}

/** One text, or two that are read as one. */
export type ModelText = string | readonly [first: string, second: string];

/** What to do with each text of a window. */
export type TextTask =
  /** One vector a text. */
  | ({ readonly kind: 'vector'; readonly prompt?: string | undefined } & LongTexts)
  /** One unit vector a token, special tokens included; of a hidden layer, 0 being the embeddings, or of the last. */
  | ({ readonly kind: 'tokens'; readonly layer?: number | undefined } & LongTexts)
  /** One score a label. */
  | ({ readonly kind: 'labels' } & LongTexts)
  /** One probability a hypothesis, by natural-language inference. */
  | ({ readonly kind: 'entailment'; readonly hypotheses: readonly string[]; readonly multiLabel: boolean } & LongTexts);

/** Answers to some rows of a window, in the order they were computed. */
export interface BatchAnswer {
  /** Row of the window that each answer belongs to. */
  readonly rows: readonly number[];
  /** Where each row's values end in `values`. */
  readonly ends: readonly number[];
  readonly values: Float32Array;
  /** Floats in one vector, where a row holds several (task `tokens`); else 0. */
  readonly width: number;
  readonly failures: readonly { readonly row: number; readonly error: ErrorData }[];
}

/** A model loaded in the thread that runs it: `session.run` blocks its thread, so this one is never the main thread. */
export interface TextModel {
  /** Plain data about the model, sent to the main thread once. */
  readonly info: unknown;
  /** Yields each batch as soon as it is done; every row is answered exactly once, unless the caller stops. */
  evaluate(texts: readonly ModelText[], task: TextTask): AsyncGenerator<BatchAnswer>;
  close(): Promise<void>;
}

/** Which model a thread loads. */
export interface ModelThreadSettings {
  readonly kind: 'encoder' | 'classifier';
  readonly folder: string;
  /** ONNX file within the folder; chosen by what is there when absent. */
  readonly file?: string | undefined;
  readonly batchTokens?: number | undefined;
  readonly maxTokens?: number | undefined;
  readonly session?: SessionSettings | undefined;
  /** The model lives in a process of its own. @default false */
  readonly isolate?: boolean | undefined;
}

export type RequestMessage =
  /** The first to a process; a thread has its settings from the beginning. */
  | { readonly type: 'load'; readonly settings: ModelThreadSettings }
  | {
      readonly type: 'window';
      readonly window: number;
      readonly texts: readonly ModelText[];
      readonly task: TextTask;
      /** One 32-bit integer; not 0 once nobody waits for the window. A process is sent a message instead. */
      readonly cancelled?: SharedArrayBuffer | undefined;
    }
  | { readonly type: 'cancel'; readonly window: number }
  | { readonly type: 'close' };

export type AnswerMessage =
  | { readonly type: 'ready'; readonly info: unknown }
  | { readonly type: 'not_ready'; readonly error: ErrorData }
  | { readonly type: 'batch'; readonly window: number; readonly answer: BatchAnswer }
  | { readonly type: 'done'; readonly window: number; readonly error?: ErrorData };
