import { AssayError } from '@assay/core';

/** Ctrl-C (or SIGTERM) aborts the signal, so that the journal is flushed; the second one ends at once. */
export function onInterrupt(note: (text: string) => void): {
  readonly signal: AbortSignal;
  readonly dispose: () => void;
} {
  const controller = new AbortController();
  const stop = () => {
    if (controller.signal.aborted) process.exit(130);
    note('stopping: saving what is done (Ctrl-C again ends at once)');
    controller.abort(new AssayError('RUN_INTERRUPTED', 'interrupted; what was scored is on disk'));
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
