import { setTimeout as sleep } from 'node:timers/promises';

export interface AttemptOptions {
  /** First wait before another try, in milliseconds; it doubles each time. @default 500 */
  readonly retryDelayMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Tries in a row that brought nothing before a request is given up. */
const MAX_ATTEMPTS = 5;
const LONGEST_WAIT_MS = 15_000;
const LONGEST_ASKED_S = 60;

/** The tries of one request or one file. */
export class Attempts {
  readonly #options: AttemptOptions;
  #failures = 0;

  constructor(options: AttemptOptions = {}) {
    this.#options = options;
  }

  /**
   * Counts a try that did not bring everything.
   * @param hasProgress it brought something, so that the count begins again
   * @returns whether another try is due
   */
  failed(hasProgress = false): boolean {
    this.#failures = hasProgress ? 1 : this.#failures + 1;
    return this.#failures < MAX_ATTEMPTS;
  }

  /** @param askedSeconds the server's Retry-After. @throws the signal's reason */
  async wait(askedSeconds = 0): Promise<void> {
    await sleep(this.waitMs(askedSeconds), undefined, { signal: this.#options.signal });
  }

  /** Milliseconds before the next try: what the server asks for, up to a minute; else doubling, up to 15 seconds. */
  waitMs(askedSeconds = 0): number {
    if (askedSeconds > 0) return Math.min(askedSeconds, LONGEST_ASKED_S) * 1000;
    return Math.min((this.#options.retryDelayMs ?? 500) * 2 ** (this.#failures - 1), LONGEST_WAIT_MS);
  }
}
