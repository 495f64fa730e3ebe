/** Work that keeps the thread for longer lets others have their turn in between. */
const BUSY_MS = 50;

let turnedAt = performance.now();

/**
 * Lets signals, timers and answers have their turn where this thread has worked for a while without.
 * @returns what to wait for; undefined where it has not
 */
export function turnIfDue(): Promise<void> | undefined {
  if (performance.now() - turnedAt < BUSY_MS) return undefined;
  return new Promise((resolve) => {
    setImmediate(() => {
      turnedAt = performance.now();
      resolve();
    });
  });
}
