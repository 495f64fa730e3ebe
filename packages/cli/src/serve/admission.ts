import { ApiError } from './api-error.ts';

/**
 * Lets so many requests work at once and so many more be inside: sending their bodies, or waiting. The next one is turned
 * away at once, before its body is read, so that a client learns to slow down while its question is still worth asking. A
 * client that is slow to send takes no place from those that wait to work.
 */
export class Admission {
  readonly #atOnce: number;
  readonly #mayWait: number;
  readonly #waiting: (() => void)[] = [];
  #working = 0;
  #inside = 0;

  constructor(atOnce: number, mayWait: number) {
    this.#atOnce = atOnce;
    this.#mayWait = mayWait;
  }

  get load(): { readonly working: number; readonly waiting: number } {
    return { working: this.#working, waiting: this.#waiting.length };
  }

  /** Requests that are inside. */
  get inside(): number {
    return this.#inside;
  }

  /**
   * Prepares a request, waits for a place in the order in which requests became ready, and works on it.
   * @throws ApiError 429 when all places are taken, the signal's reason, and what `prepare` and `work` throw
   */
  async serve<T>(signal: AbortSignal, prepare: () => Promise<T>, work: (prepared: T) => Promise<void>): Promise<void> {
    if (this.#inside >= this.#atOnce + this.#mayWait) throw this.#full();
    this.#inside += 1;
    try {
      const prepared = await prepare();
      await this.#enter(signal);
      try {
        await work(prepared);
      } finally {
        this.#leave();
      }
    } finally {
      this.#inside -= 1;
    }
  }

  #full(): ApiError {
    const message = `${this.#inside} requests are under way or wait; try again later`;
    const options = { type: 'rate_limit_error', code: 'queue_full', headers: { 'retry-after': '1' } };
    return new ApiError(429, message, options);
  }

  async #enter(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#working >= this.#atOnce) await this.#wait(signal);
    else this.#working += 1;
  }

  /** A place goes straight to the next in line, so that nobody slips in between. */
  #leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#working -= 1;
    else next();
  }

  #wait(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        const at = this.#waiting.indexOf(go);
        if (at >= 0) this.#waiting.splice(at, 1);
        reject(signal.reason);
      };
      const go = (): void => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      signal.addEventListener('abort', leave, { once: true });
      this.#waiting.push(go);
    });
  }
}
