import { EXIT } from './exit-codes.ts';

/** Waits for Ctrl-C or SIGTERM; a second one ends the process at once. */
export function untilInterrupted(note: (text: string) => void): Promise<void> {
  return new Promise((resolve) => {
    let isStopping = false;
    const stop = (): void => {
      if (isStopping) process.exit(EXIT.interrupted);
      isStopping = true;
      note('stopping: what runs is finished first (Ctrl-C again ends at once)');
      resolve();
    };
    process.on('SIGINT', stop);
    process.on('SIGTERM', stop);
  });
}
