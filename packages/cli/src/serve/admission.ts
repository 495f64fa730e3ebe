import { ApiError } from './api-error.ts';

/**
 * Lets so many requests work at once and so many wait; the next one is turned away at once, so that a client learns to
 * slow down while its question is still worth asking.
 */
export class Admission {
  readonly #atOnce: number;
  readonly #mayWait: number;
  readonly #waiting: (() => void)[] = [];
  #working = 0;

  constructor(atOnce: number, mayWait: number) {
    this.#atOnce = atOnce;
    this.#mayWait = mayWait;
  }

  get load(): { readonly working: number; readonly waiting: number } {
    return { working: this.#working, waiting: this.#waiting.length };
  }

  /**
   * Waits for a place. @returns what gives it back, once
   * @throws ApiError 429 when the queue is full, and the signal's reason
   */
  async enter(signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    if (this.#working >= this.#atOnce) await this.#wait(signal);
    else this.#working += 1;
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      // A place goes straight to the next in line, so that nobody slips in between.
      const next = this.#waiting.shift();
      if (next === undefined) this.#working -= 1;
      else next();
    };
  }

  #wait(signal: AbortSignal): Promise<void> {
    if (this.#waiting.length >= this.#mayWait) {
      const message = `${this.#working} requests are under way and ${this.#waiting.length} wait; try again later`;
      const options = { type: 'rate_limit_error', code: 'queue_full', headers: { 'retry-after': '1' } };
      throw new ApiError(429, message, options);
    }
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
