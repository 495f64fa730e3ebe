import type { ChatMessage } from '@assay/core';

/** What a model of one's own is asked. */
export interface OwnPrompt {
  /** Names the prompt: unique within a run. */
  readonly id: string;
  /** The prompt as one text. */
  readonly text: string;
  /** The same as a conversation: system prompt, few-shot turns, the question. */
  readonly messages: readonly ChatMessage[];
  /** Values of the row that the model asked for beside the prompt, by placeholder. */
  readonly fields?: Readonly<Record<string, unknown>>;
  /** Most tokens of the answer. */
  readonly maxNewTokens: number;
  /** 0 is greedy. */
  readonly temperature: number;
  /** The answer ends before the first of these. */
  readonly stop: readonly string[];
  /** Seeds sampling for this prompt alone. */
  readonly seed: number | undefined;
  /** Aborts once nobody waits for the answer any more. */
  readonly signal: AbortSignal;
}

/** An answer: its text, or that with what it took. */
export type OwnAnswer =
  | string
  | {
      readonly text: string;
      readonly promptTokens?: number;
      readonly newTokens?: number;
      /** Why it ended. @default 'stop' */
      readonly finishReason?: 'stop' | 'length';
      /** Where the answer is a value and `text` its JSON. */
      readonly form?: 'json' | 'tool_calls';
    };

/** A model of one's own: only what it can do has to be there. */
export interface OwnModel {
  /** Pins what answers, such as `my-app:v3`: another id is another model to the cache. */
  readonly id: string;
  generate(prompt: OwnPrompt): OwnAnswer | Promise<OwnAnswer>;
  /** Most answers under way at a time. @default 8 */
  readonly concurrency?: number | undefined;
  /** Longest wait for one answer; then its sample is `timed_out`. @default 120,000 */
  readonly timeoutMs?: number | undefined;
  /** Releases what it holds, when the run is over. */
  close?(): Promise<void>;
}
