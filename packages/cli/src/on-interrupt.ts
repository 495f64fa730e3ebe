import { AssayError } from 'assay/internal';
import { EXIT } from './exit-codes.ts';
import { printError } from './print/print-error.ts';

/** What is said at the first Ctrl-C, and what the command ends with. */
export interface InterruptWords {
  readonly note: string;
  readonly error: AssayError;
}

const SAVING: InterruptWords = {
  note: 'stopping: saving what is done (Ctrl-C again ends at once)',
  error: new AssayError('RUN_INTERRUPTED', 'interrupted; what was scored is on disk'),
};

export interface InterruptOptions {
  readonly words?: InterruptWords | undefined;
  /** What must come to its end first, such as a deletion that saves money. @default nothing: the process ends in time */
  readonly waitsFor?: (() => string | undefined) | undefined;
  /** The error as the user is told of it. @default as in `words` */
  readonly told?: ((error: AssayError) => unknown) | undefined;
}

export interface Interrupt {
  readonly signal: AbortSignal;
  /** Does as Ctrl-C does. */
  readonly stop: () => void;
  readonly dispose: () => void;
}

/** Milliseconds that a command has for its end. What is on disk then is whole: a journal stands a kill at any moment. */
const GRACE_MS = 1_500;

/**
 * Ctrl-C (or SIGTERM) aborts the signal, so that the journal is flushed; the second one ends at once. A command that has not
 * ended after a second and a half ends then, or says what it waits for.
 */
export function onInterrupt(note: (text: string) => void, options: InterruptOptions = {}): Interrupt {
  const { words = SAVING, waitsFor, told = (error) => error } = options;
  const controller = new AbortController();
  let isTold = false;
  const giveUp = (): void => {
    const waiting = waitsFor?.();
    if (waiting !== undefined) note(`waiting for ${waiting} (Ctrl-C again ends at once)`);
    else {
      if (!isTold) printError(told(words.error));
      process.exit(EXIT.interrupted);
    }
  };
  const stop = (): void => {
    if (controller.signal.aborted) process.exit(EXIT.interrupted);
    note(words.note);
    // Without a hold on the process: where all is done it ends before.
    setTimeout(giveUp, GRACE_MS).unref();
    controller.abort(words.error);
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  return {
    signal: controller.signal,
    stop,
    dispose: () => {
      isTold = true;
      process.off('SIGINT', stop);
      process.off('SIGTERM', stop);
    },
  };
}
