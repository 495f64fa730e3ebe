import { hashSeed } from '@assay/metrics';
import { AssayError } from '../errors/assay-error.ts';
import type { Clock } from '../storage/clock.ts';
import { whenAborted } from './when-aborted.ts';

export interface RetryOptions {
  /** Most calls for one request, the first included. @default 8 */
  readonly maxAttempts?: number;
  /** Longest time for one request, retries and waits included, in milliseconds. @default 900_000 */
  readonly timeoutMs?: number;
  /** Wait before the second call, doubled before each later one, in milliseconds. @default 1_000 */
  readonly baseMs?: number;
  /** Longest wait between two calls; a Retry-After may ask for more. @default 30_000 */
  readonly capMs?: number;
  /** Requests in a row that used up every attempt, with no success between, after which the rest fail at once. @default 20 */
  readonly breakAfter?: number;
  /** Seeds the jitter of the waits. @default 0 */
  readonly seed?: number;
  /** Told before each wait. */
  readonly onWait?: (error: AssayError, waitMs: number) => void;
  readonly clock: Clock;
}

export type Retried<T> =
  | { readonly ok: true; readonly value: T; readonly attempts: number }
  | { readonly ok: false; readonly error: AssayError; readonly attempts: number };

/** A server that was never reached is given so much time, not a request's: nothing says that it is there at all. */
const REACH_MS = 4_000;
/** Beyond this setTimeout fires at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * One owner for the retries of a runner: what is retryable is tried again with exponential waits and jitter,
 * within attempts and time, until so many requests in a row failed that the far side is treated as down.
 */
export class RetryBudget {
  readonly #options: Required<Omit<RetryOptions, 'onWait'>> & Pick<RetryOptions, 'onWait'>;
  #exhaustedInARow = 0;
  /** Whether anything has come back, be it an error. */
  #isReached = false;
  #unreachedSince: number | undefined;

  constructor(options: RetryOptions) {
    this.#options = {
      maxAttempts: 8,
      timeoutMs: 900_000,
      baseMs: 1_000,
      capMs: 30_000,
      breakAfter: 20,
      seed: 0,
      ...withoutUndefined(options),
    };
  }

  /**
   * @param id names the request; seeds the jitter of its waits
   * @param call throws AssayErrors; its signal aborts at the request's deadline too
   * @throws only the reason of `signal` when that aborts
   */
  async run<T>(
    id: string,
    call: (attempt: number, signal: AbortSignal) => Promise<T>,
    signal?: AbortSignal,
  ): Promise<Retried<T>> {
    const { clock, maxAttempts, timeoutMs, breakAfter, onWait } = this.#options;
    if (this.#exhaustedInARow >= breakAfter) return { ok: false, error: circuitOpen(breakAfter), attempts: 0 };
    const deadline = clock.now() + timeoutMs;
    for (let attempt = 1; ; attempt++) {
      signal?.throwIfAborted();
      const outcome = await this.#attempt(call, attempt, deadline, signal);
      this.#isReached ||= outcome.ok || outcome.error.code !== 'RUNNER_UNREACHABLE';
      if (outcome.ok) {
        this.#exhaustedInARow = 0;
        return { ok: true, value: outcome.value, attempts: attempt };
      }
      const { error } = outcome;
      if (!error.retryable) {
        // An answer about this request shows that the far side is there.
        this.#exhaustedInARow = 0;
        return { ok: false, error, attempts: attempt };
      }
      const waitMs = Math.max(this.waitBefore(id, attempt + 1), error.retryAfterMs ?? 0);
      if (!this.#isReached && this.#isPatienceOver(waitMs))
        return { ok: false, error: neverReached(error), attempts: attempt };
      if (attempt >= maxAttempts || clock.now() + waitMs >= deadline) {
        this.#exhaustedInARow += 1;
        return { ok: false, error: exhausted(error, attempt, clock.now() >= deadline), attempts: attempt };
      }
      onWait?.(error, waitMs);
      await clock.sleep(waitMs, signal);
    }
  }

  /** Whether a server that was never reached has had its time once a wait is over. */
  #isPatienceOver(waitMs: number): boolean {
    const now = this.#options.clock.now();
    this.#unreachedSince ??= now;
    return now + waitMs - this.#unreachedSince > REACH_MS;
  }

  /** Milliseconds before an attempt (from 2): half of the exponential step, and a random share of the other half. */
  waitBefore(id: string, attempt: number): number {
    const { baseMs, capMs, seed } = this.#options;
    const step = Math.min(capMs, baseMs * 2 ** (attempt - 2));
    return (step / 2) * (1 + hashSeed(seed, id, attempt) / 2 ** 53);
  }

  async #attempt<T>(
    call: (attempt: number, signal: AbortSignal) => Promise<T>,
    attempt: number,
    deadline: number,
    signal: AbortSignal | undefined,
  ): Promise<{ ok: true; value: T } | { ok: false; error: AssayError }> {
    const { clock } = this.#options;
    const ended = new AbortController();
    const stop = (reason: unknown) => ended.abort(reason);
    const forget = whenAborted(signal, () => stop(signal!.reason));
    // A timer of its own and not the clock's sleep: it guards a call that really takes time.
    const late = () => stop(new AssayError('RUNNER_TIMEOUT', 'no answer within the time for one sample'));
    const timer = setTimeout(late, Math.min(deadline - clock.now(), LONGEST_TIMER_MS));
    try {
      return { ok: true, value: await call(attempt, ended.signal) };
    } catch (thrown) {
      signal?.throwIfAborted();
      if (ended.signal.aborted) return { ok: false, error: ended.signal.reason as AssayError };
      if (thrown instanceof AssayError) return { ok: false, error: thrown };
      throw thrown;
    } finally {
      forget();
      clearTimeout(timer);
    }
  }
}

function exhausted(error: AssayError, attempts: number, isLate: boolean): AssayError {
  const tail = `${isLate ? 'out of time' : 'given up'} after ${attempts} ${attempts === 1 ? 'attempt' : 'attempts'}`;
  return new AssayError(error.code, `${error.message} (${tail})`, {
    hint: error.hint ?? 'limits.max_attempts and limits.timeout_s of the model allow more.',
    cause: error,
  });
}

/** What the model's run ends by: no other request would get further. */
function neverReached(error: AssayError): AssayError {
  return new AssayError('RUNNER_CIRCUIT_OPEN', `${error.message}; it was not reached once in ${REACH_MS / 1000} s`, {
    hint: error.hint,
    cause: error,
  });
}

function circuitOpen(requests: number): AssayError {
  return new AssayError('RUNNER_CIRCUIT_OPEN', `not asked: ${requests} requests in a row used up all their attempts`, {
    hint: 'Fix what the earlier errors name, and continue with `assay run --resume`.',
  });
}

function withoutUndefined<T extends object>(options: T): T {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as T;
}
