import { Script } from 'node:vm';
import { Worker } from 'node:worker_threads';

/** Kept before a test can put a clock of its own in its place. */
const { now } = Date;
const WATCH = `
  const { workerData } = require('node:worker_threads');
  const deadline = new Float64Array(workerData);
  setInterval(() => {
    if (deadline[0] > 0 && Date.now() > deadline[0]) process.kill(process.pid, 'SIGKILL');
  }, 200);
`;
const START = new Script('__hangGuard__()');

/**
 * Ends what hangs. A loop without an end lets no timer of its own thread fire. What a test does before it first waits is therefore
 * run by `vm`, which can stop it; a loop that begins later, or takes all memory, ends with the process, which another thread kills
 * (scripts/mutate.mjs starts the file again where it was).
 */
export class HangGuard {
  readonly #deadline = new Float64Array(new SharedArrayBuffer(8));

  constructor() {
    new Worker(WATCH, { eval: true, workerData: this.#deadline.buffer }).unref();
  }

  /** The process is killed unless it `rest`s in time. */
  watch(limitMs: number): void {
    this.#deadline[0] = now() + limitMs;
  }

  rest(): void {
    this.#deadline[0] = 0;
  }

  /** @throws (ERR_SCRIPT_EXECUTION_TIMEOUT) when `start` does not return in time */
  start<Result>(start: () => Result, limitMs: number): Result {
    (globalThis as { __hangGuard__?: () => Result }).__hangGuard__ = start;
    return START.runInThisContext({ timeout: limitMs }) as Result;
  }
}
