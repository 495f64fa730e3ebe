import type { SampleState } from '../samples/sample-state.ts';

/** What a run tells while it goes on; every hook is optional. Hooks must not throw. */
export interface RunHooks {
  onModelStart?(event: { readonly model: string; readonly total: number | null; readonly alreadyDone: number }): void;
  /** After each sample is on disk. */
  onSample?(event: {
    readonly model: string;
    readonly index: number;
    readonly state: SampleState;
    readonly error: string | null;
  }): void;
  /** After a scored byte range is on disk. */
  onRange?(event: { readonly model: string; readonly samples: number }): void;
  onModelEnd?(event: { readonly model: string }): void;
  /** Something worth a line: a bad row, an answer nobody asked for, a helper that failed. */
  onWarning?(event: { readonly code: string; readonly message: string }): void;
}
