import type { ErrorData } from '../errors/assay-error.ts';
import type { SampleRecord } from '../journal/journal-record.ts';
import type { SampleState } from '../samples/sample-state.ts';

/** What a run tells while it goes on; every hook is optional. Hooks must not throw. */
export interface RunHooks {
  /** Once the run folder is locked and taken for this plan's. */
  onRunStart?(event: {
    readonly run: string;
    readonly dataset: string;
    /** Samples for each model; null when unknown before reading. */
    readonly total: number | null;
    readonly seed: number;
    readonly models: readonly string[];
    /** Whether the folder held this run before. */
    readonly isResumed: boolean;
  }): void;
  onModelStart?(event: { readonly model: string; readonly total: number | null; readonly alreadyDone: number }): void;
  /** When a model's runner is open. */
  onRunner?(event: { readonly model: string; readonly runner: string; readonly notes: readonly string[] }): void;
  /** After each question that the model was asked; answers that were known before are not told. */
  onAnswer?(event: {
    readonly model: string;
    readonly index: number;
    readonly kind: 'generate' | 'logProbability' | 'similarity';
    /** The error's code; null for an answer. */
    readonly error: string | null;
    readonly attempts: number;
    /** From admission to answer; 0 where the runner does not say. */
    readonly elapsedMs: number;
    readonly promptTokens: number | null;
    readonly newTokens: number | null;
  }): void;
  /** After each sample is on disk. */
  onSample?(event: {
    readonly model: string;
    readonly index: number;
    readonly state: SampleState;
    readonly error: string | null;
    /** The journal's line: it holds texts, which nobody is to log unasked. */
    readonly record: SampleRecord;
  }): void;
  /** After a scored byte range is on disk. */
  onRange?(event: { readonly model: string; readonly samples: number }): void;
  /** `error` says why a model was not finished; the others go on. */
  onModelEnd?(event: { readonly model: string; readonly error: ErrorData | null }): void;
  /** Something worth a line: a bad row, an answer nobody asked for, a helper that failed. */
  onWarning?(event: {
    readonly code: string;
    /** May quote the dataset or an answer. */
    readonly message: string;
    readonly at?: { readonly file: string; readonly line: number };
  }): void;
  /** Last of all: the summary is on disk, or `error` says why not. Told where the run could not even start, too. */
  onRunEnd?(event: { readonly error: ErrorData | null }): void;
}
