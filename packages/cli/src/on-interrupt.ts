import { AssayError } from 'assay/internal';

/** What is said at the first Ctrl-C, and what the command ends with. */
export interface InterruptWords {
  readonly note: string;
  readonly error: AssayError;
}

const SAVING: InterruptWords = {
  note: 'stopping: saving what is done (Ctrl-C again ends at once)',
  error: new AssayError('RUN_INTERRUPTED', 'interrupted; what was scored is on disk'),
};

/** Ctrl-C (or SIGTERM) aborts the signal, so that the journal is flushed; the second one ends at once. */
export function onInterrupt(
  note: (text: string) => void,
  words: InterruptWords = SAVING,
): {
  readonly signal: AbortSignal;
  readonly dispose: () => void;
} {
  const controller = new AbortController();
  const stop = () => {
    if (controller.signal.aborted) process.exit(130);
    note(words.note);
    controller.abort(words.error);
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  return {
    signal: controller.signal,
    dispose: () => {
      process.off('SIGINT', stop);
      process.off('SIGTERM', stop);
    },
  };
}
