import type { ModelConfig } from '../config/schema/model-config.ts';
import { type AssayError, isAssayError } from '../errors/assay-error.ts';
import type { RunnerHooks, Stream } from '../runner/runner.ts';
import { type Clock, systemClock } from '../storage/clock.ts';
import { answerConcurrently } from './answer-concurrently.ts';
import { type Concurrency, EndpointLimits } from './endpoint-limits.ts';
import { RetryBudget } from './retry.ts';

export interface PacedCallsOptions {
  /** Most calls under way at a time, or the part of an endpoint's limit that is this runner's. */
  readonly concurrency: number | Concurrency;
  readonly limits?: ModelConfig['limits'];
  readonly clock?: Clock | undefined;
  /** Seeds the jitter of waits. @default 0 */
  readonly seed?: number | undefined;
  /** Told before each wait for another attempt. */
  readonly onWait?: RunnerHooks['onWait'] | undefined;
  /** Errors after which no other call can succeed: they are thrown, and the run ends with its journal whole. */
  readonly isFatal: (error: AssayError) => boolean;
}

/** A call that failed, with the reason. */
export class Unanswered {
  readonly error: AssayError;
  readonly attempts: number;

  constructor(error: AssayError, attempts: number) {
    this.error = error;
    this.attempts = attempts;
  }
}

export interface Answered<T> {
  readonly value: T;
  readonly attempts: number;
  /** From admission to answer, waits between attempts included, in milliseconds. */
  readonly elapsedMs: number;
}

/** The calls of one runner to a server: as many at a time as it can take, each retried within the model's limits. */
export class PacedCalls {
  readonly #concurrency: Concurrency;
  readonly #retries: RetryBudget;
  readonly #clock: Clock;
  readonly #isFatal: PacedCallsOptions['isFatal'];

  constructor({ concurrency, limits, clock = systemClock, seed, isFatal, onWait }: PacedCallsOptions) {
    this.#concurrency = typeof concurrency === 'number' ? new EndpointLimits().join('', concurrency) : concurrency;
    this.#retries = new RetryBudget({
      clock,
      ...(onWait === undefined ? {} : { onWait: ({ message }, waitMs) => onWait({ reason: message, waitMs }) }),
      ...(seed === undefined ? {} : { seed }),
      ...(limits?.max_attempts === undefined ? {} : { maxAttempts: limits.max_attempts }),
      ...(limits?.timeout_s === undefined ? {} : { timeoutMs: limits.timeout_s * 1000 }),
    });
    this.#clock = clock;
    this.#isFatal = isFatal;
  }

  /** Answers in completion order; `answer` makes its calls with the ticket it is given. */
  stream<Request, Answer>(
    requests: Stream<Request>,
    answer: (request: Request, ticket: number, signal: AbortSignal) => Promise<Answer>,
    signal: AbortSignal | undefined,
  ): AsyncIterable<Answer> {
    return answerConcurrently(requests, this.#concurrency, answer, signal);
  }

  /** @param make one attempt; throws AssayErrors. @throws AssayError what is fatal */
  async call<T>(
    id: string,
    ticket: number,
    signal: AbortSignal,
    make: (signal: AbortSignal) => Promise<T>,
  ): Promise<Answered<T> | Unanswered> {
    const startedAt = this.#clock.now();
    const attempt = async (_: number, stop: AbortSignal): Promise<T> => {
      try {
        const value = await make(stop);
        this.#concurrency.succeeded();
        return value;
      } catch (thrown) {
        if (isAssayError(thrown) && (thrown.code === 'RUNNER_THROTTLED' || thrown.code === 'RUNNER_TIMEOUT'))
          this.#concurrency.overloaded(ticket);
        throw thrown;
      }
    };
    const result = await this.#retries.run(id, attempt, signal);
    if (result.ok) return { value: result.value, attempts: result.attempts, elapsedMs: this.#clock.now() - startedAt };
    if (this.#isFatal(result.error)) throw result.error;
    return new Unanswered(result.error, result.attempts);
  }
}
